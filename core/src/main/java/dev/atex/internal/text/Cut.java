package dev.atex.internal.text;

import java.nio.charset.StandardCharsets;

/** Cuts texts that are too long, never inside a character. */
public final class Cut {
    private Cut() {}

    /**
     * Returns the start of a text.
     *
     * @param most number of UTF-16 units; one less if the cut would be inside a surrogate pair
     */
    public static String start(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, isInPair(text, most) ? most - 1 : most);
    }

    /** Returns the start of a text, with a mark at the end if it was cut. */
    public static String start(String text, int most, String mark) {
        return text.length() <= most ? text : start(text, most) + mark;
    }

    /** Returns the end of a text, as {@link #start(String, int)}. */
    public static String end(String text, int most) {
        int from = text.length() - most;
        if (from <= 0) {
            return text;
        }
        return text.substring(isInPair(text, from) ? from + 1 : from);
    }

    private static boolean isInPair(String text, int at) {
        return at > 0
                && at < text.length()
                && Character.isHighSurrogate(text.charAt(at - 1))
                && Character.isLowSurrogate(text.charAt(at));
    }

    /**
     * Returns the start of UTF-8 that was cut at any byte as text, without an incomplete character at the end. Replaces other
     * malformed bytes.
     */
    public static String startOfUtf8(byte[] bytes, int length) {
        int end = length;
        int back = 1;
        while (back <= 3 && back <= length && isContinuation(bytes[length - back])) {
            back++;
        }
        if (back <= length && back <= 4 && lengthOf(bytes[length - back]) > back) {
            end = length - back;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    /** Returns the end of UTF-8 that was cut at any byte as text, without an incomplete character at the start. */
    public static String endOfUtf8(byte[] bytes) {
        int from = 0;
        while (from < Math.min(3, bytes.length) && isContinuation(bytes[from])) {
            from++;
        }
        return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    }

    private static boolean isContinuation(byte b) {
        return (b & 0xc0) == 0x80;
    }

    /** Returns the length of a character that starts with this byte; 1 if none does. */
    private static int lengthOf(byte first) {
        int bits = first & 0xff;
        if (bits >= 0xf0 && bits < 0xf5) {
            return 4;
        }
        if (bits >= 0xe0 && bits < 0xf0) {
            return 3;
        }
        return bits >= 0xc2 && bits < 0xe0 ? 2 : 1;
    }
}
