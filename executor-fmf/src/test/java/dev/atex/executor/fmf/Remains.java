package dev.atex.executor.fmf;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What an executor leaves when its machine is gone, for the lease of the machine to remove. */
final class Remains {
    private Remains() {}

    static void remove(Path workDirectory) throws IOException, InterruptedException {
        Trees.delete(workDirectory);
        Deadline deadline = Deadline.after(Duration.ofSeconds(30));
        for (String hierarchy : List.of("", "pids", "unified")) {
            removeGroup(
                    Path.of("/sys/fs/cgroup", hierarchy)
                            .resolve(workDirectory.getFileName().toString()),
                    deadline);
        }
    }

    /** Its processes were killed, which they notice when they are next scheduled. */
    private static void removeGroup(Path group, Deadline deadline) throws IOException, InterruptedException {
        while (true) {
            try {
                Files.deleteIfExists(group);
                return;
            } catch (FileSystemException e) {
                if (deadline.isExpired()) {
                    throw e;
                }
                Thread.sleep(10);
            }
        }
    }
}
