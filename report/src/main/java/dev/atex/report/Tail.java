package dev.atex.report;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The end of a file as text: what a report has room for. */
final class Tail {
    private Tail() {}

    /**
     * The last bytes of a file, from the beginning of a line on; what is no UTF-8 is replaced.
     *
     * @return {@code ""} for a file that is not there any more, or is no regular one
     */
    static String of(Path file, int bytes) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return "";
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long size = in.length();
            long from = Math.max(0, size - bytes);
            byte[] tail = new byte[(int) (size - from)];
            in.seek(from);
            in.readFully(tail);
            String text = new String(tail, StandardCharsets.UTF_8);
            int line = from == 0 ? -1 : text.indexOf('\n');
            return text.substring(line + 1);
        }
    }
}
