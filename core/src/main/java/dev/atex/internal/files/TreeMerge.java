package dev.atex.internal.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A directory into which trees are copied, one over the other. Follows no symbolic links, neither in the source nor in the
 * destination: see {@link TreeReader} and {@link TreeWriter}. Used by one thread.
 */
public final class TreeMerge implements AutoCloseable {
    /** Bytes between checks of the interrupt. */
    private static final long CHUNK = 8 << 20;

    private final TreeWriter to;

    /**
     * Prepares to copy.
     *
     * @param root the directory; created if missing
     */
    public TreeMerge(Path root) throws IOException {
        to = new TreeWriter(root);
    }

    /**
     * Copies the content of a directory over the current content. Keeps permissions, times and symbolic links; leaves out
     * sockets, pipes and devices. A file or link replaces another one, directories are merged.
     *
     * @param top a directory; links on the way to it are followed
     * @param from the directory to copy, relative to {@code top}, empty for {@code top} itself; a link on the way is an error
     * @param target the destination, relative to the root, empty for the root itself; created if missing
     * @param leftOut decides what is not copied, by the path below {@code top}
     * @throws ClashException if an existing entry conflicts; a part is copied then
     */
    public void copy(Path top, Path from, Path target, Predicate<Path> leftOut)
            throws IOException, InterruptedException {
        TreeReader.read(top, from, new Merging(top.resolve(from), target, leftOut));
        to.finish();
    }

    private final class Merging implements TreeReader.Visitor {
        private final Path shown;
        private final Path target;
        private final Predicate<Path> leftOut;

        Merging(Path shown, Path target, Predicate<Path> leftOut) {
            this.shown = shown;
            this.target = target;
            this.leftOut = leftOut;
        }

        @Override
        public boolean leavesOut(Path path) {
            return leftOut.test(shown.resolve(path));
        }

        @Override
        public void enter(Path directory, FileFacts facts) throws IOException {
            Path where = target.resolve(directory);
            if (TreePaths.isTop(directory)) {
                makeDirectories(target);
            } else {
                checkDirectory(where);
            }
            to.directory(where, facts.permissions(), facts.time());
        }

        @Override
        public void file(Path file, FileFacts facts, FileChannel content) throws IOException, InterruptedException {
            Path where = target.resolve(file);
            checkFree(where, "file");
            to.file(where, out -> transfer(content, out), facts.permissions(), facts.time());
        }

        @Override
        public void link(Path link, FileFacts facts, Path pointsTo) throws IOException {
            Path where = target.resolve(link);
            checkFree(where, "link");
            to.symbolicLink(where, pointsTo, facts.time());
        }
    }

    /** Creates a directory and those above it, if missing. */
    private void makeDirectories(Path path) throws IOException {
        Path where = Path.of("");
        for (Path name : TreePaths.names(path)) {
            where = where.resolve(name);
            checkDirectory(where);
            to.ensureDirectory(where);
        }
    }

    private void checkDirectory(Path where) throws IOException {
        Optional<FileFacts.Type> there = type(where);
        if (there.isPresent() && there.get() != FileFacts.Type.DIRECTORY) {
            throw new ClashException("'" + where + "' is "
                    + (there.get() == FileFacts.Type.SYMBOLIC_LINK
                            ? "a symbolic link, which is not followed"
                            : "a file")
                    + ", and a directory is to be put there");
        }
    }

    private void checkFree(Path where, String what) throws IOException {
        if (type(where).filter(FileFacts.Type.DIRECTORY::equals).isPresent()) {
            throw new ClashException("'" + where + "' is a directory, and a " + what + " is to be put there");
        }
    }

    private Optional<FileFacts.Type> type(Path where) throws IOException {
        return to.find(where).map(FileFacts::type);
    }

    /**
     * Creates a symbolic link; replaces whatever exists there.
     *
     * @param target its path, relative to the root
     * @throws ClashException if its parent is not a directory
     */
    public void link(Path target, Path pointsTo) throws IOException {
        Path parent = target.getParent();
        if (parent != null) {
            makeDirectories(parent);
        }
        if (type(target).filter(FileFacts.Type.DIRECTORY::equals).isPresent()) {
            to.delete(target);
        }
        to.symbolicLink(target, pointsTo, FileTime.fromMillis(System.currentTimeMillis()));
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

    @Override
    public void close() throws IOException {
        to.close();
    }
}
