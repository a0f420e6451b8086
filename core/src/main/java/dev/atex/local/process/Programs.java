package dev.atex.local.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Programs of this host. */
public final class Programs {
    private Programs() {}

    /** Where PATH has it. */
    public static Optional<Path> find(String program) {
        for (String directory :
                System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":")) {
            Path candidate = Path.of(directory).resolve(program);
            if (candidate.isAbsolute() && Files.isExecutable(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}
