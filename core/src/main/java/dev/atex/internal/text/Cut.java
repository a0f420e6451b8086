package dev.atex.internal.text;

import java.nio.charset.StandardCharsets;

/** Parts of texts that are too long, never with half a character at the cut: for every limit in the program. */
public final class Cut {
    private Cut() {}

    /**
     * The beginning of a text.
     *
     * @param most UTF-16 units; one less where the cut would be between the halves of a pair
     */
    public static String start(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, isInPair(text, most) ? most - 1 : most);
    }

    /** The beginning of a text that is too long, and a mark that there is more. */
    public static String start(String text, int most, String mark) {
        return text.length() <= most ? text : start(text, most) + mark;
    }

    /** The end of a text; as {@link #start(String, int)}. */
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
     * The beginning of UTF-8 that was cut at some byte, as text: without the character of which only a part is there. What
     * is no UTF-8 elsewhere is replaced.
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

    /** The end of UTF-8 that was cut at some byte, as text: without what is left of a character that began before. */
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

    /** How many bytes a character has that begins with this one; 1 if none does. */
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
