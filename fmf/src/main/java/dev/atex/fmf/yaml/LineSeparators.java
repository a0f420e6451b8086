package dev.atex.fmf.yaml;

import java.util.List;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.tokens.ScalarToken;

/**
 * Handles U+2028 and U+2029, which end a line for the reference, as in YAML 1.1, but not for the parser. Between the
 * lines of a scalar they are kept, while a line feed there becomes a blank.
 */
final class LineSeparators {
    private LineSeparators() {}

    static boolean areIn(Source source) {
        return source.text().indexOf('\u2028') >= 0 || source.text().indexOf('\u2029') >= 0;
    }

    /** Returns the place of the first one. */
    static Source.Place first(Source source) {
        String text = source.text();
        int line = text.indexOf('\u2028');
        int paragraph = text.indexOf('\u2029');
        return source.place(line < 0 || (paragraph >= 0 && paragraph < line) ? paragraph : line);
    }

    /**
     * Returns the document with line feeds instead, and with the scalars that span such lines as the reference reads
     * them.
     */
    static Source resolved(Source source) {
        String written = source.text();
        Source plain = Source.of(withLineFeeds(written));
        StringBuilder text = new StringBuilder(written.length());
        int at = 0;
        for (Tokens.Spot spot : Tokens.of(plain)) {
            if (spot.token() instanceof ScalarToken scalar && spot.start() >= at) {
                String inside = written.substring(spot.start(), spot.end());
                if (!inside.equals(withLineFeeds(inside))) {
                    text.append(plain.text(), at, spot.start());
                    text.append(isBlock(scalar) ? block(inside) : folded(inside, scalar));
                    at = spot.end();
                }
            }
        }
        return Source.of(text.append(plain.text(), at, plain.text().length()).toString());
    }

    private static String withLineFeeds(String text) {
        return text.replace('\u2028', '\n').replace('\u2029', '\n');
    }

    private static boolean isSeparator(char c) {
        return c == '\u2028' || c == '\u2029';
    }

    private static boolean isBlock(ScalarToken scalar) {
        return scalar.getStyle() == ScalarStyle.LITERAL || scalar.getStyle() == ScalarStyle.FOLDED;
    }

    /** Replaces blanks and line ends between words as the reference does. */
    private static String folded(String text, ScalarToken scalar) {
        boolean escapes = scalar.getStyle() == ScalarStyle.DOUBLE_QUOTED;
        StringBuilder made = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); ) {
            char c = text.charAt(i);
            if (escapes && c == '\\' && i + 1 < text.length()) {
                made.append(withLineFeeds(text.substring(i, i + 2)));
                i += 2;
                continue;
            }
            int end = i;
            while (end < text.length() && (" \t\n".indexOf(text.charAt(end)) >= 0 || isSeparator(text.charAt(end)))) {
                end++;
            }
            if (end == i) {
                made.append(c);
                i++;
            } else {
                made.append(gap(text.substring(i, end)));
                i = end;
            }
        }
        return made.toString();
    }

    private static String gap(String gap) {
        if (gap.equals(withLineFeeds(gap))) {
            return gap;
        }
        StringBuilder ends = new StringBuilder();
        gap.chars().filter(c -> c != ' ' && c != '\t').forEach(c -> ends.append((char) c));
        if (ends.charAt(0) == '\n') {
            ends.deleteCharAt(0); // it would become a blank if it were the only one
        }
        StringBuilder made = new StringBuilder();
        for (int i = 0; i < ends.length(); i++) {
            char c = ends.charAt(i);
            boolean first = c == '\n' && (i == 0 || ends.charAt(i - 1) != '\n');
            made.append(first ? "\n\n" : String.valueOf(c)); // one more than the result has
        }
        return made.toString();
    }

    /** Keeps separators between lines of the text, without the indentation that follows; others end lines. */
    private static String block(String text) {
        int indent = indentOf(text);
        StringBuilder made = new StringBuilder(text.length());
        int headerEnd = withLineFeeds(text).indexOf('\n');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isSeparator(c)) {
                made.append(c);
            } else if (i > headerEnd && indent > 0 && goesOn(text, i + 1, indent)) {
                made.append(c);
                i += indent;
            } else {
                made.append('\n');
            }
        }
        return made.toString();
    }

    private static boolean goesOn(String text, int at, int indent) {
        return at + indent < text.length()
                && text.startsWith(" ".repeat(indent), at)
                && text.charAt(at + indent) != '\n'
                && !isSeparator(text.charAt(at + indent));
    }

    /** Returns the indentation of the first line that is not blank. */
    static int indentOf(String text) {
        List<String> lines = withLineFeeds(text).lines().skip(1).toList();
        for (String line : lines) {
            if (!line.isBlank()) {
                return (int) line.chars().takeWhile(c -> c == ' ').count();
            }
        }
        return 0;
    }
}
