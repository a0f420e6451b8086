package dev.atex.connection.support;

import java.nio.charset.StandardCharsets;

/** Removes a mark from a stream that arrives in pieces. Not thread-safe. */
final class MarkFilter {
    private final byte[] mark;
    /** For each prefix of the mark, the length of the longest proper prefix that is also its end (Knuth, Morris, Pratt). */
    private final int[] fallback;

    private int matched;
    private boolean found;

    MarkFilter(String text) {
        mark = text.getBytes(StandardCharsets.UTF_8);
        fallback = new int[mark.length];
        int length = 0;
        for (int i = 1; i < mark.length; i++) {
            while (length > 0 && mark[i] != mark[length]) {
                length = fallback[length - 1];
            }
            if (mark[i] == mark[length]) {
                length++;
            }
            fallback[i] = length;
        }
    }

    /** Receives the bytes that are not part of the mark. */
    @FunctionalInterface
    interface Sink<X extends Exception> {
        void write(byte[] data, int offset, int length) throws X;
    }

    boolean isFound() {
        return found;
    }

    /** Processes more bytes; holds back what may be the beginning of the mark. After the mark all bytes pass. */
    <X extends Exception> void accept(byte[] data, int offset, int length, Sink<X> sink) throws X {
        if (found || mark.length == 0) {
            found = true;
            sink.write(data, offset, length);
            return;
        }
        int before = matched;
        for (int i = 0; i < length; i++) {
            byte next = data[offset + i];
            while (matched > 0 && next != mark[matched]) {
                matched = fallback[matched - 1];
            }
            if (next == mark[matched]) {
                matched++;
            }
            if (matched == mark.length) {
                int end = i + 1;
                pass(before, data, offset, end, mark.length, sink);
                found = true;
                matched = 0;
                sink.write(data, offset + end, length - end);
                return;
            }
        }
        pass(before, data, offset, length, matched, sink);
    }

    /** Passes {@code before} bytes of the mark and then the data, all but the last {@code held} bytes. */
    private <X extends Exception> void pass(int before, byte[] data, int offset, int length, int held, Sink<X> sink)
            throws X {
        int free = before + length - held;
        int fromMark = Math.min(before, free);
        if (fromMark > 0) {
            sink.write(mark, 0, fromMark);
        }
        if (free > fromMark) {
            sink.write(data, offset, free - fromMark);
        }
    }

    /** Ends the stream: the bytes that were held back are not the mark. */
    <X extends Exception> void end(Sink<X> sink) throws X {
        int held = matched;
        matched = 0;
        if (held > 0) {
            sink.write(mark, 0, held);
        }
    }
}
