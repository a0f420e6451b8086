package dev.atex.fmf.python;

import java.util.ArrayList;
import java.util.List;

/** Methods of Python's {@code str}. */
public final class PyText {
    private PyText() {}

    /** Returns {@code str.isspace()} of one code point. */
    public static boolean isSpace(int c) {
        return c == ' '
                || (c >= 0x09 && c <= 0x0d)
                || (c >= 0x1c && c <= 0x1f)
                || (c > 0x7f
                        && (c == 0x85
                                || c == 0xa0
                                || c == 0x1680
                                || (c >= 0x2000 && c <= 0x200a)
                                || c == 0x2028
                                || c == 0x2029
                                || c == 0x202f
                                || c == 0x205f
                                || c == 0x3000));
    }

    /** Returns whether {@code \w} matches: letters, numbers of any kind, the underscore. */
    public static boolean isWord(int c) {
        if (c < 0x80) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        }
        if (Character.isLetterOrDigit(c)) {
            return true;
        }
        int type = Character.getType(c);
        return type == Character.LETTER_NUMBER || type == Character.OTHER_NUMBER;
    }

    /** Returns {@code text.strip()}. */
    public static String strip(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isSpace(text.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    /** Returns {@code text.rstrip(characters)}: removes all characters of the set at the end. */
    public static String stripEnd(String text, String characters) {
        int end = text.length();
        while (end > 0 && characters.indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return text.substring(0, end);
    }

    /** Returns {@code text.lstrip(characters)}. */
    public static String stripStart(String text, String characters) {
        int start = 0;
        while (start < text.length() && characters.indexOf(text.charAt(start)) >= 0) {
            start++;
        }
        return text.substring(start);
    }

    /** Returns {@code text.split(separator)}, including empty parts. */
    public static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>(4);
        int start = 0;
        for (int end = text.indexOf(separator); end >= 0; end = text.indexOf(separator, start)) {
            parts.add(text.substring(start, end));
            start = end + 1;
        }
        parts.add(text.substring(start));
        return parts;
    }

    /** Returns {@code text.casefold()}, as far as Java's case mappings allow. */
    public static String caseFold(String text) {
        return lower(text.toUpperCase(java.util.Locale.ROOT));
    }

    /** Returns {@code text.lower()}. */
    public static String lower(String text) {
        return text.toLowerCase(java.util.Locale.ROOT);
    }

    /** Compares by code point, as Python does; {@link String#compareTo} differs beyond the basic plane. */
    public static int compare(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean high = Character.isSurrogate(x);
                return high == Character.isSurrogate(y) ? x - y : high ? 1 : -1;
            }
        }
        return a.length() - b.length();
    }
}
