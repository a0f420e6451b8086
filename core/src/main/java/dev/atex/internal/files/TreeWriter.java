package dev.atex.internal.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes a directory tree on this host. It writes nothing outside the root, even if links are or appear in it: it opens each
 * directory relative to the one above and follows no links, creates new entries in a directory that only this user can write
 * to, and renames them into place between open directories. No path is too long. Paths are relative to the root, without
 * {@code ..}. Used by one thread; see docs/decisions/0127-copies-by-handles.md.
 */
public final class TreeWriter implements AutoCloseable {
    private static final Path EMPTY = Path.of("");
    private static final Path STAGED = Path.of("new");

    private final Path shown;
    private final OpenWay way;
    private final Path stageName = Path.of(".atex-" + UUID.randomUUID());
    private final OpenDirectory stage;
    private final List<Directory> directories = new ArrayList<>();
    /** The attributes of the root, which are set at the very end: until then entries are removed from it. */
    private @Nullable Directory top;

    private boolean closed;

    /** Permissions and times that are set at the end: a directory may be read-only, and filling it changes its time. */
    private record Directory(Path path, int permissions, FileTime time) {}

    /** Writes the content of a file. */
    @FunctionalInterface
    public interface Content {
        /** Writes all of it. */
        void writeTo(FileChannel file) throws IOException, InterruptedException;
    }

    /**
     * Prepares to write.
     *
     * @param root the root; created if missing; links on the way to it are followed
     */
    public TreeWriter(Path root) throws IOException {
        shown = Files.createDirectories(root.toAbsolutePath());
        OpenDirectory opened = OpenDirectory.of(shown);
        OpenWay begun = null;
        try {
            makeWritable(opened);
            stage = makeStage(opened);
            begun = new OpenWay(opened);
            way = begun;
        } finally {
            if (begun == null) {
                opened.close();
            }
        }
    }

    /** Makes the root writable: an earlier copy may have made it read-only. */
    private static void makeWritable(OpenDirectory directory) throws IOException {
        PosixFileAttributes attributes = directory.attributes();
        if (!attributes.permissions().containsAll(OpenDirectory.OWNER)
                && attributes.owner().equals(Users.current())) {
            Set<PosixFilePermission> more = EnumSet.copyOf(OpenDirectory.OWNER);
            more.addAll(attributes.permissions());
            directory.setPermissions(more);
        }
    }

    /** Opens the directory for new entries. Users who may write to the root can replace it; the opened one is private, or refused. */
    private OpenDirectory makeStage(OpenDirectory root) throws IOException {
        Path made = Files.createDirectory(
                root.descriptor().resolve(stageName), PosixFilePermissions.asFileAttribute(OpenDirectory.OWNER));
        OpenDirectory opened = root.enter(made.getFileName());
        boolean good = false;
        try {
            PosixFileAttributes attributes = opened.attributes();
            good = attributes.owner().equals(Users.current())
                    && OpenDirectory.OWNER.containsAll(attributes.permissions());
        } finally {
            if (!good) {
                opened.close();
            }
        }
        if (!good) {
            throw new FileSystemException(
                    shown.resolve(stageName).toString(), null, "has been replaced by somebody while files were copied");
        }
        return opened;
    }

    /** Creates a directory if missing; replaces anything else. {@link #finish} sets its attributes. */
    public void directory(Path path, int permissions, FileTime time) throws IOException {
        if (!TreePaths.isTop(path)) {
            OpenDirectory in = parent(path);
            Path name = path.getFileName();
            if (isDirectory(in, name)) {
                goTo(path);
                way.last().setPermissions(OpenDirectory.OWNER);
            } else {
                makeDirectory(in, name);
            }
        }
        directories.add(new Directory(path, permissions, time));
    }

    private void makeDirectory(OpenDirectory in, Path name) throws IOException {
        Files.createDirectory(
                stage.descriptor().resolve(STAGED), PosixFilePermissions.asFileAttribute(OpenDirectory.OWNER));
        put(in, name);
    }

    /** Creates a directory with usual permissions if nothing exists. */
    void ensureDirectory(Path path) throws IOException {
        if (find(path).isEmpty()) {
            Files.createDirectory(stage.descriptor().resolve(STAGED));
            put(parent(path), path.getFileName());
        }
    }

