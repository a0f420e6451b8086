package dev.atex.internal.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Flags by which files resist being deleted, even by root: immutable and append-only, see chattr(1). */
final class FileFlags {
    private FileFlags() {}

    /**
     * Takes these flags off a directory and one of its entries, as far as root may do that and {@code chattr} is there.
     *
     * @return whether it is worth another try
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
