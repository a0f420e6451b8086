package dev.atex.files;

import dev.atex.concurrent.ProcessLauncher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** What is mounted somewhere in a tree, as this process sees it: proc_pid_mountinfo(5). */
final class Mounts {
    private static final Path TABLE = Path.of("/proc/self/mountinfo");
    private static final int MOUNT_POINT = 4;
    private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");
    private static final long PATIENCE_SECONDS = 30;

    private Mounts() {}

    /** Mount points in a tree and its root, if that is one; the last mounted first. */
    static List<Path> in(Path tree) throws IOException {
        if (!Files.isReadable(TABLE)) {
            return List.of(); // not Linux
        }
        Path root = tree.toRealPath();
        List<Path> points = new ArrayList<>();
        // not lines of UTF-8: names of files may be anything
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

    private static Path path(String escaped) {
        String bytes = ESCAPE.matcher(escaped)
                .replaceAll(match -> java.util.regex.Matcher.quoteReplacement(
                        String.valueOf((char) Integer.parseInt(match.group(1), 8))));
        return Path.of(new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }

    /**
     * Takes everything out of the tree that is mounted there, and leaves what was mounted as it is.
     *
     * @throws IOException names what cannot be unmounted
     */
    static void detach(Path tree) throws IOException, InterruptedException {
        for (Path point : in(tree)) {
            // A session of its own: Ctrl-C at a terminal is for those who clean up, not for what they call.
            Process process =
                    ProcessLauncher.start(new ProcessBuilder("setsid", "umount", "--lazy", "--", point.toString())
                            .redirectInput(ProcessBuilder.Redirect.from(
                                    Path.of("/dev/null").toFile()))
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD));
            try {
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                    throw new IOException(
                            point + " is mounted there and cannot be unmounted: what is below it is kept");
                }
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
