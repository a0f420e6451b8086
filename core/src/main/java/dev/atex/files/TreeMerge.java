package dev.atex.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A directory that trees are copied into, one over the other. No symbolic link is followed, neither where is read nor where
 * is written: every directory is opened relative to the open one above it, and what is new comes in by a rename, relative to
 * it too. Used by one thread.
 */
public final class TreeMerge implements AutoCloseable {
    private static final Set<PosixFilePermission> OWNER = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);
    private static final int PERMISSIONS = 07777;

    /** Between two looks at the interrupt. */
    private static final long CHUNK = 8 << 20;

    private static final Path EMPTY = Path.of("");
    private static final Path STAGED = Path.of("new");

    private final Path path;
    private final Path staging;
    private final SecureDirectoryStream<Path> stage;
    private final SecureDirectoryStream<Path> root;

    /**
     * Prepares to copy.
     *
     * @param root made if missing; nobody but this user may write to its parent, where files are prepared
     */
    public TreeMerge(Path root) throws IOException {
        Path parent = root.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException("trees cannot be copied into " + root);
        }
        path = Files.createDirectories(root);
        staging = Files.createTempDirectory(parent, "staging-");
        SecureDirectoryStream<Path> opened = null;
        try {
            opened = handle(staging);
            this.root = handle(root);
            stage = opened;
            opened = null;
        } finally {
            if (opened != null) {
                opened.close();
                Trees.delete(staging);
            }
        }
    }

    @SuppressWarnings("StreamResourceLeak") // it is for the caller to close
    private static SecureDirectoryStream<Path> handle(Path directory) throws IOException {
        return secure(Files.newDirectoryStream(directory), directory);
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream, Path directory) throws IOException {
        if (stream instanceof SecureDirectoryStream<Path> handle) {
            return handle;
        }
        stream.close();
        throw new IOException(directory + ": this system cannot open files relative to a directory (openat)");
    }

    /**
     * Copies what is in a directory over what is here: permissions, times and symbolic links are kept; sockets, pipes and
     * devices are left out. A file or link replaces another, a directory is filled further.
     *
     * @param top a directory; links on the way to it are followed
     * @param from the one that is copied, relative to {@code top}, empty for that itself; a link on this way is an error
     * @param target relative to the root, empty for that itself; made if missing
     * @param leftOut what is not copied, asked with the path below {@code top}
     * @throws ClashException something that is here already is in the way; a part is copied then
     */
    public void copy(Path top, Path from, Path target, Predicate<Path> leftOut)
            throws IOException, InterruptedException {
        List<SecureDirectoryStream<Path>> open = new ArrayList<>();
        try {
            SecureDirectoryStream<Path> source = descend(handle(top), from, top, open);
            boolean[] fresh = new boolean[1];
            SecureDirectoryStream<Path> into = descendHere(target, open, fresh);
            fill(source, top.resolve(from), into, target, fresh[0], leftOut);
        } finally {
            closeAll(open);
        }
    }

    private static SecureDirectoryStream<Path> descend(
            SecureDirectoryStream<Path> top, Path path, Path shown, List<SecureDirectoryStream<Path>> open)
            throws IOException {
        open.add(top);
        SecureDirectoryStream<Path> at = top;
        Path where = shown;
        for (Path name : names(path)) {
            where = where.resolve(name);
            if (!attributes(at, name).isDirectory()) {
                throw new IOException(where + " is not a directory, or a link to one, which is not followed");
            }
            at = secure(at.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS), where);
            open.add(at);
        }
        return at;
    }

    private SecureDirectoryStream<Path> descendHere(
            Path target, List<SecureDirectoryStream<Path>> open, boolean[] fresh) throws IOException {
        SecureDirectoryStream<Path> at = root;
        Path where = EMPTY;
        for (Path name : names(target)) {
            where = where.resolve(name);
            fresh[0] = enter(at, name, where, null);
            at = secure(at.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS), where);
            open.add(at);
        }
        return at;
    }

    private static Iterable<Path> names(Path path) throws IOException {
        for (Path name : path) {
            if (name.toString().equals("..") || path.isAbsolute()) {
                throw new IOException(path + " leads out of its directory");
            }
        }
        return path.toString().isEmpty() ? List.of() : path;
    }

    private static void closeAll(List<SecureDirectoryStream<Path>> open) throws IOException {
        for (SecureDirectoryStream<Path> each : open.reversed()) {
            each.close();
        }
    }

    /** Makes the directory if it is not there. True: it was not. */
    private boolean enter(SecureDirectoryStream<Path> in, Path name, Path where, @Nullable PosixFileAttributes there)
            throws IOException {
        PosixFileAttributes found = there == null ? find(in, name) : there;
        if (found == null) {
            Files.createDirectory(staging.resolve(STAGED));
            stage.move(STAGED, in, name);
            return true;
        }
        if (!found.isDirectory()) {
            throw new ClashException("'" + where + "' is "
                    + (found.isSymbolicLink() ? "a symbolic link, which is not followed" : "a file")
                    + ", and a directory is to be put there");
        }
        return false;
    }

    private void fill(
            SecureDirectoryStream<Path> from,
            Path shown,
            SecureDirectoryStream<Path> to,
            Path where,
            boolean fresh,
            Predicate<Path> leftOut)
            throws IOException, InterruptedException {
        PosixFileAttributes attributes =
                from.getFileAttributeView(PosixFileAttributeView.class).readAttributes();
        PosixFileAttributeView view = to.getFileAttributeView(PosixFileAttributeView.class);
        Set<PosixFilePermission> writable = EnumSet.copyOf(OWNER);
        writable.addAll(view.readAttributes().permissions());
        view.setPermissions(writable);
        try {
            for (Path child : from) {
                Path name = child.getFileName();
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while copying " + shown);
                }
                if (!leftOut.test(shown.resolve(name))) {
                    entry(from, name, shown.resolve(name), to, where.resolve(name), fresh, leftOut);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        // last: a directory may be read-only, and filling it changes its time
        view.setTimes(attributes.lastModifiedTime(), null, null);
        view.setPermissions(attributes.permissions());
    }

    private void entry(
            SecureDirectoryStream<Path> from,
            Path name,
            Path shown,
            SecureDirectoryStream<Path> to,
            Path where,
            boolean fresh,
            Predicate<Path> leftOut)
            throws IOException, InterruptedException {
        PosixFileAttributes attributes = attributes(from, name);
        PosixFileAttributes there = fresh ? null : find(to, name);
        if (attributes.isDirectory()) {
            boolean made = enter(to, name, where, there);
            try (SecureDirectoryStream<Path> source =
                            secure(from.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS), shown);
                    SecureDirectoryStream<Path> target =
                            secure(to.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS), where)) {
                fill(source, shown, target, where, made, leftOut);
            }
        } else if (attributes.isRegularFile() || attributes.isSymbolicLink()) {
            if (there != null && there.isDirectory()) {
                throw new ClashException("'" + where + "' is a directory, and a "
                        + (attributes.isRegularFile() ? "file" : "link") + " is to be put there");
            }
            if (attributes.isSymbolicLink()) {
                stageLink(Files.readSymbolicLink(shown), attributes.lastModifiedTime());
            } else {
                stageFile(from, name, shown, attributes);
            }
            stage.move(STAGED, to, name);
        }
    }

    /**
     * Puts a symbolic link here, in place of whatever is there.
     *
     * @param target relative to the root
     * @throws ClashException what is above it is no directory
     */
    public void link(Path target, Path pointsTo) throws IOException {
        List<SecureDirectoryStream<Path>> open = new ArrayList<>();
        try {
            Path parent = target.getParent();
            SecureDirectoryStream<Path> in = descendHere(parent == null ? EMPTY : parent, open, new boolean[1]);
            Path name = target.getFileName();
            PosixFileAttributes there = find(in, name);
            if (there != null && there.isDirectory()) {
                Trees.delete(path.resolve(target)); // all above it are directories, and this user's alone
            }
            stageLink(pointsTo, FileTime.fromMillis(System.currentTimeMillis()));
            stage.move(STAGED, in, name);
        } finally {
            closeAll(open);
        }
    }

    private void stageLink(Path pointsTo, FileTime time) throws IOException {
        Path link = Files.createSymbolicLink(staging.resolve(STAGED), pointsTo);
        Files.getFileAttributeView(link, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(time, null, null);
    }

    private void stageFile(SecureDirectoryStream<Path> from, Path name, Path shown, PosixFileAttributes attributes)
            throws IOException, InterruptedException {
        Path file = staging.resolve(STAGED);
        try (SeekableByteChannel in =
                        from.newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
                FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            transfer((FileChannel) in, out);
        }
        Files.setAttribute(file, "unix:mode", mode(shown));
        Files.setLastModifiedTime(file, attributes.lastModifiedTime());
    }

    private static void transfer(FileChannel in, FileChannel out) throws IOException, InterruptedException {
        long at = 0;
        for (long n = in.transferTo(at, CHUNK, out); n > 0; n = in.transferTo(at, CHUNK, out)) {
            at += n;
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while copying a file");
            }
        }
    }

    /** With the bits that only the path tells of; nothing is read there but these. */
    private static int mode(Path shown) throws IOException {
        Object mode = Files.getAttribute(shown, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return (Integer) Objects.requireNonNull(mode) & PERMISSIONS;
    }

    @Override
    public void close() throws IOException {
        try (stage;
                root) {
            Trees.delete(staging);
        }
    }

    private static PosixFileAttributes attributes(SecureDirectoryStream<Path> in, Path name) throws IOException {
        return in.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    }

    private static @Nullable PosixFileAttributes find(SecureDirectoryStream<Path> in, Path name) throws IOException {
        try {
            return attributes(in, name);
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
