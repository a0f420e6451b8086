package dev.atex.fmf.python.regex;

/**
 * Writes characters and character classes in the syntax of {@link java.util.regex.Pattern}, with their meaning in
 * Python.
 */
final class JavaSyntax {
    private static final String WORD = "\\p{L}\\p{N}_";
    private static final String SPACE =
            "\\x09-\\x0d\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

    private JavaSyntax() {}

    /** Writes a character outside of classes. */
    static void literal(StringBuilder out, int c) {
        if (c < 0x80 && !Character.isLetterOrDigit(c) && c > ' ') {
            out.append('\\');
        }
        out.appendCodePoint(c);
    }

    /** Writes a character in a class. */
    static void member(StringBuilder set, int c) {
        if (c < 0x80 && !Character.isLetterOrDigit(c)) {
            set.append(c <= ' ' ? "\\x%02x".formatted(c) : "\\" + (char) c);
        } else {
            set.appendCodePoint(c);
        }
    }

    /** Returns the members of the class of word characters. */
    static String word(boolean ascii) {
        return ascii ? "a-zA-Z0-9_" : WORD;
    }

    /**
     * Returns the word class for look-behind: Java looks back over two chars only if the class has such a character.
     */
    static String behind(boolean ascii) {
        return ascii ? "[" + word(ascii) + "]" : "[" + word(ascii) + "\ud835\udc00]";
    }

    /** Returns the members of the class {@code \d}, {@code \s} or {@code \w}. */
    static String category(int c, boolean ascii) {
        return switch (c) {
            case 'd' -> ascii ? "0-9" : "\\p{Nd}";
            case 's' -> ascii ? "\\x09-\\x0d\\x20" : SPACE;
            default -> word(ascii);
        };
    }
}
