package dev.atex.aggregator;

import dev.atex.internal.files.RegularFiles;
import dev.atex.internal.json.JsonBytes;
import dev.atex.internal.json.LineReader;
import java.io.BufferedInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Results that are compressed, some MiB at a time: short texts by themselves would not become shorter. While it is open, those
 * that are not compressed yet are in {@code FILE.part}, forced as in any output. Its first line has the bytes of {@code FILE}
 * that count, and how many bytes of lines are in these; all other bytes of {@code FILE} come from an attempt at compressing
 * that was cut off. Without {@code FILE.part} all of {@code FILE} counts.
 */
final class CompressedOutput implements ResultsOutput {
    /** Lines that are compressed together. */
    static final int ENOUGH = 4 << 20;

    private static final Pattern HEAD = Pattern.compile("([0-9]{19}) ([0-9]{19})");
    private static final int HEAD_SIZE = 40;

    private final Path path;
    private final Path part;
    private final Compression compression;

    /** What counts when this file is opened again. */
    private record Head(long compressed, long content) {
        byte[] text() {
            return (String.format("%019d %019d", compressed, content) + "\n").getBytes(StandardCharsets.US_ASCII);
        }
    }

    private Head head = new Head(0, 0);
    private volatile @Nullable AppendFile tail;

    CompressedOutput(Path path, Compression compression) {
        this.path = path;
        this.compression = compression;
        part = path.resolveSibling(path.getFileName() + ".part");
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public void create() throws IOException {
        if (Files.exists(part, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(part.toString());
        }
        Files.createFile(path);
        begin(new Head(0, 0));
    }

    private void begin(Head next) throws IOException {
        replacePart(next, _ -> {});
        head = next;
        tail = AppendFile.open(part);
    }

    private void replacePart(Head next, Content lines) throws IOException {
        Path draft = part.resolveSibling(part.getFileName() + ".new");
        PlainOutput.write(draft, out -> {
            out.write(next.text());
            lines.writeTo(out);
        });
        Files.move(draft, part, StandardCopyOption.ATOMIC_MOVE);
    }

    private Head readHead() throws IOException {
        if (!Files.exists(part, LinkOption.NOFOLLOW_LINKS)) {
            return new Head(Files.exists(path) ? Files.size(path) : 0, -1);
        }
        try (InputStream in = Files.newInputStream(part, LinkOption.NOFOLLOW_LINKS)) {
            Matcher numbers =
                    HEAD.matcher(new String(in.readNBytes(HEAD_SIZE), StandardCharsets.US_ASCII).stripTrailing());
            if (!numbers.matches()) {
                throw new IOException(part + " does not begin as it should");
            }
            return new Head(Long.parseLong(numbers.group(1)), Long.parseLong(numbers.group(2)));
        }
    }

    @Override
    public void read(LineSink each) throws IOException {
        try (InputStream content = content();
                LineReader lines = new LineReader(content)) {
            while (lines.next()) {
                each.line(lines);
            }
        }
    }

    /** Whole lines. */
    private InputStream content() throws IOException {
        RegularFiles.check(path);
        RegularFiles.check(part);
        Head now = readHead();
        InputStream compressed = now.compressed() == 0
                ? InputStream.nullInputStream()
                : compression.decompress(
                        new Beginning(new BufferedInputStream(Files.newInputStream(path)), now.compressed()));
        if (now.content() < 0) {
            return compressed;
        }
        long end;
        try (RandomAccessFile in = new RandomAccessFile(part.toFile(), "r")) {
            end = AppendFile.endOfLastLine(in);
        }
        InputStream rest = new Beginning(new BufferedInputStream(Files.newInputStream(part)), end);
        rest.skipNBytes(HEAD_SIZE);
        return new SequenceInputStream(compressed, rest);
    }

    @Override
    public void rewrite(Content content) throws IOException {
        replacePart(new Head(0, 0), content);
    }

    @Override
    public void reopen() throws IOException {
        if (Files.exists(part, LinkOption.NOFOLLOW_LINKS)) {
            head = readHead();
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                if (file.length() < head.compressed()) {
                    throw new IOException("it is shorter than " + part + " says");
                }
                file.setLength(head.compressed());
            }
            tail = AppendFile.open(part);
        } else if (Files.exists(path)) {
            long content = 0;
            try (InputStream in = content()) {
                content = in.transferTo(OutputStream.nullOutputStream());
            }
            begin(new Head(Files.size(path), content));
        } else {
            create();
        }
    }

    @Override
    public void append(JsonBytes lines) throws IOException {
        AppendFile open = opened();
        if (open.isSettled() && open.size() - HEAD_SIZE >= ENOUGH) {
            compressTail(open);
            begin(new Head(Files.size(path), head.content() + open.size() - HEAD_SIZE));
        }
        opened().append(lines);
    }

    /** Adds what is in the tail to the file, and closes the tail; if this fails, only the tail counts. */
    private void compressTail(AppendFile open) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(head.compressed());
            file.seek(head.compressed());
            long size = open.size() - HEAD_SIZE;
            try (InputStream lines = new Beginning(Files.newInputStream(part), open.size());
                    OutputStream out = compression.compress(new Unclosed(new FileOutputStream(file.getFD())), size)) {
                lines.skipNBytes(HEAD_SIZE);
                lines.transferTo(out);
            }
            file.getFD().sync();
        }
        open.close();
    }

    @Override
    public void commit() throws IOException {
        opened().commit();
    }

    @Override
    public void rollBack() throws IOException {
        opened().rollBack();
    }

    @Override
    public long size() throws IOException {
        return head.content() + opened().size() - HEAD_SIZE;
    }

    @Override
    public void force() throws IOException {
        opened().force(); // what is not in it was forced when it was compressed
    }

    private AppendFile opened() throws IOException {
        AppendFile open = tail;
        if (open == null) {
            throw new IOException("not open");
        }
        return open;
    }

    @Override
    public void close() throws IOException {
        AppendFile open = tail;
        if (open != null) {
            tail = null;
            boolean whole = false;
            try {
                if (open.size() > HEAD_SIZE || head.compressed() == 0) { // an empty file is none of these formats
                    compressTail(open);
                }
                whole = true;
            } finally {
                open.close();
                if (whole) {
                    Files.delete(part);
                }
            }
        }
    }
}
