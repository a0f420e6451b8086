package dev.atex.internal.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Creates directories that only the user of this process may use: {@code rwx------}. */
public final class PrivateDirectories {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private PrivateDirectories() {}

    /**
     * Creates a directory in an existing one.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the name exists
     */
    public static Path create(Path directory) throws IOException {
        return Files.createDirectory(directory, OWNER_ONLY);
    }

    /** Creates a directory, and its parents with usual permissions; does nothing if it exists. */
    public static void createIfMissing(Path directory) throws IOException {
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.createDirectories(directory, OWNER_ONLY);
    }

    /** Creates a directory with a random name in an existing one. */
    public static Path createTemporary(Path parent, String prefix) throws IOException {
        return Files.createTempDirectory(parent, prefix, OWNER_ONLY);
    }
}
