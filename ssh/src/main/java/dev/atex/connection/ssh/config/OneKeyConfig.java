package dev.atex.connection.ssh.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Copies ssh_config files without the keys of one host. The {@code ssh} program always offers the keys of its configuration
 * besides the one on its command line, even with {@code IdentitiesOnly}; no option prevents that. Other hosts keep their keys.
 */
public final class OneKeyConfig {
    private static final List<String> KEYS = List.of("identityfile", "certificatefile");

    private final String host;
    private final Path home;
    private final Path directory;
    private int number;

    private OneKeyConfig(String host, Path home, Path directory) {
        this.host = host;
        this.home = home;
        this.directory = directory;
    }

    /** Returns true if a configuration names keys. Otherwise it can be used as it is. */
    public static boolean namesKeys(Optional<Path> config) throws IOException {
        Path home = Path.of(System.getProperty("user.home", "/"));
        for (SshConfigFiles.Root root : SshConfigFiles.roots(config, home)) {
            if (namesKeys(root.file(), root.directory(), home, 0)) {
                return true;
            }
        }
        return false;
    }

    private static boolean namesKeys(Path file, Path base, Path home, int depth) throws IOException {
        for (String line : SshConfigFiles.lines(file, depth)) {
            List<String> words = SshConfigWords.of(line);
            if (words.isEmpty()) {
                continue;
            }
            String keyword = words.getFirst().toLowerCase(Locale.ROOT);
            if (KEYS.contains(keyword)) {
                return true;
            }
            if (keyword.equals("include")) {
                for (String pattern : words.subList(1, words.size())) {
                    for (Path included : SshConfigFiles.included(pattern, base, home)) {
                        if (namesKeys(included, base, home, depth + 1)) {
                            return true;
                        }
                    }
                }
            }
        }
        return false;
    }

    /**
     * Writes the copies.
     *
     * @param config the file to use instead of the user's and the system's
     * @param host the host on the command line of {@code ssh}, without the user
     * @param directory a private directory for the copies
     * @return the file for {@code ssh -F}
     */
    public static Path write(Optional<Path> config, String host, Path directory) throws IOException {
        return write(config, host, directory, Path.of(System.getProperty("user.home", "/")));
    }

    static Path write(Optional<Path> config, String host, Path directory, Path home) throws IOException {
        OneKeyConfig copies = new OneKeyConfig(host, home, directory);
        List<String> roots = new ArrayList<>();
        for (SshConfigFiles.Root root : SshConfigFiles.roots(config, home)) {
            roots.add("Include " + quoted(copies.copy(root.file(), root.directory(), 0)));
        }
        return copies.file(roots);
    }

    private Path copy(Path file, Path base, int depth) throws IOException {
        List<String> copy = new ArrayList<>();
        for (String line : SshConfigFiles.lines(file, depth)) {
            List<String> words = SshConfigWords.of(line);
            String keyword = words.isEmpty() ? "" : words.getFirst().toLowerCase(Locale.ROOT);
            if (KEYS.contains(keyword)) {
                // in a file of its own: that allows a condition inside the condition that applies to the line
                copy.add("Include " + quoted(file(List.of("Match !originalhost " + host, line))));
            } else if (keyword.equals("include")) {
                for (String pattern : words.subList(1, words.size())) {
                    for (Path each : SshConfigFiles.included(pattern, base, home)) {
                        copy.add("Include " + quoted(copy(each, base, depth + 1)));
                    }
                }
            } else {
                copy.add(line);
            }
        }
        return file(copy);
    }

    private Path file(List<String> lines) throws IOException {
        Path file = directory.resolve("config" + ++number);
        Files.write(file, lines, StandardCharsets.ISO_8859_1); // the bytes as they were read
        return file;
    }

    private static String quoted(Object text) {
        return "\"" + text + "\"";
    }
}
