package dev.atex.local;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.files.FileFacts;
import dev.atex.internal.files.TreeReader;
import dev.atex.internal.files.TreeWriter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Copies the content of a directory on this host: files, directories and symbolic links with their permissions and
 * modification times. Leaves out everything else (sockets, devices, pipes). Follows no link, neither in the source nor in the
 * destination.
 */
final class TreeCopy implements TreeReader.Visitor {
    /** Bytes between checks of the deadline and the interrupt. */
    private static final long CHUNK = 8 << 20;

    private final TreeWriter to;
    private final Deadline deadline;

    private TreeCopy(TreeWriter to, Deadline deadline) {
        this.to = to;
        this.deadline = deadline;
    }

    /** Copies the content of {@code from} into {@code to}, which is created if missing; replaces existing files. */
    static void copy(Path from, Path to, Deadline deadline) throws IOException, InterruptedException {
        check(deadline);
        try (TreeWriter writer = new TreeWriter(to)) {
            TreeReader.read(from, new TreeCopy(writer, deadline));
            writer.finish();
        }
    }

    @Override
    public void enter(Path directory, FileFacts facts) throws IOException, InterruptedException {
        check(deadline);
        to.directory(directory, facts.permissions(), facts.time());
    }

    @Override
    public void file(Path file, FileFacts facts, FileChannel content) throws IOException, InterruptedException {
        check(deadline);
        to.file(file, target -> transfer(content, target), facts.permissions(), facts.time());
    }

    @Override
    public void link(Path link, FileFacts facts, Path target) throws IOException {
        to.symbolicLink(link, target, facts.time());
    }

    private void transfer(FileChannel source, FileChannel target) throws IOException, InterruptedException {
        long size = source.size();
        long done = 0;
        while (done < size) {
            long copied = source.transferTo(done, Math.min(CHUNK, size - done), target);
            if (copied == 0) {
                break; // the file has become shorter
            }
            done += copied;
            check(deadline);
        }
    }

    private static void check(Deadline deadline) throws IOException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while copying a tree");
        }
        if (deadline.isExpired()) {
            throw new InterruptedIOException("not finished in time");
        }
    }
}
