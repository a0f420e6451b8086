package dev.atex.fmf.python.regex;

import dev.atex.fmf.python.PyNumbers;
import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PythonException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;

/** A replacement text of {@code re.sub}: literal text and references to groups. */
final class RegexTemplate {
    private final PyRegex regex;
    private final String source;
    /** Literal texts ({@link String}) and Java's numbers of groups ({@link Integer}), in order. */
    private final List<Object> parts = new ArrayList<>();

    private final StringBuilder literal = new StringBuilder();
    private int at;

    RegexTemplate(String source, PyRegex regex) {
        this.source = source;
        this.regex = regex;
        parse();
    }

    void expand(Matcher match, StringBuilder out) {
        for (Object part : parts) {
            if (part instanceof Integer group) {
                String text = match.group(group);
                if (text != null && out.length() + (long) text.length() > Integer.MAX_VALUE / 2) {
                    throw new PythonException("MemoryError", "the text gets too long");
                }
                out.append(text == null ? "" : text);
            } else {
                out.append(part);
            }
        }
    }

    private void parse() {
        while (at < source.length()) {
            char c = source.charAt(at++);
            if (c != '\\') {
                literal.append(c);
            } else if (at == source.length()) {
                throw RegexSource.error("bad escape (end of pattern)");
            } else {
                parseEscape(source.charAt(at++));
            }
        }
        endLiteral();
    }

    private void parseEscape(char c) {
        switch (c) {
            case 'g' -> parseNamed();
            case 'a' -> literal.append('\u0007');
            case 'b' -> literal.append('\b');
            case 'f' -> literal.append('\f');
            case 'n' -> literal.append('\n');
            case 'r' -> literal.append('\r');
            case 't' -> literal.append('\t');
            case 'v' -> literal.append('\u000b');
            case '\\' -> literal.append('\\');
            case '0' -> parseOctal();
            default -> {
                if (c >= '1' && c <= '9') {
                    parseNumber(c);
                } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
                    throw RegexSource.error("bad escape \\" + c + " at position " + (at - 2));
                } else {
                    literal.append('\\').append(c);
                }
            }
        }
    }

    private void parseOctal() {
        int value = 0;
        for (int i = 0; i < 2 && isOctal(at); i++) {
            value = value * 8 + source.charAt(at++) - '0';
        }
        literal.append((char) value);
    }

    private void parseNumber(char first) {
        if (first <= '3' && isOctal(at) && isOctal(at + 1)) {
            literal.append((char) Integer.parseInt(first + source.substring(at, at + 2), 8));
            at += 2;
            return;
        }
        int number = first - '0';
        if (at < source.length() && source.charAt(at) >= '0' && source.charAt(at) <= '9') {
            number = number * 10 + source.charAt(at++) - '0';
        }
        reference(number);
    }

    private boolean isOctal(int index) {
        return index < source.length() && source.charAt(index) >= '0' && source.charAt(index) <= '7';
    }

    private void parseNamed() {
        if (at >= source.length() || source.charAt(at) != '<') {
            throw RegexSource.error("missing <");
        }
        int end = source.indexOf('>', at);
        if (end < 0) {
            throw RegexSource.error("missing >, unterminated name");
        }
        String name = source.substring(at + 1, end);
        at = end + 1;
        if (name.isEmpty()) {
            throw RegexSource.error("missing group name");
        }
        if (RegexSource.isIdentifier(name)) {
            int group = regex.group(name);
            if (group < 0) {
                throw new PythonException("IndexError", "unknown group name " + PyRepr.repr(name));
            }
            reference(group);
            return;
        }
        if (!(PyNumbers.parseInt(name) instanceof Long number) || number < 0 || number > 100_000) {
            throw RegexSource.error("bad character in group name " + PyRepr.repr(name));
        }
        reference(number.intValue());
    }

    private void reference(int group) {
        if (group > regex.groups()) {
            throw RegexSource.error("invalid group reference " + group);
        }
        endLiteral();
        parts.add(regex.javaGroup(group));
    }

    private void endLiteral() {
        if (!literal.isEmpty()) {
            parts.add(literal.toString());
            literal.setLength(0);
        }
    }
}
