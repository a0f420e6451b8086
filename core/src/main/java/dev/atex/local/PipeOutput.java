package dev.atex.local;

import dev.atex.internal.concurrent.PlatformThread;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** The input of a command. Unbuffered. Closing it, or interrupting the writer, wakes a blocked write. */
final class PipeOutput extends OutputStream {
    private final FileChannel channel;

    PipeOutput(FileChannel channel) {
        this.channel = channel;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(from, offset, length);
        while (bytes.hasRemaining()) {
            int _ = PlatformThread.call(channel, () -> channel.write(bytes));
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
