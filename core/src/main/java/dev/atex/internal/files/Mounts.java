package dev.atex.internal.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The mounts in a tree, as this process sees them: proc_pid_mountinfo(5). */
final class Mounts {
    private static final Path TABLE = Path.of("/proc/self/mountinfo");
    private static final int MOUNT_POINT = 4;

    private Mounts() {}

    /** Returns the mount points in a tree, including its root; the last one first. */
    static List<Path> in(Path tree) throws IOException {
        return below(tree.toRealPath());
    }

    /** Returns the mount points in a tree whose path contains no links. */
    static List<Path> below(Path root) throws IOException {
        if (!Files.isReadable(TABLE)) {
            return List.of(); // not Linux
        }
        List<Path> points = new ArrayList<>();
        // not UTF-8: names of files may be any bytes
        for (String line : Files.readString(TABLE, StandardCharsets.ISO_8859_1).split("\n")) {
            String[] words = line.split(" ");
            if (words.length > MOUNT_POINT) {
                Path point = path(words[MOUNT_POINT]);
                if (point.startsWith(root)) {
                    points.addFirst(point);
                }
            }
        }
        return points;
    }

    private static Path path(String escaped) throws IOException {
        return FileNames.ofBytes(MountEscapes.decode(escaped));
    }

    /**
     * Unmounts everything in a tree, and leaves the mounted file systems unchanged.
     *
     * @param parent the directory with the tree
     * @param root the tree, without links
     * @throws IOException if something cannot be unmounted; names it
     */
    static void detach(OpenDirectory parent, Path root) throws IOException, InterruptedException {
        List<Path> points = below(root);
        while (!points.isEmpty()) {
            // Unmounting the outermost one also unmounts those in it.
            Path outermost = points.stream()
                    .min(Comparator.comparingInt(Path::getNameCount))
                    .orElseThrow();
            detach(parent, root, outermost);
            List<Path> left = below(root);
            if (left.size() >= points.size()) {
                throw stays(outermost);
            }
            points = left;
        }
    }

    private static IOException stays(Path point) {
        return new IOException(point + " is mounted there and cannot be unmounted: what is below it is kept");
    }

    private static void detach(OpenDirectory parent, Path root, Path point) throws IOException, InterruptedException {
        if (point.equals(root)) {
            unmount(parent, root.getFileName(), point);
            return;
        }
        Path way = root.relativize(point);
        OpenDirectory directory = parent.child(root.getFileName());
        try {
            directory.makePrivate(directory.attributes());
            for (int i = 0; i < way.getNameCount() - 1; i++) {
                try (OpenDirectory before = directory) {
                    directory = before.child(way.getName(i));
                }
                directory.makePrivate(directory.attributes());
            }
            unmount(directory, way.getFileName(), point);
        } finally {
            directory.close();
        }
    }

    /** Users other than root may only unmount by path; redirecting that gains an attacker nothing. */
    private static void unmount(OpenDirectory directory, Path name, Path point)
            throws IOException, InterruptedException {
        List<String> umount = new ArrayList<>(List.of("umount", "--lazy"));
        if (Users.isRoot()) {
            umount.addAll(List.of(
                    "--no-canonicalize",
                    "--",
                    directory.forOthers().resolve(name).toString()));
        } else {
            umount.addAll(List.of("--", point.toString()));
        }
        if (Programs.run(umount) != 0) {
            throw stays(point);
        }
    }
}