    /** Returns the facts about an entry; its parent must exist. */
    Optional<FileFacts> find(Path path) throws IOException {
        if (TreePaths.isTop(path)) {
            return Optional.of(goTo(path).facts());
        }
        try {
            return Optional.of(parent(path).facts(path.getFileName()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Deletes an entry with its content. */
    void delete(Path path) throws IOException {
        Trees.delete(parentOf(path).descriptor().resolve(path.getFileName()));
    }

    /** Creates a regular file; replaces an existing entry, a directory only if it is empty. */
    public void file(Path path, Content content, int permissions, FileTime time)
            throws IOException, InterruptedException {
        OpenDirectory in = parentOf(path);
        Path staged = stage.descriptor().resolve(STAGED);
        boolean whole = false;
        try {
            try (FileChannel file = FileChannel.open(staged, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(file);
            }
            Files.setAttribute(staged, "unix:mode", permissions);
            Files.setLastModifiedTime(staged, time);
            put(in, path.getFileName());
            whole = true;
        } finally {
            if (!whole) {
                discard();
            }
        }
    }

    /** Creates a symbolic link; replaces an existing entry, as for a file. */
    public void symbolicLink(Path path, Path target, FileTime time) throws IOException {
        OpenDirectory in = parentOf(path);
        Path staged = Files.createSymbolicLink(stage.descriptor().resolve(STAGED), target);
        Files.getFileAttributeView(staged, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(time, null, null);
        put(in, path.getFileName());
    }

    /** Creates a hard link to a file that was written before; replaces an existing entry, as for a file. */
    public void hardLink(Path path, Path other) throws IOException {
        Path existing = parentOf(other).descriptor().resolve(other.getFileName());
        Files.createLink(stage.descriptor().resolve(STAGED), existing);
        OpenDirectory in = parentOf(path);
        remove(in, path.getFileName()); // a rename to another name of the same file does nothing
        put(in, path.getFileName());
    }

    private void put(OpenDirectory in, Path name) throws IOException {
        boolean done = false;
        try {
            try {
                stage.move(STAGED, in, name);
            } catch (FileSystemException e) { // a directory and something else do not replace each other
                remove(in, name);
                stage.move(STAGED, in, name);
            }
            done = true;
        } finally {
            if (!done) {
                discard();
            }
        }
    }

    private static void remove(OpenDirectory in, Path name) throws IOException {
        try {
            if (in.isDirectory(name)) {
                in.deleteDirectory(name); // fails for one with content
            } else {
                in.deleteFile(name);
            }
        } catch (NoSuchFileException e) {
            // as it should be
        }
    }

    private void discard() throws IOException {
        remove(stage, STAGED);
    }

    /** Sets permissions and times of the directories that still exist; of the root when this is closed. */
    public void finish() throws IOException {
        for (Directory directory : directories.reversed()) {
            Path path = directory.path();
            if (TreePaths.isTop(path)) {
                top = directory;
            } else if (isDirectory(parent(path), path.getFileName())) {
                parent(path).apply(path.getFileName(), directory.permissions(), directory.time());
            }
        }
        directories.clear();
    }

    private OpenDirectory parentOf(Path path) throws IOException {
        if (TreePaths.isTop(path)) {
            throw new IOException("a file is to be put in the place of the tree itself, " + shown);
        }
        return parent(path);
    }

    private OpenDirectory parent(Path path) throws IOException {
        Path parent = path.getParent();
        return goTo(parent == null ? EMPTY : parent);
    }

    /** Opens a directory that must be there. */
    private OpenDirectory goTo(Path path) throws IOException {
        int common = 0;
        List<Path> names = new ArrayList<>();
        TreePaths.names(path).forEach(names::add);
        while (common < names.size()
                && common + 1 < way.length()
                && way.name(common + 1).equals(names.get(common))) {
            common++;
        }
        while (way.length() > common + 1) {
            way.leave();
        }
        for (Path name : names.subList(common, names.size())) {
            enter(name, path);
        }
        return way.last();
    }

    private void enter(Path name, Path path) throws IOException {
        if (!isDirectory(way.last(), name)) {
            throw new IOException("something is to be written below '" + path + "' in " + shown + ", and '" + name
                    + "' is not a directory");
        }
        way.enter(name);
    }

    private static boolean isDirectory(OpenDirectory in, Path name) throws IOException {
        try {
            return in.isDirectory(name);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (way;
                stage) {
            discard();
            OpenDirectory root = goTo(EMPTY);
            remove(root, stageName); // does not remove its content, if it was replaced
            if (top != null) {
                root.apply(top.permissions(), top.time());
            }
        }
    }
}
