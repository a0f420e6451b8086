package dev.atex.internal.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The attributes of a file that copies keep.
 *
 * @param type its type
 * @param permissions the twelve bits of chmod(2)
 * @param size size in bytes
 * @param time time of its last modification
 */
public record FileFacts(Type type, int permissions, long size, FileTime time) {
    private static final int FILE_TYPE = 0170000;
    /** The permission bits of a mode. */
    public static final int PERMISSIONS = 07777;

    /** The permission bits that Java supports. */
    static final int RIGHTS = 0777;

    /** Types of files. */
    public enum Type {
        /** A directory. */
        DIRECTORY,
        /** A regular file. */
        REGULAR,
        /** A symbolic link. */
        SYMBOLIC_LINK,
        /** A pipe, a socket or a device. */
        OTHER
    }

    /** Reads the attributes of a file, without following a link. */
    static FileFacts of(Path path) throws IOException {
        Map<String, Object> attributes =
                Files.readAttributes(path, "unix:mode,size,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        return ofMode(
                (Integer) Objects.requireNonNull(attributes.get("mode")),
                (Long) Objects.requireNonNull(attributes.get("size")),
                (FileTime) Objects.requireNonNull(attributes.get("lastModifiedTime")));
    }

    /** Returns the mode as in stat(2). */
    public static FileFacts ofMode(int mode, long size, FileTime time) {
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

    /** Returns the nine lowest bits. */
    static Set<PosixFilePermission> rights(int permissions) {
        Set<PosixFilePermission> rights = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values(); // from the owner's reading to the others' executing
        for (int i = 0; i < all.length; i++) {
            if ((permissions & 1 << (all.length - 1 - i)) != 0) {
                rights.add(all[i]);
            }
        }
        return rights;
    }
}
