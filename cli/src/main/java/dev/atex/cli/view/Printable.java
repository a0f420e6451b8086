package dev.atex.cli.view;

import dev.atex.internal.text.Cut;

/**
 * Makes text of unknown origin safe to show: control characters (also those that move a terminal's cursor, or that
 * change the direction of writing) are shown as escapes.
 */
public final class Printable {
    private static final int WORD = 40;
    private static final int NOTE = 1_000;
    private static final int BLOCK = 4_000;

    private Printable() {}

    /** The status of a test in one line: it is free text, so more than 40 characters are cut. */
    public static String word(String status) {
        return line(Cut.start(status, WORD, "..."));
    }

    /** What a test says about itself in one line: more than 1,000 characters are cut, and are in the results. */
    public static String note(String text) {
        return text.length() <= NOTE
                ? line(text)
                : line(Cut.start(text, NOTE)) + "... (" + text.length() + " characters, all in the results)";
    }

    /** One line: line ends are escaped too. */
    public static String line(String text) {
        return escape(text, false);
    }

    /** Several lines: line ends stay. */
    public static String lines(String text) {
        return escape(text, true);
    }

    /** Several lines, all but the first of them after an indentation; more than 4,000 characters are cut. */
    public static String block(String text, String indentation) {
        String whole = text.strip();
        String part = Cut.start(whole, BLOCK);
        return lines(part).replace("\n", "\n" + indentation)
                + (part.length() == whole.length() ? "" : "... (" + whole.length() + " characters)");
    }

    /** JSON text, which stays the same JSON: in its strings such characters are escapes. */
    public static String json(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (c != '\n' && isDangerous(c)) {
                for (char unit : Character.toChars(c)) {
                    safe.append(String.format("\\u%04x", (int) unit));
                }
            } else {
                safe.appendCodePoint(c);
            }
            i += Character.charCount(c);
        }
        return safe.toString();
    }

    private static String escape(String text, boolean keepLineEnds) {
        StringBuilder safe = null;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            int length = Character.charCount(c);
            boolean harmless = c == '\n' ? keepLineEnds : !isDangerous(c);
            if (harmless) {
                if (safe != null) {
                    safe.appendCodePoint(c);
                }
            } else {
                if (safe == null) {
                    safe = new StringBuilder(text.length() + 16).append(text, 0, i);
                }
                safe.append(
                        switch (c) {
                            case '\n' -> "\\n";
                            case '\r' -> "\\r";
                            case '\t' -> "\\t";
                            case 0x1b -> "\\e";
                            default -> c <= 0xff ? String.format("\\x%02x", c) : String.format("\\u%04x", c);
                        });
            }
            i += length;
        }
        return safe == null ? text : safe.toString();
    }

    private static boolean isDangerous(int c) {
        if (c >= 0x20 && c < 0x7f) {
            return false;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
