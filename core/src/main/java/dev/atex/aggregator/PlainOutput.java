package dev.atex.aggregator;

import dev.atex.internal.files.RegularFiles;
import dev.atex.internal.json.JsonBytes;
import dev.atex.internal.json.LineReader;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/** Results as they are. */
final class PlainOutput implements ResultsOutput {
    private final Path path;
    private volatile @Nullable AppendFile file;

    PlainOutput(Path path) {
        this.path = path;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public void create() throws IOException {
        Files.createFile(path);
        file = AppendFile.open(path);
    }

    @Override
    public void read(LineSink each) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        RegularFiles.check(path);
        long size = Files.size(path);
        long end = 0;
        try (LineReader lines = new LineReader(Files.newInputStream(path))) {
            while (lines.next()) {
                end += lines.length() + 1L;
                if (end > size) {
                    return;
                }
                each.line(lines);
            }
        }
    }

    @Override
    public void rewrite(Content content) throws IOException {
        write(draft(), content);
        Files.move(draft(), path, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Makes a file, forced to disk. */
    static void write(Path target, Content content) throws IOException {
        try (FileOutputStream stream = new FileOutputStream(target.toFile());
                OutputStream out = new BufferedOutputStream(stream, 64 * 1024)) {
            content.writeTo(out);
            out.flush();
            stream.getFD().sync();
        }
    }

    private Path draft() {
        return path.resolveSibling(path.getFileName() + ".new");
    }

    @Override
    public void reopen() throws IOException {
        Files.deleteIfExists(draft());
        file = AppendFile.open(path);
    }

    @Override
    public void append(JsonBytes lines) throws IOException {
        opened().append(lines);
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
        return opened().size();
    }

    @Override
    public void force() throws IOException {
        opened().force();
    }

    private AppendFile opened() throws IOException {
        AppendFile open = file;
        if (open == null) {
            throw new IOException("not open");
        }
        return open;
    }

    @Override
    public void close() throws IOException {
        AppendFile open = file;
        if (open != null) {
            open.close();
        }
    }
}
