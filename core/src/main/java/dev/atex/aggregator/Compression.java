package dev.atex.aggregator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A way to make files shorter. Immutable. */
public interface Compression {

    /** gzip (RFC 1952) of a level from 1, quick, to 9, small. */
    static Compression gzip(int level) {
        return new Gzip(level);
    }

    /** What the names of such files end in: {@code ".gz"}. */
    String suffix();

    /**
     * Compresses what is written to the stream that is returned. All of it is there when that is closed, which closes
     * {@code to} too.
     *
     * @param size how many bytes will be written, about
     */
    OutputStream compress(OutputStream to, long size) throws IOException;

    /** Reads it back; of several that were appended to each other, all. */
    InputStream decompress(InputStream from) throws IOException;
}
