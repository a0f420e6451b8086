package dev.atex.internal.files;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Finds the end of the last complete line of a file, whose writer may have been killed. */
public final class LastLine {
    private LastLine() {}

    private interface Source {
        /** Reads {@code length} bytes from an offset; returns their number, which is less if the file became shorter. */
        int read(byte[] block, int length, long from) throws IOException;
    }

    /** Returns the offset after the last newline; 0 if there is none. Does not move the position of the channel. */
    public static long end(FileChannel channel) throws IOException {
        return end(channel.size(), (block, length, from) -> {
            ByteBuffer buffer = ByteBuffer.wrap(block, 0, length);
            while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {
                // a read may return less than requested
            }
            return buffer.position();
        });
    }

    /** Returns the offset after the last newline; 0 if there is none. An interrupt does not close the file. */
    public static long end(RandomAccessFile file) throws IOException {
        return end(file.length(), (block, length, from) -> {
            file.seek(from);
            file.readFully(block, 0, length);
            return length;
        });
    }

    private static long end(long size, Source source) throws IOException {
        byte[] block = new byte[8192];
        for (long end = size; end > 0; ) {
            long from = Math.max(0, end - block.length);
            int length = source.read(block, (int) (end - from), from);
            for (int i = length - 1; i >= 0; i--) {
                if (block[i] == '\n') {
                    return from + i + 1;
                }
            }
            end = from;
        }
        return 0;
    }
}
