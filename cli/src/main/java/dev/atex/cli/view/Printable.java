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

    /** Returns the status of a test in one line, cut after 40 characters, as it is free text. */
    public static String word(String status) {
        return line(Cut.start(status, WORD, "..."));
    }

    /** Returns the note of a test in one line, cut after 1,000 characters; the results have all of it. */
    public static String note(String text) {
        return text.length() <= NOTE
                ? line(text)
                : line(Cut.start(text, NOTE)) + "... (" + text.length() + " characters, all in the results)";
    }

    /** Returns text as one line: line ends are escaped too. */
    public static String line(String text) {
        return escape(text, false);
    }

    /** Returns text as lines: line ends are kept. */
    public static String lines(String text) {
        return escape(text, true);
    }

    /** Returns text as lines, indented except for the first, cut after 4,000 characters. */
    public static String block(String text, String indentation) {
        String whole = text.strip();
        String part = Cut.start(whole, BLOCK);
        return lines(part).replace("\n", "\n" + indentation)
                + (part.length() == whole.length() ? "" : "... (" + whole.length() + " characters)");
    }

    /** Returns JSON text with the same value, in which dangerous characters are escaped. */
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
