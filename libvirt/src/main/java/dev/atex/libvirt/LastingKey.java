package dev.atex.libvirt;

import dev.atex.connection.ssh.KeyFiles;
import dev.atex.internal.files.PrivateDirectories;
import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The key of a user for restored machines. A saved state contains its public part, so that all runs of the user can log in. */
final class LastingKey {
    private static final String DIRECTORY = "virt-key";
    private static final String FILE = "id_ecdsa";

    private LastingKey() {}

    /** Returns the file with the private key in this state directory; generates it if it is missing. */
    static Path in(Path state) throws IOException {
        Path directory = state.resolve(DIRECTORY);
        Path key = directory.resolve(FILE);
        if (Files.exists(key)) {
            return key;
        }
        PrivateDirectories.createIfMissing(state);
        Path complete = PrivateDirectories.createTemporary(state, DIRECTORY);
        try {
            KeyFiles.generate(complete.resolve(FILE));
            Files.move(complete, directory);
        } catch (IOException e) {
            Trees.delete(complete);
            if (!Files.exists(key)) { // otherwise another run has generated one
                throw e;
            }
        }
        return key;
    }
}
