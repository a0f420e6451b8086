package dev.atex.connection.ssh.mina.output;

import dev.atex.connection.support.OutputFile;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes an output stream of a command to a file. Received data is kept in memory until a thread that may block has written it;
 * only then may the server send as much again. So the channel window limits the memory.
 */
public final class FileFlow implements Flow {
    private static final byte[] NOTHING = {};
    /** The window is released in pieces of this size, so that the server goes on sending while data is written. */
    private static final int PIECE = 1 << 16;
    /** Much data is written in batches of this size: waking a thread for each packet costs more than the packet. */
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
    /** True if a thread writes, or is about to. */
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
                return; // no more data is accepted
            }
        }
    }

    /** Waits a moment until there is a batch. Called with the lock held. */
    private void awaitMore() {
        try {
            long left = LONGEST_WAIT;
            while (size < BATCH && !ended && left > 0) {
                left = enough.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the data is written all the same
        }
    }

    private void release(int bytes) {
        try {
            release.release(bytes);
        } catch (IOException | RuntimeException e) {
            return; // the channel is closed; the data is written all the same
        }
    }
}
