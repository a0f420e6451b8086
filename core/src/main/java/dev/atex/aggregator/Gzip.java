package dev.atex.aggregator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** gzip, by the JDK. */
record Gzip(int level) implements Compression {
    private static final int BUFFER = 1 << 16;

    Gzip {
        if (level < 1 || level > 9) {
            throw new IllegalArgumentException("the level of gzip is 1 to 9, not " + level);
        }
    }

    @Override
    public String suffix() {
        return ".gz";
    }

    @Override
    public OutputStream compress(OutputStream to, long size) throws IOException {
        return new Levelled(to, level);
    }

    private static final class Levelled extends GZIPOutputStream {
        Levelled(OutputStream to, int level) throws IOException {
            super(to, BUFFER);
            def.setLevel(level);
        }
    }

    @Override
    public InputStream decompress(InputStream from) throws IOException {
        return new GZIPInputStream(from, BUFFER);
    }
}
