package dev.atex.connection.ssh.mina.output;

import dev.atex.connection.OutputFile;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An output stream of a command that goes to a file. What has come is kept until one of the threads that may block has stored
 * it, and only then may the other side send as much again: the protocol's window bounds what is kept.
 */
public final class FileFlow implements Flow {
    private static final byte[] NOTHING = {};
    /** Room is given free piece by piece, or the other side would stand still while the disk works. */
    private static final int PIECE = 1 << 16;
    /** Of much, so much is stored at once: a thread that is woken for each packet costs more than the packet. */
    private static final int BATCH = 1 << 18;

    private static final long LONGEST_WAIT = Duration.ofMillis(2).toNanos();

    private final OutputFile file;
    private final Release release;
    private final Executor threads;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition enough = lock.newCondition();
    private byte[] waiting = NOTHING;
    private int size;
    private boolean ended;
    /** Whether a thread stores, or is about to. */
    private boolean storing;

    public FileFlow(OutputFile file, Release release, Executor threads) {
        this.file = file;
        this.release = release;
        this.threads = threads;
    }

    public OutputFile file() {
        return file;
    }

    @Override
    public int accept(byte[] data, int offset, int length) {
        lock.lock();
        try {
            if (ended) {
                return length;
            }
            file.announce(length);
            if (waiting.length - size < length) {
                waiting = Arrays.copyOf(waiting, Math.max(size + length, 2 * size));
            }
            System.arraycopy(data, offset, waiting, size, length);
            size += length;
            store();
            if (size >= BATCH) {
                enough.signal();
            }
            return 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void end() {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                store();
                enough.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Called with the lock held. */
    private void store() {
        if (!storing) {
            threads.execute(this::storeAll);
            storing = true;
        }
    }

    private void storeAll() {
        byte[] data = NOTHING;
        int length = 0;
        while (true) {
            boolean last;
            lock.lock();
            try {
                if (length >= PIECE / 2) {
                    awaitMore();
                }
                byte[] stored = data;
                data = waiting;
                length = size;
                last = ended;
                waiting = stored;
                size = 0;
                if (length == 0 && !last) {
                    waiting = NOTHING;
                    storing = false;
                    return;
                }
            } finally {
                lock.unlock();
            }
            for (int done = 0; done < length; done += PIECE) {
                int piece = Math.min(PIECE, length - done);
                file.store(data, done, piece);
                release(piece);
            }
            if (last) {
                file.end();
                return; // nothing is taken any more
            }
        }
    }

    /** Waits a moment for a batch. Called with the lock held. */
    private void awaitMore() {
        try {
            long left = LONGEST_WAIT;
            while (size < BATCH && !ended && left > 0) {
                left = enough.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does; what has come is stored all the same
        }
    }

    private void release(int bytes) {
        try {
            release.release(bytes);
        } catch (IOException | RuntimeException e) {
            return; // the channel is gone: what has come is stored all the same
        }
    }
}
