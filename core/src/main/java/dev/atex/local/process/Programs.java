package dev.atex.local.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds programs on this host. */
public final class Programs {
    private Programs() {}

    /** Returns the program with this path, or with this name in {@code PATH} or a directory of system programs. */
    public static Optional<Path> find(String program) {
        if (program.contains("/")) {
            Path path = Path.of(program).toAbsolutePath();
            return Files.isExecutable(path) ? Optional.of(path) : Optional.empty();
        }
        String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin";
        for (String directory : path.split(":")) {
            Path candidate = Path.of(directory).resolve(program);
            if (candidate.isAbsolute() && Files.isExecutable(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}
