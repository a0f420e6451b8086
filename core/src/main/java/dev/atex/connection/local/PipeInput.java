package dev.atex.connection.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/** What a command writes. Closing, or an interrupt of the reader, wakes a blocked read. */
final class PipeInput extends InputStream {
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
    public void close() throws IOException {
        channel.close();
    }
}
