package dev.atex.executor.fmf.control;

import dev.atex.executor.ResultReader;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.json.JsonBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongFunction;

/** Control streams for tests. */
final class Streams {
    private Streams() {}

    /** The control line and the JSON of a result. */
    static byte[] result(Map<String, ?> json) {
        return result(new JsonBytes(JsonBytes.Style.COMPACT).value(json).toByteArray());
    }

    static byte[] result(byte[] json) {
        return join(List.of(ascii("result " + json.length + "\n"), json));
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] join(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }

    /** A stream that is read in pieces of random sizes, as pipes are. */
    static InputStream inPieces(byte[] bytes, Random random) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] to, int offset, int length) {
                int most = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 1 + random.nextInt(20_000);
                return super.read(to, offset, Math.min(most, length));
            }
        };
    }

    /** A stream without an end, made of parts. */
    static InputStream endless(LongFunction<byte[]> part) {
        return new InputStream() {
            private long next;
            private InputStream current = InputStream.nullInputStream();

            @Override
            public int read() {
                throw new UnsupportedOperationException("byte by byte would be slow");
            }

            @Override
            public int read(byte[] to, int offset, int length) throws IOException {
                int n = current.read(to, offset, length);
                while (n < 0) {
                    current = new ByteArrayInputStream(part.apply(next++));
                    n = current.read(to, offset, length);
                }
                return n;
            }
        };
    }

    /** All results that were stored. */
    static List<Map<String, Object>> stored(TestArtifacts artifacts) throws IOException {
        List<Map<String, Object>> results = new ArrayList<>();
        if (Files.exists(artifacts.resultsFile())) {
            try (ResultReader reader = artifacts.readResults()) {
                for (Map<String, Object> result = reader.next(); result != null; result = reader.next()) {
                    results.add(result);
                }
            }
        }
        return results;
    }
}
