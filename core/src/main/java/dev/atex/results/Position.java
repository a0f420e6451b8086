package dev.atex.results;

import java.io.IOException;

/** The range of bytes of an attempt in the file of results, as text: {@code FROM-TO}. */
final class Position {
    private Position() {}

    static String of(long from, long to) {
        return from + "-" + to;
    }

    /** Returns the number of bytes. */
    static long length(String position) throws IOException {
        int dash = position.indexOf('-');
        try {
            return Long.parseLong(position.substring(dash + 1)) - Long.parseLong(position.substring(0, dash));
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            throw new IOException("'" + position + "' is not a position in it", e);
        }
    }
}
