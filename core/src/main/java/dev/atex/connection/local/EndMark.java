package dev.atex.connection.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Takes the mark that a command wrote last off the file its output went to. */
final class EndMark {
    /** How much may have been written after the mark by a child that outlived the command. */
    private static final int TAIL = 1 << 20;

    private EndMark() {}

    /**
     * Removes the last occurrence of {@code mark} at or behind {@code start}; does nothing if there is none, which is so
     * when the command was killed.
     */
    static void strip(Path file, long start, String mark) throws IOException {
        byte[] wanted = mark.getBytes(StandardCharsets.UTF_8);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            // most often it is the last thing there
            long from = channel.size() - wanted.length;
            if (from < start || !removeFrom(channel, from, wanted)) {
                removeFrom(channel, Math.max(start, channel.size() - TAIL), wanted);
            }
        }
    }

    private static boolean removeFrom(FileChannel channel, long from, byte[] mark) throws IOException {
        byte[] tail = read(channel, from);
        int at = lastIndexOf(tail, mark);
        if (at < 0) {
            return false;
        }
        ByteBuffer rest = ByteBuffer.wrap(tail, at + mark.length, tail.length - at - mark.length);
        long position = from + at;
        while (rest.hasRemaining()) {
            position += channel.write(rest, position);
        }
        channel.truncate(position);
        return true;
    }

    private static byte[] read(FileChannel channel, long from) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(channel.size() - from));
        while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {
            // until full
        }
        byte[] bytes = new byte[buffer.position()];
        buffer.flip().get(bytes);
        return bytes;
    }

    private static int lastIndexOf(byte[] bytes, byte[] wanted) {
        for (int at = bytes.length - wanted.length; at >= 0; at--) {
            if (java.util.Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }
}
