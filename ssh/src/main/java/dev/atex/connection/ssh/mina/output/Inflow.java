package dev.atex.connection.ssh.mina.output;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An output stream of a command that the caller reads. Received data is kept until it is read; the channel window limits it.
 */
public final class Inflow extends InputStream implements Flow {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<byte[]> chunks = new ArrayDeque<>();
    private final Release release;
    private int position;
    private boolean ended;
    private boolean closed;

    public Inflow(Release release) {
        this.release = release;
    }

    @Override
    public int accept(byte[] data, int offset, int length) {
        lock.lock();
        try {
            if (closed) {
                return length;
            }
            chunks.add(Arrays.copyOfRange(data, offset, offset + length));
            changed.signalAll();
            return 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int taken;
        lock.lock();
        try {
            if (!awaitChunk()) {
                return -1;
            }
            taken = 0;
            byte[] chunk = chunks.peek();
            while (chunk != null && taken < length) {
                int part = Math.min(length - taken, chunk.length - position);
                System.arraycopy(chunk, position, buffer, offset + taken, part);
                taken += part;
                position += part;
                if (position == chunk.length) {
                    chunks.remove();
                    position = 0;
                    chunk = chunks.peek();
                }
            }
        } finally {
            lock.unlock();
        }
        release.release(taken);
        return taken;
    }

    /** Waits for data. Returns false at the end of the stream. Called with the lock held. */
    private boolean awaitChunk() throws IOException {
        while (true) {
            if (closed) {
                throw new IOException("the stream is closed");
            }
            if (!chunks.isEmpty()) {
                return true;
            }
            if (ended) {
                return false;
            }
            try {
                changed.await();
            } catch (InterruptedException e) {
                closed = true;
                Thread.currentThread().interrupt();
                ClosedByInterruptException interrupted = new ClosedByInterruptException();
                interrupted.initCause(e);
                throw interrupted;
            }
        }
    }

    @Override
    public int available() {
        lock.lock();
        try {
            byte @Nullable [] chunk = chunks.peek();
            return chunk == null ? 0 : chunk.length - position;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        int dropped;
        lock.lock();
        try {
            closed = true;
            dropped = chunks.stream().mapToInt(chunk -> chunk.length).sum() - position;
            chunks.clear();
            position = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (dropped > 0) {
            release.release(dropped);
        }
    }
}
