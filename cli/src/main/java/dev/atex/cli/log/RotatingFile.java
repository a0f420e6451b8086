package dev.atex.cli.log;

import dev.atex.internal.files.FileProblems;
import dev.atex.internal.files.RegularFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log file of bounded size: when it is full it is renamed to {@code FILE.1}, that one to {@code FILE.2} and so on, and the oldest
 * is deleted. What cannot be written is left out; the next record is tried again.
 */
final class RotatingFile implements LogTarget {
    /** Of one file, in bytes. */
    static final long LARGEST = 8 << 20;
    /** With the one that is written. */
    static final int FILES = 4;

    private final Path file;
    private final long largest;
    private @Nullable FileChannel channel;
    /** Whether the last line in the file has no end. */
    private boolean torn;

    private volatile String problem = "";

    RotatingFile(Path file) {
        this(file, LARGEST);
    }

    RotatingFile(Path file, long largest) {
        this.file = file;
        this.largest = largest;
    }

    @Override
    public String problem() {
        return problem;
    }

    @Override
    public int write(List<LogRecord> records, long missing) {
        int written = 0;
        try {
            if (missing > 0) {
                append(LogLines.ofFile(missing(missing)));
            }
            // a line at a time: then it is known which ones are there
            for (LogRecord record : records) {
                append(LogLines.ofFile(record));
                written++;
            }
        } catch (IOException e) {
            problem = FileProblems.of(e);
        }
        return records.size() - written;
    }

    private LogRecord missing(long count) {
        return new LogRecord(
                Instant.now(),
                Level.WARNING,
                "dev.atex.log",
                Thread.currentThread().getName(),
                count + (count == 1 ? " line is" : " lines are") + " missing here: "
                        + (problem.isEmpty() ? "they could not be written as fast as they came" : problem));
    }

    private void append(String line) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        FileChannel to = open();
        if (torn) {
            bytes.write('\n');
        }
        bytes.writeBytes(line.getBytes(StandardCharsets.UTF_8));
        bytes.write('\n');
        if (to.position() > 0 && to.position() + bytes.size() > largest) {
            rotate();
            to = open();
        }
        ByteBuffer rest = ByteBuffer.wrap(bytes.toByteArray());
        try {
            while (rest.hasRemaining()) {
                to.write(rest);
            }
            torn = false;
        } catch (IOException e) {
            torn |= rest.position() > 0;
            throw e;
        }
    }

    private FileChannel open() throws IOException {
        FileChannel open = channel;
        if (open == null) {
            open = RegularFiles.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            channel = open;
            long size = open.size();
            ByteBuffer last = ByteBuffer.allocate(1);
            torn = size > 0 && open.read(last, size - 1) == 1 && last.get(0) != '\n'; // a process was killed
            open.position(size);
        }
        return open;
    }

    private void rotate() throws IOException {
        close();
        for (int number = FILES - 1; number > 0; number--) {
            Path from = number == 1 ? file : numbered(number - 1);
            if (Files.exists(from)) {
                Files.move(from, numbered(number), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        torn = false;
    }

    private Path numbered(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    @Override
    public void close() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                problem = FileProblems.of(e);
            }
        }
    }
}
