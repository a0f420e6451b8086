package dev.atex.connection.ssh.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the files of an ssh configuration, as ssh_config(5) says. */
final class SshConfigFiles {
    private static final Path SYSTEM_DIRECTORY = Path.of("/etc/ssh");
    private static final int DEEPEST_INCLUDE = 16;

    private SshConfigFiles() {}

    /**
     * A file of the configuration that no other one includes.
     *
     * @param file the file
     * @param directory the directory that relative names in its {@code Include} refer to
     */
    record Root(Path file, Path directory) {}

    /** Returns the given file, treated like the user's; otherwise the user's and the system's if they are readable. */
    static List<Root> roots(Optional<Path> config, Path home) {
        Path own = home.resolve(".ssh");
        return config.isPresent()
                ? List.of(new Root(config.get(), own))
                : Stream.of(
                                new Root(own.resolve("config"), own),
                                new Root(SYSTEM_DIRECTORY.resolve("ssh_config"), SYSTEM_DIRECTORY))
                        .filter(root -> Files.isReadable(root.file()))
                        .toList();
    }

    /** Returns the lines of a file, with one character for each byte. */
    static List<String> lines(Path file, int depth) throws IOException {
        if (depth > DEEPEST_INCLUDE) {
            throw new IOException(
                    file + ": 'Include' goes deeper than " + DEEPEST_INCLUDE + " files: it may lead back to itself");
        }
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                .lines()
                .toList();
    }

    /** Returns the files that match the pattern of an {@code Include}. As in glob(7), directories may be patterns too. */
    static List<Path> included(String pattern, Path directory, Path home) throws IOException {
        Path path = pattern.startsWith("~/") ? home.resolve(pattern.substring(2)) : directory.resolve(pattern);
        List<Path> found = List.of(path.getRoot());
        for (Path name : path) {
            List<Path> deeper = new ArrayList<>();
            for (Path each : found) {
                deeper.addAll(matching(each, name.toString()));
            }
            found = deeper;
        }
        return found.stream().filter(Files::isRegularFile).toList();
    }

    private static List<Path> matching(Path directory, String pattern) throws IOException {
        if (pattern.chars().noneMatch(c -> "*?[\\".indexOf(c) >= 0)) {
            return List.of(directory.resolve(pattern));
        }
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        PathMatcher matcher = directory.getFileSystem().getPathMatcher("glob:" + pattern.replaceAll("[{}]", "\\\\$0"));
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(file -> matcher.matches(file.getFileName()))
                    .filter(file -> pattern.startsWith(".")
                            || !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }
}
