package dev.atex.connection.local;

import dev.atex.concurrent.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;

/**
 * Copies the content of a directory on this host: files, directories and symbolic links with their permissions and
 * modification times. What else a tree can hold (sockets, devices, pipes) is left out.
 */
final class TreeCopy {
    private static final int FILE_TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int REGULAR = 0100000;
    private static final int SYMBOLIC_LINK = 0120000;
    private static final int PERMISSIONS = 07777;

    /** Between two looks at the clock and the interrupt. */
    private static final long CHUNK = 8 << 20;

    private final Deadline deadline;

    private TreeCopy(Deadline deadline) {
        this.deadline = deadline;
    }

    /** Copies what is in {@code from} into {@code to}, made if missing; replaces what is there. */
    static void copy(Path from, Path to, Deadline deadline) throws IOException, InterruptedException {
        Files.createDirectories(to.toAbsolutePath());
        new TreeCopy(deadline).directory(from, to, Entry.of(from, true));
    }

    private void directory(Path from, Path to, Entry entry) throws IOException, InterruptedException {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(from)) {
            for (Path child : children) {
                check();
                entry(child, to.resolve(child.getFileName()));
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        // last: a directory may be read-only, and filling it changes its time
        entry.applyTo(to);
    }

    private void entry(Path from, Path to) throws IOException, InterruptedException {
        Entry entry = Entry.of(from, false);
        switch (entry.mode & FILE_TYPE) {
            case DIRECTORY -> {
                makeDirectory(to);
                directory(from, to, entry);
            }
            case REGULAR -> {
                file(from, to);
                entry.applyTo(to);
            }
            case SYMBOLIC_LINK -> {
                Path target = Files.readSymbolicLink(from);
                replacing(to, () -> Files.createSymbolicLink(to, target));
                entry.applyTime(to);
            }
            default -> {
                // left out, as documented
            }
        }
    }

    private static void makeDirectory(Path to) throws IOException {
        if (!Files.isDirectory(to, LinkOption.NOFOLLOW_LINKS)) {
            replacing(to, () -> Files.createDirectory(to));
        }
    }

    private void file(Path from, Path to) throws IOException, InterruptedException {
        try (FileChannel source = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel target = create(to)) {
            long size = source.size();
            long done = 0;
            while (done < size) {
                long copied = source.transferTo(done, Math.min(CHUNK, size - done), target);
                if (copied == 0) {
                    break; // it has become shorter
                }
                done += copied;
                check();
            }
        }
    }

    private static FileChannel create(Path to) throws IOException {
        return replacing(
                to, () -> FileChannel.open(to, EnumSet.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)));
    }

    /** Something that makes a file where none is. */
    @FunctionalInterface
    private interface Maker<T> {
        T make() throws IOException;
    }

    private static <T> T replacing(Path to, Maker<T> maker) throws IOException {
        try {
            return maker.make();
        } catch (FileAlreadyExistsException e) {
            try {
                Files.delete(to);
            } catch (DirectoryNotEmptyException full) {
                full.addSuppressed(e);
                throw full;
            }
            return maker.make();
        }
    }

    private void check() throws IOException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while copying a tree");
        }
        if (deadline.isExpired()) {
            throw new InterruptedIOException("not finished in time");
        }
    }

    /** What is kept of a file besides its content. */
    private record Entry(int mode, FileTime time) {

        static Entry of(Path path, boolean follow) throws IOException {
            LinkOption[] options = follow ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
            Map<String, Object> attributes = Files.readAttributes(path, "unix:mode,lastModifiedTime", options);
            return new Entry((Integer) Objects.requireNonNull(attributes.get("mode")), (FileTime)
                    Objects.requireNonNull(attributes.get("lastModifiedTime")));
        }

        void applyTo(Path path) throws IOException {
            Files.setAttribute(path, "unix:mode", mode & PERMISSIONS);
            Files.setLastModifiedTime(path, time);
        }

        void applyTime(Path link) throws IOException {
            Files.getFileAttributeView(link, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setTimes(time, null, null);
        }
    }
}
