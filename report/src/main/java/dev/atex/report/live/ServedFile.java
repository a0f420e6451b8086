package dev.atex.report.live;

import com.sun.net.httpserver.HttpExchange;
import dev.atex.run.model.RunFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends files of tests as text that browsers do not execute. */
final class ServedFile {
    private static final List<String> OPEN_TO_READERS = List.of("files", "attempts");
    private static final Pattern LAST_BYTES = Pattern.compile("bytes=-(\\d{1,9})");

    private ServedFile() {}

    static void send(HttpExchange exchange, Path directory, String name) throws IOException {
        Optional<Path> file = find(directory, name);
        if (file.isEmpty()) {
            LiveServer.answer(exchange, 404, "The run has no such file.\n");
            return;
        }
        try (SeekableByteChannel in = RunFiles.in(directory).open(file.get())) {
            long size = in.size();
            long from = 0;
            String range = exchange.getRequestHeaders().getFirst("Range");
            Matcher last = LAST_BYTES.matcher(range == null ? "" : range);
            if (last.matches()) {
                from = Math.max(0, size - Long.parseLong(last.group(1)));
            }
            var headers = exchange.getResponseHeaders();
            headers.set("Content-Type", "text/plain; charset=utf-8");
            headers.set("Content-Security-Policy", "sandbox; default-src 'none'");
            if (from > 0) {
                headers.set("Content-Range", "bytes " + from + "-" + (size - 1) + "/" + size);
            }
            long length = size - from;
            OutputStream out = LiveServer.begin(exchange, from > 0 ? 206 : 200, OptionalLong.of(length));
            if (!LiveServer.isHead(exchange)) {
                in.position(from);
                copy(in, length, out);
            }
            out.close();
        }
    }

    private static void copy(SeekableByteChannel in, long length, OutputStream out) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        for (long left = length; left > 0; ) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), left));
            int n = in.read(buffer);
            if (n < 0) {
                throw new IOException("the file has become shorter");
            }
            out.write(buffer.array(), 0, n);
            left -= n;
        }
    }

    /** Returns a file that a test has left; empty for anything else, including targets of links. */
    private static Optional<Path> find(Path directory, String name) throws IOException {
        try {
            Path path = directory.resolve(name).normalize();
            for (String open : OPEN_TO_READERS) {
                Path top = directory.resolve(open);
                if (path.startsWith(top)
                        && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                        && path.toRealPath().startsWith(top.toRealPath())) {
                    return Optional.of(path);
                }
            }
            return Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
