package dev.atex.report.model;

import dev.atex.internal.text.Cut;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Arrays;

/** The end of a file as text: what a report has room for. */
final class Tail {
    private Tail() {}

    /**
     * The last bytes of a file of a run, from the beginning of a line on; what is no UTF-8 is replaced.
     *
     * @return {@code ""} for a file that is not there any more, or is no regular one of the run
     */
    static String of(RunReport run, Path file, int bytes) throws IOException {
        try (SeekableByteChannel in = run.open(file)) {
            long size = in.size();
            long from = Math.max(0, size - bytes);
            ByteBuffer tail = ByteBuffer.allocate((int) (size - from));
            in.position(from);
            while (tail.hasRemaining() && in.read(tail) >= 0) {
                // a read may give less than was asked for
            }
            byte[] read = Arrays.copyOf(tail.array(), tail.position());
            if (from == 0) {
                return new String(read, StandardCharsets.UTF_8);
            }
            String text = Cut.endOfUtf8(read);
            return text.substring(text.indexOf('\n') + 1);
        } catch (FileSystemException e) {
            return "";
        }
    }
}
