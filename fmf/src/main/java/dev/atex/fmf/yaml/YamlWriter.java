package dev.atex.fmf.yaml;

import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.Tuple;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Writes values as YAML in block style. */
public final class YamlWriter {
    private static final int MAX_LENGTH = 1 << 26;
    private static final int INDENT = 2;

    private final StringBuilder out = new StringBuilder();
    private int depth;

    private YamlWriter() {}

    /** Returns the document, ending with a line feed. */
    public static String write(@Nullable Object value) {
        YamlWriter writer = new YamlWriter();
        if (isBlock(value)) {
            writer.block(value, 0);
        } else {
            writer.scalar(value, 0);
            writer.out.append('\n');
        }
        return writer.out.toString();
    }

    private static boolean isBlock(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map -> !map.isEmpty();
            case List<?> list -> !list.isEmpty();
            case null, default -> false;
        };
    }

    /** Writes a mapping or sequence at {@code indent}; the first line has been begun. */
    private void block(@Nullable Object value, int indent) {
        if (++depth > YamlReader.MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "the value is cyclic, or nested more than " + YamlReader.MAX_DEPTH + " deep");
        }
        boolean first = true;
        if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                begin(first, indent);
                first = false;
                if (isLongKey(entry.getKey())) {
                    out.append("? ");
                    key(entry.getKey());
                    out.append('\n').append(" ".repeat(indent));
                } else {
                    key(entry.getKey());
                }
                out.append(':');
                value(entry.getValue(), entry.getValue() instanceof List ? indent : indent + INDENT, indent);
            }
        } else if (value instanceof List<?> list) {
            for (Object item : list) {
                begin(first, indent);
                first = false;
                out.append('-');
                if (isBlock(item)) {
                    out.append(' ');
                    block(item, indent + INDENT);
                } else {
                    value(item, indent + INDENT, indent);
                }
            }
        }
        depth--;
    }

    /**
     * Returns whether a key is too long to stand before a colon: it may have 1024 characters, and escapes make it
     * longer.
     */
    private static boolean isLongKey(@Nullable Object key) {
        return key instanceof Tuple || key instanceof byte[] || (key instanceof String text && text.length() > 100);
    }

    private void begin(boolean first, int indent) {
        if (!first) {
            out.append(" ".repeat(indent));
        }
        if (out.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("the document is longer than " + MAX_LENGTH + " characters");
        }
    }

    private void key(@Nullable Object key) {
        if (key instanceof String text && text.indexOf('\n') >= 0) {
            out.append(doubleQuoted(text));
        } else {
            scalar(key, 0);
        }
    }

    private void value(@Nullable Object value, int blockIndent, int indent) {
        if (isBlock(value)) {
            out.append('\n').append(" ".repeat(blockIndent));
            block(value, blockIndent);
        } else {
            if (value != null) {
                out.append(' ');
                scalar(value, indent);
            }
            out.append('\n');
        }
    }

    private void scalar(@Nullable Object value, int indent) {
        switch (value) {
            case null -> out.append("null");
            case String s -> string(s, indent);
            case Boolean b -> out.append(b);
            case Long l -> out.append((long) l);
            case Integer i -> out.append((int) i);
            case BigInteger i -> out.append(i);
            case Double d -> out.append(number(d));
            case LocalDate d -> out.append(PyRepr.isoFormat(d));
            case LocalDateTime d -> out.append(PyRepr.isoFormat(d));
            case byte[] b -> out.append("!!binary ").append(Base64.getEncoder().encodeToString(b));
            case Map<?, ?> m -> out.append("{}");
            case List<?> l -> out.append("[]");
            case Set<?> s -> flow("!!set {", s, "}");
            case Tuple t -> flow("[", t.items(), "]");
            default ->
                throw new IllegalArgumentException(
                        "not a value of YAML: " + value.getClass().getName());
        }
    }

    private void flow(String start, Collection<?> items, String end) {
        out.append(start);
        String separator = "";
        for (Object item : items) {
            out.append(separator);
            separator = ", ";
            if (item instanceof String s) {
                out.append(isPlain(s) && s.chars().noneMatch(c -> ",[]{}".indexOf(c) >= 0) ? s : quoted(s));
            } else {
                scalar(item, 0);
            }
        }
        out.append(end);
    }

    private static String number(double value) {
        String text = PyRepr.repr(value);
        return switch (text) {
            case "inf" -> ".inf";
            case "-inf" -> "-.inf";
            case "nan" -> ".nan";
            default -> {
                // other readers recognize an exponent only after a point
                int exponent = text.indexOf('e');
                yield exponent < 0 || text.indexOf('.') >= 0
                        ? text
                        : text.substring(0, exponent) + ".0" + text.substring(exponent);
            }
        };
    }

    private void string(String text, int indent) {
        if (isPlain(text)) {
            out.append(text);
        } else if (text.indexOf('\n') > 0 && isLiteral(text)) {
            literal(text, indent + INDENT);
        } else {
            out.append(quoted(text));
        }
    }

    /**
     * Returns whether a text can be written as a literal block. Its first line must not begin with a blank, which
     * would set the indent.
     */
    private static boolean isLiteral(String text) {
        char first = text.charAt(0);
        if (first == ' ' || first == '\t' || first == '\n') {
            return false;
        }
        return text.chars().noneMatch(c -> c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029 || c == 0xfeff)
                && StreamReader.isPrintable(text);
    }

    private void literal(String text, int indent) {
        String body = text;
        if (!text.endsWith("\n")) {
            out.append("|-");
        } else if (text.endsWith("\n\n")) {
            out.append("|+");
            body = text.substring(0, text.length() - 1);
        } else {
            out.append('|');
            body = text.substring(0, text.length() - 1);
        }
        for (String line : body.split("\n", -1)) {
            out.append('\n');
            if (!line.isEmpty()) {
                out.append(" ".repeat(indent)).append(line);
            }
        }
    }

    private static String quoted(String text) {
        boolean simple = StreamReader.isPrintable(text)
                && text.chars().noneMatch(c -> c < ' ' || c == 0x85 || c == 0x2028 || c == 0x2029 || c == 0xfeff);
        return simple ? "'" + text.replace("'", "''") + "'" : doubleQuoted(text);
    }

    private static String doubleQuoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 8).append('"');
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    boolean plain = c >= ' '
                            && c != 0x85
                            && c != 0x2028
                            && c != 0x2029
                            && c != 0xfeff
                            && StreamReader.isPrintable(c);
                    if (plain) {
                        quoted.appendCodePoint(c);
                    } else if (c <= 0xff) {
                        quoted.append("\\x").append(HexFormat.of().toHexDigits(c, 2));
                    } else if (c <= 0xffff) {
                        quoted.append("\\u").append(HexFormat.of().toHexDigits(c, 4));
                    } else {
                        quoted.append("\\U").append(HexFormat.of().toHexDigits(c, 8));
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }

    /** Returns whether the text needs no quotes and is a string for every reader, including YAML 1.1. */
    private static boolean isPlain(String text) {
        if (text.isEmpty() || Scalars.resolve(text) != Scalars.Type.STRING) {
            return false;
        }
        char first = text.charAt(0);
        if ("-?:,[]{}#&*!|>'\"%@` ".indexOf(first) >= 0 || text.endsWith(" ") || text.endsWith(":")) {
            return false;
        }
        if (text.contains(": ") || text.contains(" #") || text.startsWith("...") || text.startsWith("---")) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || (c > '~' && !Character.isLetterOrDigit(c))) {
                return false;
            }
        }
        return !isSpecialElsewhere(text);
    }

    private static boolean isSpecialElsewhere(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "y", "n", "yes", "no", "on", "off", "true", "false", "null" -> true;
            default -> {
                char first = text.charAt(0);
                // dates, times in base 60, numbers in other notations
                yield ((first >= '0' && first <= '9') || first == '+' || first == '.')
                        && text.chars()
                                .allMatch(c -> c < 0x80
                                        && (Character.digit(c, 16) >= 0 || "_.:+-xXoOeEtTzZ ".indexOf(c) >= 0));
            }
        };
    }
}
