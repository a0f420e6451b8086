package dev.atex.internal.files;

import dev.atex.concurrent.Deadline;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Deletes one tree. Entries that disappear meanwhile count as deleted. Not thread-safe.
 *
 * <p>Each directory is open while its content is deleted. A directory far below the top is moved up to the top instead, and
 * deleted there later, so that few are open and no path gets long. Each is made private before its content is examined, so
 * that nobody can replace an entry before its deletion. See docs/decisions/0135-deletion.md.
 */
final class TreeRemoval {
    /** The largest number of open directories, each with two descriptors. */
    static final int DEEPEST = 32;

    /** The largest number if directories cannot be moved, as on some overlays. */
    private static final int DEEPEST_UNMOVED = 256;

    /** The largest number of passes over a directory: some file systems skip entries during deletion, and others may still write. */
    private static final int MOST_PASSES = 100;

    private final Path tree;
    private final boolean interruptible;
    private final Deadline deadline;
    private final String prefix = ".atex-" + UUID.randomUUID() + "-";
    private final Deque<Level> levels = new ArrayDeque<>();

    private long moved;
    private @Nullable IOException problem;

    TreeRemoval(Path tree, boolean interruptible, Deadline deadline) {
        this.tree = tree;
        this.interruptible = interruptible;
        this.deadline = deadline;
    }

    /** A directory whose entries are being deleted. */
    private static final class Level {
        private final Path name;
        private OpenDirectory directory;
        private int passes = 1;
        private boolean changed;
        private boolean incomplete;
        private long movedBefore;

        Level(Path name, OpenDirectory directory) {
            this.name = name;
            this.directory = directory;
        }
    }

    void run() throws IOException, InterruptedException {
        Path absolute = tree.toAbsolutePath();
        Path name = absolute.getFileName();
        Path place = absolute.getParent();
        if (name == null
                || place == null
                || name.toString().equals(".")
                || name.toString().equals("..")) {
            throw new FileSystemException(tree.toString(), null, "is no name of something that can be deleted");
        }
        OpenDirectory parent;
        try {
            parent = OpenDirectory.of(place);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return; // there is no such tree
        }
        try (parent) {
            delete(parent, name, place);
        } catch (NoSuchFileException e) {
            return;
        }
        if (problem != null) {
            throw problem;
        }
    }

    private void delete(OpenDirectory parent, Path name, Path place) throws IOException, InterruptedException {
        PosixFileAttributes attributes = parent.attributes(name);
        check(parent, attributes);
        if (!attributes.isDirectory()) {
            checkInterrupt();
            deleteFile(parent, name);
            return;
        }
        Path root = place.toRealPath().resolve(name);
        Mounts.detach(parent, root);
        try {
            Object device = openTop(parent, name);
            while (!levels.isEmpty()) {
                checkInterrupt();
                step(parent, root, device);
            }
        } finally {
            for (Level level : levels) {
                level.directory.close();
            }
        }
    }

    private void checkInterrupt() throws IOException, InterruptedException {
        if (interruptible && Thread.interrupted()) {
            throw new InterruptedException("interrupted while deleting " + tree);
        }
        if (deadline.isExpired()) {
            throw new FileSystemException(tree.toString(), null, "is not deleted in time, a part of it is left");
        }
    }

    /** Checks that the owner is this user, or the owner of the parent directory, who may delete it anyway. */
    private void check(OpenDirectory parent, PosixFileAttributes attributes) throws IOException {
        if (!attributes.owner().equals(Users.current())
                && !attributes.owner().equals(parent.attributes().owner())) {
            throw new FileSystemException(
                    tree.toString(), null, "belongs to the user " + attributes.owner() + " and is not touched");
        }
    }

    private Object openTop(OpenDirectory parent, Path name) throws IOException, InterruptedException {
        OpenDirectory top = parent.child(name);
        levels.addLast(new Level(name, top));
        PosixFileAttributes attributes = top.attributes(); // of the open directory, whatever had that name before
        check(parent, attributes);
        makePrivate(parent, name, top, attributes);
        return device(attributes);
    }

    private static void makePrivate(
            OpenDirectory parent, Path name, OpenDirectory directory, PosixFileAttributes attributes)
            throws IOException, InterruptedException {
        retry(parent, name, () -> directory.makePrivate(attributes));
    }

    /** An operation on an entry. */
    @FunctionalInterface
    private interface Change {
        void make() throws IOException;
    }

    /** Retries an operation if flags may have prevented it. */
    private static void retry(OpenDirectory directory, Path name, Change change)
            throws IOException, InterruptedException {
        try {
            change.make();
        } catch (NoSuchFileException | DirectoryNotEmptyException e) {
            throw e;
        } catch (FileSystemException e) {
            if (!FileFlags.clear(directory, name)) {
                throw e;
            }
            change.make();
        }
    }

    private static void deleteFile(OpenDirectory directory, Path name) throws IOException, InterruptedException {
        retry(directory, name, () -> directory.deleteFile(name));
    }

    private static void deleteDirectory(OpenDirectory directory, Path name) throws IOException, InterruptedException {
        retry(directory, name, () -> directory.deleteDirectory(name));
    }

