package dev.atex.testingfarm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The key that logs in to a machine.
 *
 * @param file the private key, with the public key beside it in {@code .pub}; with a passphrase it needs an agent
 * @param publicKey {@code <type> <key>}, without the comment, which may contain names
 */
record LoginKey(Path file, String publicKey) {

    /** Reads the public key beside a private key. */
    static LoginKey of(Path privateKey) throws IOException {
        Path file = publicFile(privateKey);
        String[] words = Files.readString(file, StandardCharsets.UTF_8).strip().split("\\s+");
        if (words.length < 2) {
            throw new IOException(file + ": not a public key");
        }
        return new LoginKey(privateKey.toAbsolutePath(), words[0] + " " + words[1]);
    }

    private static Path publicFile(Path privateKey) {
        return privateKey.resolveSibling(privateKey.getFileName() + ".pub");
    }

    /** Returns the first private key in a directory like {@code ~/.ssh} that has a public file. */
    static Optional<Path> find(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.sorted().toList();
        }
        return files.stream()
                .filter(file -> file.getFileName().toString().startsWith("id_")
                        && !file.toString().endsWith(".pub")
                        && Files.isReadable(publicFile(file)))
                .findFirst();
    }
}
