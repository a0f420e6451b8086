package dev.atex.local;

import dev.atex.internal.concurrent.PlatformThread;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.util.Objects;

/**
 * The output of a command. Closing it, or interrupting the reader, wakes a blocked read. Reading from its channel into a
 * direct buffer is fastest.
 */
final class PipeInput extends InputStream implements ReadableByteChannel {
    private final FileChannel channel;

    PipeInput(FileChannel channel) {
        this.channel = channel;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, to.length);
        return length == 0 ? 0 : PlatformThread.call(channel, () -> channel.read(ByteBuffer.wrap(to, offset, length)));
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        return to.hasRemaining() ? PlatformThread.call(channel, () -> channel.read(to)) : 0;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
