package dev.atex.connection.ssh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;

/**
 * What is kept of a file here besides its content.
 *
 * @param type what it is
 * @param permissions the twelve bits of chmod(2)
 * @param size in bytes
 * @param time of its last modification
 */
record FileFacts(Type type, int permissions, long size, FileTime time) {
    private static final int FILE_TYPE = 0170000;
    private static final int PERMISSIONS = 07777;

    /** Kinds of files. */
    enum Type {
        DIRECTORY,
        REGULAR,
        SYMBOLIC_LINK,
        OTHER
    }

    static FileFacts of(Path path, boolean follow) throws IOException {
        LinkOption[] options = follow ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
        Map<String, Object> attributes = Files.readAttributes(path, "unix:mode,size,lastModifiedTime", options);
        return ofMode(
                (Integer) Objects.requireNonNull(attributes.get("mode")),
                (Long) Objects.requireNonNull(attributes.get("size")),
                (FileTime) Objects.requireNonNull(attributes.get("lastModifiedTime")));
    }

    /** The mode as in stat(2). */
    static FileFacts ofMode(int mode, long size, FileTime time) {
        return new FileFacts(type(mode), mode & PERMISSIONS, size, time);
    }

    private static Type type(int mode) {
        return switch (mode & FILE_TYPE) {
            case 0040000 -> Type.DIRECTORY;
            case 0100000 -> Type.REGULAR;
            case 0120000 -> Type.SYMBOLIC_LINK;
            default -> Type.OTHER;
        };
    }

    static void apply(Path path, int permissions, FileTime time) throws IOException {
        Files.setAttribute(path, "unix:mode", permissions & PERMISSIONS);
        applyTime(path, time);
    }

    static void applyTime(Path path, FileTime time) throws IOException {
        Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(time, null, null);
    }
}
