package dev.atex.internal.files;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a directory tree on this host through open directories. It opens each file relative to its directory and follows no
 * links, so that it reads nothing outside, even if others change the tree meanwhile, and no path is too long. Leaves out
 * everything but files, directories and symbolic links. Used by one thread; see docs/decisions/0127-copies-by-handles.md.
 */
public final class TreeReader {
    private static final Path EMPTY = Path.of("");

    private final Path top;
    private final Visitor visitor;
    private final List<Level> levels = new ArrayList<>();

    private TreeReader(Path top, Visitor visitor) {
        this.top = top;
        this.visitor = visitor;
    }

    /** Receives the entries of a tree, in the order of the file system. Paths are relative to the top, which is empty. */
    public interface Visitor {
        /** Receives a directory, before its content. */
        void enter(Path directory, FileFacts facts) throws IOException, InterruptedException;

        /** Receives a regular file, whose size may have changed. The reader closes it afterwards. */
        void file(Path file, FileFacts facts, FileChannel content) throws IOException, InterruptedException;

        /** Receives a symbolic link. */
        void link(Path link, FileFacts facts, Path target) throws IOException, InterruptedException;

        /** Receives a directory, after its content. */
        default void leave(Path directory, FileFacts facts) throws IOException, InterruptedException {}

        /** Returns whether to leave out an entry with its content. */
        default boolean leavesOut(Path path) {
            return false;
        }
    }

    /** A directory that is being read. */
    private static final class Level {
        private final Path path;
        private final FileFacts facts;
        private final OpenDirectory directory;
        private @Nullable Iterator<Path> kept;

        Level(Path path, FileFacts facts, OpenDirectory directory) {
            this.path = path;
            this.facts = facts;
            this.directory = directory;
        }

        @Nullable
        Path next() throws IOException {
            if (kept == null) {
                return directory.next();
            }
            return kept.hasNext() ? kept.next() : null;
        }

        /** Runs before the directory is closed. */
        void keepNames() throws IOException {
            if (kept == null) {
                List<Path> names = new ArrayList<>();
                for (Path name = directory.next(); name != null; name = directory.next()) {
                    names.add(name);
                }
                kept = names.iterator();
            }
        }
    }

    /**
     * Reads a tree.
     *
     * @param top a directory; links on the way to it are followed
     * @throws IOException if reading fails; names the file with its whole path
     */
    public static void read(Path top, Visitor visitor) throws IOException, InterruptedException {
        read(top, EMPTY, visitor);
    }

    /**
     * Reads a part of a tree.
     *
     * @param top a directory; links on the way to it are followed
     * @param from the directory in it to read, to which paths are relative; a link on the way is an error
     */
    public static void read(Path top, Path from, Visitor visitor) throws IOException, InterruptedException {
        try (OpenWay way = new OpenWay(OpenDirectory.of(top))) {
            Path shown = top;
            for (Path name : TreePaths.names(from)) {
                shown = shown.resolve(name);
                if (way.last().facts(name).type() != FileFacts.Type.DIRECTORY) {
                    throw new IOException(shown + " is not a directory, or a link to one, which is not followed");
                }
                way.enter(name);
            }
            new TreeReader(shown, visitor).read(way);
        } catch (ClosedByInterruptException e) {
            boolean _ = Thread.interrupted(); // from here on, the exception reports it
            InterruptedException end = new InterruptedException("interrupted while reading " + top);
            end.initCause(e);
            throw end;
        }
    }

    private void read(OpenWay way) throws IOException, InterruptedException {
        begin(way, EMPTY, way.last().facts());
        while (!levels.isEmpty()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while reading " + top);
            }
            Level level = levels.getLast();
            Path name = level.next();
            if (name == null) {
                levels.removeLast();
                visitor.leave(level.path, level.facts);
                if (!levels.isEmpty()) {
                    way.leave();
                }
                continue;
            }
            Path path = level.path.resolve(name);
            if (!visitor.leavesOut(path)) {
                entry(way, name, path);
            }
        }
    }

    private void begin(OpenWay way, Path path, FileFacts facts) throws IOException, InterruptedException {
        levels.add(new Level(path, facts, way.last()));
        visitor.enter(path, facts);
    }

    private void entry(OpenWay way, Path name, Path path) throws IOException, InterruptedException {
        FileFacts facts = named(path, () -> way.last().facts(name));
        switch (facts.type()) {
            case DIRECTORY -> {
                int closed = levels.size() - OpenWay.KEPT;
                if (closed >= 0) {
                    levels.get(closed).keepNames();
                }
                Boolean _ = named(path, () -> {
                    way.enter(name);
                    return true;
                });
                begin(way, path, facts);
            }
            case REGULAR -> {
                try (FileChannel content = named(path, () -> way.last().read(name))) {
                    visitor.file(path, facts, content);
                }
            }
            case SYMBOLIC_LINK ->
                visitor.link(path, facts, named(path, () -> way.last().readLink(name)));
            case OTHER -> {
                // left out, see above
            }
        }
    }

    @FunctionalInterface
    private interface Step<T> {
        T run() throws IOException;
    }

    /** Adds the whole path to a failure, which contains only the last name. */
    private <T> T named(Path path, Step<T> step) throws IOException {
        try {
            return step.run();
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw TreePaths.named(top.resolve(path), e);
        }
    }
}
