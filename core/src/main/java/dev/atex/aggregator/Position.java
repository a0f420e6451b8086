package dev.atex.aggregator;

import java.io.IOException;

/** Where an attempt is in an output: {@code FROM-TO}, in bytes of lines before they are compressed. */
final class Position {
    private Position() {}

    static String of(long from, long to) {
        return from + "-" + to;
    }

    /** How many bytes. */
    static long length(String position) throws IOException {
        int dash = position.indexOf('-');
        try {
            return Long.parseLong(position.substring(dash + 1)) - Long.parseLong(position.substring(0, dash));
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            throw new IOException("'" + position + "' is no position in it", e);
        }
    }
}