    private void step(OpenDirectory parent, Path root, Object device) throws IOException, InterruptedException {
        Level level = levels.getLast();
        Path entry = level.directory.next();
        if (entry == null) {
            leave(level, parent);
            return;
        }
        try {
            delete(level, entry, root, device);
            level.changed = true;
        } catch (NoSuchFileException e) {
            level.changed = true; // another process was faster
        } catch (IOException e) {
            level.incomplete = true;
            keep(entry, e);
        }
    }

    /** Deletes an entry as a file first, because most entries are files. */
    private void delete(Level level, Path entry, Path root, Object device) throws IOException, InterruptedException {
        try {
            level.directory.deleteFile(entry);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (FileSystemException e) {
            if (level.directory.isDirectory(entry)) {
                deleteBelow(level, entry, root, device);
            } else {
                deleteFile(level.directory, entry);
            }
        }
    }

    private void deleteBelow(Level level, Path name, Path root, Object device)
            throws IOException, InterruptedException {
        OpenDirectory child = open(level.directory, name, root, device);
        if (child == null) {
            return;
        }
        boolean entered = false;
        try {
            if (levels.size() < DEEPEST || !moveUp(level.directory, name)) {
                levels.addLast(new Level(name, child));
                entered = true;
            }
        } finally {
            if (!entered) {
                child.close();
            }
        }
    }

    private boolean moveUp(OpenDirectory from, Path name) throws IOException, InterruptedException {
        OpenDirectory top = levels.getFirst().directory;
        try {
            retry(from, name, () -> from.move(name, top, Path.of(prefix + moved)));
            moved++;
            return true;
        } catch (NoSuchFileException e) {
            throw e;
        } catch (FileSystemException e) {
            if (levels.size() >= DEEPEST_UNMOVED) {
                throw e;
            }
            return false;
        }
    }

    /** Opens a directory that this user owns now; null if it was empty, could not be opened, and is gone. */
    private static @Nullable OpenDirectory open(OpenDirectory parent, Path name, Path root, Object device)
            throws IOException, InterruptedException {
        OpenDirectory child = null;
        boolean whole = false;
        try {
            child = parent.child(name);
            PosixFileAttributes attributes = child.attributes();
            if (!device(attributes).equals(device) && !Mounts.below(root).isEmpty()) {
                throw new FileSystemException(null, null, "something was mounted there meanwhile");
            }
            makePrivate(parent, name, child, attributes);
            whole = true;
            return child;
        } catch (NoSuchFileException e) {
            throw e;
        } catch (FileSystemException e) {
            try {
                parent.deleteDirectory(name);
                return null;
            } catch (IOException notEmpty) {
                throw e;
            }
        } finally {
            if (child != null && !whole) {
                child.close();
            }
        }
    }

    /** Finishes a directory after its last entry. */
    private void leave(Level level, OpenDirectory parent) throws IOException, InterruptedException {
        levels.removeLast();
        level.directory.close();
        OpenDirectory above = levels.isEmpty() ? parent : levels.getLast().directory;
        try {
            if (levels.isEmpty() && moved > level.movedBefore) {
                level.movedBefore = moved;
                level.passes = 0;
                again(level, above);
            } else if (level.incomplete) {
                leaveIncomplete();
            } else {
                deleteDirectory(above, level.name);
            }
        } catch (NoSuchFileException e) {
            return;
        } catch (DirectoryNotEmptyException e) {
            if (level.changed && level.passes < MOST_PASSES) {
                again(level, above);
                return;
            }
            keep(
                    level.name,
                    new FileSystemException(null, null, "does not get empty: something is writing to it still"));
            leaveIncomplete();
        } catch (IOException e) {
            keep(level.name, e);
            leaveIncomplete();
        }
    }

    private void again(Level level, OpenDirectory above) throws IOException {
        level.directory = above.child(level.name);
        level.changed = false;
        level.passes++;
        levels.addLast(level);
    }

    private void leaveIncomplete() {
        if (!levels.isEmpty()) {
            levels.getLast().incomplete = true;
        }
    }

    /** Keeps the first problem, and adds the whole path, because a failure contains only the last name. */
    private void keep(Path entry, IOException e) {
        if (problem != null) {
            return;
        }
        Path path = tree;
        List<Level> below = levels.stream().skip(1).toList();
        for (Level level : below) {
            path = path.resolve(level.name);
        }
        if (!levels.isEmpty()) {
            path = path.resolve(entry);
        }
        problem = new FileSystemException(path.toString(), null, reason(e));
        problem.initCause(e);
    }

    private static String reason(IOException e) {
        if (e instanceof FileSystemException named && named.getReason() != null) {
            return named.getReason();
        }
        return e instanceof AccessDeniedException ? "permission denied" : e.toString();
    }

    /** Returns the file system of an entry: its key is device and inode, see stat(2). */
    private static Object device(PosixFileAttributes attributes) {
        String key = String.valueOf(attributes.fileKey());
        return key.substring(0, Math.max(0, key.indexOf(',')));
    }
}
