package dev.atex.fmf.python.regex;

import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PyText;
import dev.atex.fmf.python.PythonException;
import org.jspecify.annotations.Nullable;

/** The text of an expression, read from left to right: characters, names, numbers and escapes. */
final class RegexSource {
    private final String text;
    private int at;

    RegexSource(String text) {
        this.text = text;
    }

    /** Returns the offset of the next char. */
    int at() {
        return at;
    }

    void moveTo(int offset) {
        at = offset;
    }

    boolean isAtEnd() {
        return at >= text.length();
    }

    boolean startsWith(String prefix) {
        return text.startsWith(prefix, at);
    }

    /** Returns the offset of the next such char; -1 if there is none. */
    int find(char c) {
        return text.indexOf(c, at);
    }

    /** Returns a char at any offset; -1 beyond the end. */
    int charAt(int offset) {
        return offset < text.length() ? text.charAt(offset) : -1;
    }

    String substring(int start, int end) {
        return text.substring(start, end);
    }

    static boolean isIdentifier(String name) {
        if (name.isEmpty() || (!Character.isUnicodeIdentifierStart(name.codePointAt(0)) && name.charAt(0) != '_')) {
            return false;
        }
        return name.codePoints().allMatch(c -> PyText.isWord(c) || Character.isUnicodeIdentifierPart(c));
    }

    static PythonException error(String message) {
        return new PythonException("error", message);
    }

    PythonException errorAt(String message, int position) {
        return error(message + " at position " + text.codePointCount(0, Math.min(position, text.length())));
    }

    /** Returns the next char without reading it; -1 at the end. */
    int peek() {
        return at < text.length() ? text.charAt(at) : -1;
    }

    /** Reads the char if it is the next one. */
    boolean accept(char c) {
        if (peek() == c) {
            at++;
            return true;
        }
        return false;
    }

    /** Reads a code point. */
    int next() {
        int c = text.codePointAt(at);
        at += Character.charCount(c);
        return c;
    }

    /** Skips comments and, if the flag for it is set, white space. */
    void skipIgnored(boolean verbose) {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (text.startsWith("(?#", at)) {
                int end = text.indexOf(')', at);
                if (end < 0) {
                    throw errorAt("missing ), unterminated comment", at);
                }
                at = end + 1;
            } else if (verbose && c == '#') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end + 1;
            } else if (verbose && " \t\n\r\u000b\f".indexOf(c) >= 0) {
                at++;
            } else {
                return;
            }
        }
    }

    /** Reads a quantifier; returns null and reads nothing if there is none. */
    @Nullable
    Repeat readRepeat() {
        int start = at;
        return switch (peek()) {
            case '*' -> {
                at++;
                yield new Repeat(0, Repeat.UNBOUNDED);
            }
            case '+' -> {
                at++;
                yield new Repeat(1, Repeat.UNBOUNDED);
            }
            case '?' -> {
                at++;
                yield new Repeat(0, 1);
            }
            case '{' -> {
                at++;
                if (peek() == '}') {
                    at = start;
                    yield null;
                }
                String low = digits();
                String high = accept(',') ? digits() : low;
                if (!accept('}')) {
                    at = start;
                    yield null;
                }
                int min = low.isEmpty() ? 0 : bound(low);
                int max = high.isEmpty() ? Repeat.UNBOUNDED : bound(high);
                if (max < min) {
                    throw errorAt("min repeat greater than max repeat", start);
                }
                yield new Repeat(min, max);
            }
            default -> null;
        };
    }

    private int bound(String digits) {
        if (digits.length() > 9) {
            throw new PythonException("OverflowError", "the repetition number is too large");
        }
        return Integer.parseInt(digits);
    }

    private String digits() {
        int start = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        return text.substring(start, at);
    }

    /** Reads the name of a group up to this character. */
    String name(char terminator) {
        int end = text.indexOf(terminator, at);
        if (end < 0) {
            throw errorAt("missing " + terminator + ", unterminated name", at);
        }
        String name = text.substring(at, end);
        if (name.isEmpty()) {
            throw errorAt("missing group name", at);
        }
        if (!isIdentifier(name)) {
            throw errorAt("bad character in group name " + PyRepr.repr(name), at);
        }
        at = end + 1;
        return name;
    }

    /** Returns the character of an escape that is not a class, an anchor or a reference. */
    int character(int c, int start) {
        return switch (c) {
            case 'a' -> 0x07;
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 0x0b;
            case 'x' -> hex(2, start);
            case 'u' -> hex(4, start);
            case 'U' -> hex(8, start);
            case 'N' -> named(start);
            case '0' -> {
                int value = 0;
                for (int i = 0; i < 2 && peek() >= '0' && peek() <= '7'; i++) {
                    value = value * 8 + next() - '0';
                }
                yield value;
            }
            default -> {
                if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '1' && c <= '9')) {
                    throw errorAt("bad escape \\" + Character.toString(c), start);
                }
                yield c;
            }
        };
    }

    private int hex(int length, int start) {
        int end = at;
        while (end < text.length() && end < at + length && Character.digit(text.charAt(end), 16) >= 0) {
            end++;
        }
        if (end - at != length) {
            throw errorAt("incomplete escape " + text.substring(start, end), start);
        }
        long value = Long.parseLong(text.substring(at, end), 16);
        if (value > Character.MAX_CODE_POINT) {
            throw errorAt("bad escape " + text.substring(start, end), start);
        }
        at = end;
        return (int) value;
    }

    private int named(int start) {
        if (!accept('{')) {
            throw errorAt("missing {", at);
        }
        int end = text.indexOf('}', at);
        if (end < 0) {
            throw errorAt("missing }, unterminated name", at);
        }
        String name = text.substring(at, end);
        at = end + 1;
        try {
            return Character.codePointOf(name);
        } catch (IllegalArgumentException e) {
            throw errorAt("undefined character name " + PyRepr.repr(name), start);
        }
    }
}
