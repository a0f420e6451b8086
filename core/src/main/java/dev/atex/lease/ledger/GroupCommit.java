package dev.atex.lease.ledger;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Appends to a file and forces it to disk, for many threads at once: while one thread forces, what others append is
 * collected, and forced together next. Thread-safe.
 *
 * <p>A write that fails is undone: the next one begins where the last good one ended.
 */
final class GroupCommit implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition committed = lock.newCondition();
    private final RandomAccessFile file;
    private final Force force;
    private Batch next = new Batch();
    private boolean committing;
    private long end;
    private long forces;

    /** How what was written gets to disk. */
    @FunctionalInterface
    interface Force {
        /** What the operating system does. */
        Force SYNC = FileDescriptor::sync;

        void force(FileDescriptor file) throws IOException;
    }

    /** What goes to disk together. */
    final class Batch {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean done;
        private @Nullable IOException failure;

        private Batch() {}

        /**
         * Returns when it is on disk.
         *
         * @throws IOException it is not, and won't be
         * @throws InterruptedException it may be on disk later
         */
        void await() throws IOException, InterruptedException {
            lock.lockInterruptibly();
            try {
                while (!done) {
                    if (committing) {
                        committed.await();
                    } else {
                        commit();
                    }
                }
                if (failure != null) {
                    throw failure;
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Appends to a file that is there.
     *
     * @param end where its last whole line ends; what comes after that is cut off
     */
    GroupCommit(Path path, long end) throws IOException {
        this(path, end, Force.SYNC);
    }

    /** As the other constructor, for tests whose disk is slow, or full. */
    GroupCommit(Path path, long end, Force force) throws IOException {
        this.force = force;
        // Not a FileChannel, which an interrupt would close.
        file = new RandomAccessFile(path.toFile(), "rw");
        this.end = end;
        if (file.length() > end) {
            file.setLength(end);
        }
    }

    /** Takes a line, which goes to disk with the next {@link Batch#await} of any thread, or with {@link #close}. */
    Batch append(byte[] line) {
        lock.lock();
        try {
            next.bytes.writeBytes(line);
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Writes and forces what has come together so far. The lock is held at begin and end, not meanwhile. */
    private void commit() {
        Batch batch = next;
        next = new Batch();
        committing = true;
        lock.unlock();
        IOException failure = null;
        try {
            write(batch.bytes.toByteArray());
        } catch (IOException e) {
            failure = e;
        } catch (RuntimeException | Error e) {
            failure = new IOException("it was not written: " + e, e); // to all whose lines these are
        } finally {
            lock.lock();
            committing = false;
            batch.failure = failure;
            batch.done = true;
            committed.signalAll();
        }
    }

    private void write(byte[] bytes) throws IOException {
        try {
            CrashPoints.reached("ledger before write");
            file.seek(end);
            file.write(bytes);
            CrashPoints.reached("ledger before force");
            force.force(file.getFD());
            CrashPoints.reached("ledger after force");
            end += bytes.length;
            forces++;
        } catch (Throwable e) {
            try {
                file.setLength(end);
            } catch (IOException left) {
                e.addSuppressed(left); // a torn line, which the next write overwrites, and readers pass over
            }
            throw e;
        }
    }

    /** How many times the file was forced. */
    long forces() {
        lock.lock();
        try {
            return forces;
        } finally {
            lock.unlock();
        }
    }

    /** Writes what is left. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            while (committing) {
                committed.awaitUninterruptibly();
            }
            Batch last = next;
            try (file) {
                if (last.bytes.size() > 0) {
                    commit();
                }
            }
            if (last.failure != null) {
                throw last.failure;
            }
        } finally {
            lock.unlock();
        }
    }
}
