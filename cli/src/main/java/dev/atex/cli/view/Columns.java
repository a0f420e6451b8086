package dev.atex.cli.view;

/** Measures and cuts text in columns of a terminal. Text has no control characters (see {@link Printable}). */
public final class Columns {
    private Columns() {}

    /** Returns the number of columns of a text. */
    public static int width(String text) {
        int width = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            width += width(c);
            i += Character.charCount(c);
        }
        return width;
    }

    /** Returns the text cut to {@code columns}; the cut is marked. */
    static String fit(String text, int columns) {
        if (text.length() <= columns && width(text) <= columns) {
            return text;
        }
        if (columns <= 0) {
            return "";
        }
        StringBuilder fitting = new StringBuilder();
        int width = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            width += width(c);
            if (width > columns - 1) {
                break;
            }
            fitting.appendCodePoint(c);
            i += Character.charCount(c);
        }
        return fitting.append('…').toString();
    }

    /** Returns the text cut or padded to exactly {@code columns}. */
    public static String pad(String text, int columns) {
        String fitting = fit(text, columns);
        return fitting + " ".repeat(Math.max(0, columns - width(fitting)));
    }

    private static int width(int c) {
        if (c < 0x300) {
            return 1;
        }
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> 0;
            default -> isWide(c) ? 2 : 1;
        };
    }

    /** Returns whether a character is wide: East Asian wide or full-width, or an emoji. */
    private static boolean isWide(int c) {
        return c >= 0x1100
                && (c <= 0x115f
                        || (c >= 0x2e80 && c <= 0xa4cf && c != 0x303f)
                        || (c >= 0xac00 && c <= 0xd7a3)
                        || (c >= 0xf900 && c <= 0xfaff)
                        || (c >= 0xfe30 && c <= 0xfe6f)
                        || (c >= 0xff00 && c <= 0xff60)
                        || (c >= 0xffe0 && c <= 0xffe6)
                        || (c >= 0x1f300 && c <= 0x1faff)
                        || (c >= 0x20000 && c <= 0x3fffd));
    }
}
