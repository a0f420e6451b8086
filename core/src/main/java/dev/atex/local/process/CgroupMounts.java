package dev.atex.local.process;

import dev.atex.internal.files.MountEscapes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Finds where the control groups of a process are mounted: version 2 first, then the {@code pids} hierarchy. */
final class CgroupMounts {
    private CgroupMounts() {}

    static List<Path> ofThisProcess() {
        return of(ProcessHandle.current().pid());
    }

    /** Returns the control groups of a process. */
    static List<Path> of(long pid) {
        try {
            return find(
                    Files.readAllLines(Path.of("/proc/" + pid + "/cgroup")),
                    Files.readAllLines(Path.of("/proc/self/mountinfo")));
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Formats: cgroups(7), section "/proc files", and proc_pid_mountinfo(5). */
    static List<Path> find(List<String> memberships, List<String> mounts) {
        List<Path> found = new ArrayList<>();
        for (String controller : List.of("", "pids")) {
            memberships.stream()
                    .map(line -> line.split(":", 3))
                    .filter(parts -> parts.length == 3 && names(parts[1], controller))
                    .findFirst()
                    .flatMap(parts -> mounted(Path.of(parts[2]), controller, mounts))
                    .ifPresent(found::add);
        }
        return found;
    }

    private static Optional<Path> mounted(Path group, String controller, List<String> mounts) {
        for (String line : mounts) {
            int dash = line.indexOf(" - ");
            String[] mount = line.split(" ");
            if (dash < 0 || mount.length < 5) {
                continue;
            }
            String[] type = line.substring(dash + 3).split(" ");
            boolean fits = controller.isEmpty()
                    ? type[0].equals("cgroup2")
                    : type[0].equals("cgroup") && names(type[type.length - 1], controller);
            Path root = Path.of(MountEscapes.decode(mount[3]));
            if (fits && group.startsWith(root)) {
                return Optional.of(Path.of(MountEscapes.decode(mount[4])).resolve(root.relativize(group)));
            }
        }
        return Optional.empty();
    }

    private static boolean names(String list, String word) {
        return Arrays.asList(list.split(",", -1)).contains(word);
    }
}
