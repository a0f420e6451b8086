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
 * Appends to a file and forces it to disk, for many threads at once: lines that arrive while one thread forces are forced
 * together next. Thread-safe.
 *
 * <p>A failed write is undone: the next one starts where the last good one ended.
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

    /** Forces written data to disk. */
    @FunctionalInterface
    interface Force {
        /** Calls the operating system. */
        Force SYNC = FileDescriptor::sync;

        void force(FileDescriptor file) throws IOException;
    }

    /** Lines that go to disk together. */
    final class Batch {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean done;
        private @Nullable IOException failure;

        private Batch() {}

        /**
         * Waits until the lines are on disk.
         *
         * @throws IOException if they could not be written
         * @throws InterruptedException if the thread was interrupted; the lines may reach the disk later
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
     * Opens an existing file.
     *
     * @param end end of its last complete line; the rest is cut off
     */
    GroupCommit(Path path, long end) throws IOException {
        this(path, end, Force.SYNC);
    }

    /** Opens an existing file, for tests with a slow or full disk. */
    GroupCommit(Path path, long end, Force force) throws IOException {
        this.force = force;
        // Not a FileChannel, which an interrupt would close.
        file = new RandomAccessFile(path.toFile(), "rw");
        this.end = end;
        if (file.length() > end) {
            file.setLength(end);
        }
    }

    /** Adds a line, which goes to disk with the next {@link Batch#await} of any thread, or with {@link #close}. */
    Batch append(byte[] line) {
        lock.lock();
        try {
            next.bytes.writeBytes(line);
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Writes and forces the collected lines. The lock is held at the start and the end, but not while forcing. */
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
            failure = new IOException("it was not written: " + e, e); // for all threads that added lines
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
                e.addSuppressed(left); // an incomplete line: the next write overwrites it, and readers ignore it
            }
            throw e;
        }
    }

    /** Returns how many times the file was forced. */
    long forces() {
        lock.lock();
        try {
            return forces;
        } finally {
            lock.unlock();
        }
    }

    /** Writes the remaining lines. */
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
