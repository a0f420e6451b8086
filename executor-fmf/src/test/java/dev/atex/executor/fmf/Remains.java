package dev.atex.executor.fmf;

import dev.atex.files.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What an executor leaves when its machine is gone, for the lease of the machine to remove. */
final class Remains {
    private Remains() {}

    static void remove(Path workDirectory) throws IOException {
        Trees.delete(workDirectory);
        for (String hierarchy : List.of("", "pids", "unified")) {
            Files.deleteIfExists(Path.of("/sys/fs/cgroup", hierarchy)
                    .resolve(workDirectory.getFileName().toString()));
        }
    }
}
