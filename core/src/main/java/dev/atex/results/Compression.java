package dev.atex.results;

import java.io.IOException;
import java.io.OutputStream;

/** A compression format for copies of results and files. Immutable. */
public interface Compression {

    /** Returns gzip (RFC 1952) with a level from 1 (fastest) to 9 (smallest). */
    static Compression gzip(int level) {
        return new Gzip(level);
    }

    /** Returns the suffix of compressed files, such as {@code ".gz"}. */
    String suffix();

    /**
     * Compresses everything that is written to the returned stream. Closing that completes the compressed data and closes
     * {@code to}.
     *
     * @param size the approximate number of bytes that will be written
     */
    OutputStream compress(OutputStream to, long size) throws IOException;
}
