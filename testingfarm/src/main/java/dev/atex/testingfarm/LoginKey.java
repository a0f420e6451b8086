package dev.atex.testingfarm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The key that opens a machine.
 *
 * @param file with the private key, which only the agent can use if it has a passphrase; {@code .pub} is beside it
 * @param publicKey {@code <type> <key>}, without a comment, which may name people
 */
record LoginKey(Path file, String publicKey) {

    /** The one of these two files. */
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

    /** The first of a directory like {@code ~/.ssh} that has a public file. */
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
