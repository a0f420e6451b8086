package dev.atex.results;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/** Compresses with gzip of the JDK. */
record Gzip(int level) implements Compression {
    private static final int BUFFER = 1 << 16;

    Gzip {
        if (level < 1 || level > 9) {
            throw new IllegalArgumentException("gzip has the levels 1 to 9, not " + level);
        }
    }

    @Override
    public String suffix() {
        return ".gz";
    }

    @Override
    public OutputStream compress(OutputStream to, long size) throws IOException {
        return new Leveled(to, level);
    }

    private static final class Leveled extends GZIPOutputStream {
        Leveled(OutputStream to, int level) throws IOException {
            super(to, BUFFER);
            def.setLevel(level);
        }
    }
}
