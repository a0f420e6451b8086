package dev.atex.executor.fmf.control;

import dev.atex.internal.concurrent.PlatformThread;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a control stream, buffered. Small things are found in {@link #buffer}; bulk data goes from the stream to a
 * file through memory outside of the heap, if the stream is a channel.
 */
final class ControlInput {
    private static final int FIRST = 8 << 10;
    private static final int LARGEST = 64 << 10;
    private static final int BULK = 128 << 10;

    private final InputStream in;
    private final @Nullable ReadableByteChannel channel;
    private final BeforeRead beforeRead;

    private byte[] buffer = new byte[FIRST];
    private int position;
    private int limit;
    private volatile boolean stopped;

    /** Called before each read, which may block for long. */
    @FunctionalInterface
    interface BeforeRead {
        void run() throws TestAbortedException;
    }

    ControlInput(InputStream in, BeforeRead beforeRead) {
        this.in = in;
        this.beforeRead = beforeRead;
        this.channel = switch (in) {
            case ReadableByteChannel both -> both;
            case FileInputStream file -> file.getChannel();
            default -> null;
        };
    }

    /** From now on the stream is at its end; a blocked read returns as far as the stream can be woken by closing it. */
    void stop() throws IOException {
        stopped = true;
        in.close();
    }

    byte[] buffer() {
        return buffer;
    }

    /** Returns the index of the first unread byte in {@link #buffer}. */
    int position() {
        return position;
    }

    int available() {
        return limit - position;
    }

    void skip(int bytes) {
        position += bytes;
    }

    /** Reads more behind what is unread; false at the end of the stream. Moves what is in the buffer. */
    boolean more() throws IOException, TestAbortedException {
        if (position == limit) {
            position = 0;
            limit = 0;
        } else if (limit == buffer.length) {
            System.arraycopy(buffer, position, buffer, 0, limit - position);
            limit -= position;
            position = 0;
        }
        if (limit == buffer.length) {
            throw new IllegalStateException("the buffer of the control stream is full");
        }
        int n = read(ByteBuffer.wrap(buffer, limit, buffer.length - limit));
        if (n < 0) {
            return false;
        }
        limit += n;
        if (limit == buffer.length && limit < LARGEST) {
            buffer = Arrays.copyOf(buffer, LARGEST);
        }
        return true;
    }

    /** Reads until this many bytes are available, which must be at most {@link #capacity}; false if the end comes first. */
    boolean require(int bytes) throws IOException, TestAbortedException {
        while (available() < bytes) {
            if (!more()) {
                return false;
            }
        }
        return true;
    }

    int capacity() {
        return buffer.length;
    }

    /** Moves bytes into a file; false if the end of the stream comes first. */
    boolean copyTo(FileChannel file, long bytes) throws IOException, TestAbortedException {
        long left = bytes;
        while (left > 0) {
            if (available() == 0) {
                if (channel != null && left >= LARGEST) {
                    return copyDirectly(channel, file, left);
                }
                if (!more()) {
                    return false;
                }
            }
            int n = (int) Math.min(left, available());
            write(file, ByteBuffer.wrap(buffer, position, n));
            skip(n);
            left -= n;
        }
        return true;
    }

    /** Passes bytes over; false if the end of the stream comes first. */
    boolean discard(long bytes) throws IOException, TestAbortedException {
        long left = bytes;
        while (left > 0) {
            if (available() == 0 && !more()) {
                return false;
            }
            int n = (int) Math.min(left, available());
            skip(n);
            left -= n;
        }
        return true;
    }

    /** As one call on a thread that can block: one for each read would cost more than the reading. */
    private boolean copyDirectly(ReadableByteChannel from, FileChannel file, long bytes)
            throws IOException, TestAbortedException {
        boolean whole = PlatformThread.<Boolean, TestAbortedException>call(from, () -> copyAll(file, bytes));
        if (!whole && Thread.currentThread().isInterrupted()) {
            throw new ClosedByInterruptException();
        }
        return whole;
    }

    private boolean copyAll(FileChannel file, long bytes) throws IOException, TestAbortedException {
        try (Arena arena = Arena.ofConfined()) {
            ByteBuffer bulk = arena.allocate(BULK).asByteBuffer();
            long left = bytes;
            while (left > 0) {
                bulk.clear().limit((int) Math.min(left, BULK));
                int n = read(bulk);
                if (n < 0) {
                    return false;
                }
                write(file, bulk.flip());
                left -= n;
            }
            return true;
        }
    }

    private static void write(FileChannel file, ByteBuffer bytes)
            throws TestAbortedException, ClosedByInterruptException {
        try {
            while (bytes.hasRemaining()) {
                int _ = file.write(bytes);
            }
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw ControlErrors.storing("a file of a result", e);
        }
    }

    private int read(ByteBuffer to) throws IOException, TestAbortedException {
        beforeRead.run();
        try {
            if (channel != null) {
                return channel.read(to);
            }
            int n = in.read(to.array(), to.arrayOffset() + to.position(), to.remaining());
            to.position(to.position() + Math.max(n, 0));
            return n;
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (ClosedChannelException e) {
            return -1;
        } catch (IOException e) {
            if (stopped) {
                return -1;
            }
            throw e;
        }
    }
}
