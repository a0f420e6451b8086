package dev.atex.internal.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Flags that prevent deletion, even by root: immutable and append-only, see chattr(1). */
final class FileFlags {
    private FileFlags() {}

    /**
     * Removes these flags from a directory and one of its entries, as root and if {@code chattr} is installed.
     *
     * @return whether a retry is worthwhile
     */
    static boolean clear(OpenDirectory directory, Path name) throws IOException, InterruptedException {
        if (!Users.isRoot()) {
            return false;
        }
        // A link is not followed. The dot: the path of an open directory is a link itself.
        Path open = directory.forOthers();
        int _ = Programs.run(List.of(
                "chattr",
                "-f",
                "-i",
                "-a",
                "--",
                open + "/.",
                open.resolve(name).toString()));
        return true; // single files may not have such flags
    }
}
