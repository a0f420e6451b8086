package dev.atex.internal.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An open directory and operations on its entries, by their names alone, so that nobody can redirect them with another
 * directory or a link, and no path is too long. Not thread-safe.
 */
final class OpenDirectory implements AutoCloseable {
    private static final Set<OpenOption> READING = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    static final Set<PosixFilePermission> OWNER =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private final SecureDirectoryStream<Path> stream;
    private final Iterator<Path> entries;

    private final int expected;

    private @Nullable Descriptor descriptor;

    private OpenDirectory(DirectoryStream<Path> stream, int expected) throws IOException {
        if (!(stream instanceof SecureDirectoryStream<Path> secure)) {
            stream.close();
            throw new IOException("this system has no openat(2): nothing can be read, written or deleted safely");
        }
        this.stream = secure;
        this.expected = expected;
        this.entries = secure.iterator();
    }

    /** Opens the directory of a path; follows links. */
    @SuppressWarnings("StreamResourceLeak") // closed with this
    static OpenDirectory of(Path path) throws IOException {
        return new OpenDirectory(Files.newDirectoryStream(path), Descriptor.last());
    }

    /**
     * Opens an entry that is a directory, not a link. Makes it readable first if its owner, this user, cannot read it. Call
     * this only if nobody else can replace the entry.
     *
     * @param name as {@link Path#getFileName} gives it
     * @throws AccessDeniedException if this user may not read it
     */
    OpenDirectory child(Path name) throws IOException {
        try {
            return enter(name);
        } catch (AccessDeniedException e) {
            PosixFileAttributes attributes = attributes(name);
            if (!attributes.isDirectory() || !attributes.owner().equals(Users.current())) {
                throw e;
            }
            Files.setPosixFilePermissions(descriptor().resolve(name), OWNER);
            return enter(name);
        }
    }

    /** Opens an entry that is a directory, not a link, and that this user may read. */
    OpenDirectory enter(Path name) throws IOException {
        return new OpenDirectory(
                stream.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS),
                descriptor == null ? Descriptor.last() : descriptor.next());
    }

    /** Returns the name of the next entry, null after the last one. Only a few of them are in memory. */
    @Nullable
    Path next() throws IOException {
        try {
            return entries.hasNext() ? entries.next().getFileName() : null;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** Returns the attributes of the directory itself. */
    PosixFileAttributes attributes() throws IOException {
        return stream.getFileAttributeView(PosixFileAttributeView.class).readAttributes();
    }

    /** Returns the attributes of an entry. */
    PosixFileAttributes attributes(Path name) throws IOException {
        return stream.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    }

    /** Returns whether an entry is a directory. */
    boolean isDirectory(Path name) throws IOException {
        return stream.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes()
                .isDirectory();
    }

    /**
     * Ensures that this user may do everything in the directory, and that no other user may add or remove entries.
     *
     * @param attributes its current attributes
     * @throws IOException if this user may not change that
     */
    void makePrivate(PosixFileAttributes attributes) throws IOException {
        PosixFileAttributeView view = stream.getFileAttributeView(PosixFileAttributeView.class);
        if (!attributes.owner().equals(Users.current())) {
            try {
                view.setOwner(Users.current());
            } catch (IOException e) {
                FileSystemException better = new FileSystemException(
                        null, null, "belongs to the user " + attributes.owner() + " and is not touched");
                better.initCause(e);
                throw better;
            }
        }
        Set<PosixFilePermission> permissions = attributes.permissions();
        if (!permissions.containsAll(OWNER)
                || permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            view.setPermissions(OWNER);
        }
    }

    void deleteFile(Path name) throws IOException {
        stream.deleteFile(name);
    }

    void deleteDirectory(Path name) throws IOException {
        stream.deleteDirectory(name);
    }

    void move(Path name, OpenDirectory to, Path newName) throws IOException {
        stream.move(name, to.stream, newName);
    }

    /** Returns the facts about the directory itself, with all bits of its mode. */
    FileFacts facts() throws IOException {
        return FileFacts.of(descriptor().resolve("."));
    }

    /** Returns the facts about an entry, with all bits of its mode. */
    FileFacts facts(Path name) throws IOException {
        return FileFacts.of(descriptor().resolve(name));
    }

    /** Returns the target of an entry that is a symbolic link. */
    Path readLink(Path name) throws IOException {
        return Files.readSymbolicLink(descriptor().resolve(name));
    }

    /** Opens an entry that is a regular file. */
    FileChannel read(Path name) throws IOException {
        return (FileChannel) stream.newByteChannel(name, READING);
    }

    void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
        stream.getFileAttributeView(PosixFileAttributeView.class).setPermissions(permissions);
    }

    /** Sets permissions and time of an entry that is a directory. */
    void apply(Path name, int permissions, FileTime time) throws IOException {
        if ((permissions & ~FileFacts.RIGHTS) != 0) {
            try (OpenDirectory entry = enter(name)) {
                entry.apply(permissions, time);
            }
            return;
        }
        PosixFileAttributeView view =
                stream.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        view.setTimes(time, null, null); // first: then it can still be opened
        view.setPermissions(FileFacts.rights(permissions));
    }

    /** Sets all bits of the mode and the time of the directory itself. */
    void apply(int permissions, FileTime time) throws IOException {
        if ((permissions & ~FileFacts.RIGHTS) == 0) {
            setPermissions(FileFacts.rights(permissions));
        } else {
            Files.setAttribute(descriptor(), "unix:mode", permissions);
        }
        stream.getFileAttributeView(PosixFileAttributeView.class).setTimes(time, null, null);
    }

    /**
     * Returns a path that leads here in this process, independent of the current names above it: proc_pid_fd(5). It allows
     * operations that Java has only for paths, even if the real paths would be too long.
     */
    Path descriptor() throws IOException {
        Descriptor known = descriptor;
        if (known == null) {
            known = Descriptor.of(stream, expected);
            descriptor = known;
        }
        return known.path();
    }

    /** Returns a path for other processes of this user, valid while the directory is open. */
    Path forOthers() throws IOException {
        return Path.of("/proc", Long.toString(ProcessHandle.current().pid()), "fd")
                .resolve(descriptor().getFileName());
    }

    @Override
    public void close() throws IOException {
        try (stream) {
            if (descriptor != null) {
                descriptor.close();
            }
        }
    }
}
