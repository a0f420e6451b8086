package dev.atex.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A control group: a set of processes that children join and cannot leave without the right to move processes. Versions 1
 * (the {@code pids} hierarchy) and 2, see cgroups(7). Sets no limits.
 */
final class Cgroup {
    private final Path directory;

    private Cgroup(Path directory) {
        this.directory = directory;
    }

    /** Creates a group below the one of this process; empty if that is not allowed. */
    static Optional<Cgroup> create(String name) {
        for (Path parent : CgroupMounts.ofThisProcess()) {
            Path directory = parent.resolve(name);
            try {
                Files.createDirectory(directory);
                return Optional.of(new Cgroup(directory));
            } catch (IOException e) {
                // not root, or read-only as in most containers: the next hierarchy, or none
            }
        }
        return Optional.empty();
    }

    /** Returns a group that exists, perhaps created by another process. */
    static Cgroup existing(Path directory) {
        return new Cgroup(directory);
    }

    Path directory() {
        return directory;
    }

    /** Returns the ids of the processes in this group and the groups below it. */
    List<Long> processes() {
        List<Long> found = new ArrayList<>();
        for (Path group : groups()) {
            try {
                for (String line : Files.readAllLines(group.resolve("cgroup.procs"))) {
                    found.add(Long.valueOf(line.strip()));
                }
            } catch (IOException e) {
                // removed meanwhile, or a threaded group: its domain lists the processes
            }
        }
        return found;
    }

    /** Returns whether the process is in this group or one below it. */
    boolean contains(long pid) {
        String end = "/" + directory.getFileName();
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/cgroup"))) {
            return lines.anyMatch(line -> line.endsWith(end) || line.contains(end + "/"));
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    /** Kills all processes at once if the kernel can (version 2 since Linux 5.14); otherwise prevents new ones. */
    void killOrFreeze() {
        write("cgroup.kill", "1");
        write("pids.max", "0");
    }

    private void write(String file, String text) {
        Path path = directory.resolve(file);
        if (Files.exists(path)) {
            try {
                Files.writeString(path, text, StandardOpenOption.WRITE);
            } catch (IOException e) {
                // the caller kills the processes one by one as well
            }
        }
    }

    /** Removes the group and the groups below it; fails while there are processes in it. */
    void remove() throws IOException {
        List<Path> groups = groups();
        for (Path group : groups.reversed()) {
            Files.deleteIfExists(group);
        }
    }

    /** Returns this group and the groups below it, parents first. */
    private List<Path> groups() {
        List<Path> groups = new ArrayList<>();
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path group, BasicFileAttributes attributes) {
                    groups.add(group);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (e instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw e;
                }
            });
        } catch (IOException e) {
            // use what was found so far
        }
        return groups;
    }
}
