package dev.atex.report.model;

import dev.atex.internal.text.Cut;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads the end of a file as text, for reports with limited room. */
final class Tail {
    private Tail() {}

    /**
     * Returns the last bytes of a file of a run, from the beginning of a line on; bytes that are not UTF-8 are
     * replaced.
     *
     * @return {@code ""} if the file does not exist any more or is not a regular file of the run
     */
    static String of(RunReport run, Path file, int bytes) throws IOException {
        try (SeekableByteChannel in = run.open(file)) {
            long size = in.size();
            long from = Math.max(0, size - bytes);
            ByteBuffer tail = ByteBuffer.allocate((int) (size - from));
            in.position(from);
            while (tail.hasRemaining() && in.read(tail) >= 0) {
                // a read may return less than requested
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
