package dev.atex.fmf.python;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Python's {@code str()} and {@code repr()} of values. */
public final class PyRepr {
    /** A limit for texts: a YAML document of a few lines can describe more than fits into memory. */
    private static final int MAX_LENGTH = 1 << 24;

    private final StringBuilder out = new StringBuilder();
    private final IdentityHashMap<Object, Object> open = new IdentityHashMap<>();

    private PyRepr() {}

    /** Returns {@code str(value)}. */
    public static String str(@Nullable Object value) {
        return switch (value) {
            case String s -> s;
            case LocalDate d -> date(d);
            case LocalDateTime d -> date(d.toLocalDate()) + ' ' + time(d);
            case null, default -> repr(value);
        };
    }

    /** Returns {@code repr(value)}. */
    public static String repr(@Nullable Object value) {
        return switch (value) {
            case null -> "None";
            case Boolean b -> b ? "True" : "False";
            case Long l -> Long.toString(l);
            case Double d -> repr((double) d);
            default -> {
                PyRepr writer = new PyRepr();
                writer.append(value);
                yield writer.out.toString();
            }
        };
    }

    /** Returns {@code value.isoformat()}. */
    public static String isoFormat(LocalDate value) {
        return date(value);
    }

    /** Returns {@code value.isoformat()}. */
    public static String isoFormat(LocalDateTime value) {
        return date(value.toLocalDate()) + 'T' + time(value);
    }

    private void append(@Nullable Object value) {
        switch (value) {
            case null -> out.append("None");
            case String s -> appendQuoted(s);
            case Boolean b -> out.append(b ? "True" : "False");
            case Double d -> out.append(repr((double) d));
            case List<?> l -> {
                if (enter(l, "[...]")) {
                    appendAll("[", l, "]");
                    open.remove(l);
                }
            }
            case Map<?, ?> m -> {
                if (enter(m, "{...}")) {
                    appendMap(m);
                    open.remove(m);
                }
            }
            case Set<?> s -> {
                if (s.isEmpty()) {
                    out.append("set()");
                } else {
                    appendAll("{", s, "}");
                }
            }
            case Tuple t -> appendAll("(", t.items(), t.items().size() == 1 ? ",)" : ")");
            case LocalDate d ->
                out.append("datetime.date(%d, %d, %d)".formatted(d.getYear(), d.getMonthValue(), d.getDayOfMonth()));
            case LocalDateTime d -> appendDateTime(d);
            case byte[] b -> appendBytes(b);
            default -> out.append(value);
        }
        if (out.length() > MAX_LENGTH) {
            throw new PythonException("MemoryError", "the text of the value is longer than " + MAX_LENGTH);
        }
    }

    private boolean enter(Object container, String whenOpen) {
        if (open.put(container, container) != null) {
            out.append(whenOpen);
            return false;
        }
        return true;
    }

    private void appendAll(String start, Collection<?> items, String end) {
        out.append(start);
        boolean first = true;
        for (Object item : items) {
            if (!first) {
                out.append(", ");
            }
            first = false;
            append(item);
        }
        out.append(end);
    }

    private void appendMap(Map<?, ?> map) {
        out.append('{');
        boolean first = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!first) {
                out.append(", ");
            }
            first = false;
            append(entry.getKey());
            out.append(": ");
            append(entry.getValue());
        }
        out.append('}');
    }

    private void appendDateTime(LocalDateTime d) {
        out.append("datetime.datetime(%d, %d, %d, %d, %d"
                .formatted(d.getYear(), d.getMonthValue(), d.getDayOfMonth(), d.getHour(), d.getMinute()));
        int micros = d.getNano() / 1000;
        if (d.getSecond() != 0 || micros != 0) {
            out.append(", ").append(d.getSecond());
        }
        if (micros != 0) {
            out.append(", ").append(micros);
        }
        out.append(')');
    }

    private void appendBytes(byte[] bytes) {
        boolean single = false;
        boolean twofold = false;
        for (byte b : bytes) {
            single |= b == '\'';
            twofold |= b == '"';
        }
        char quote = single && !twofold ? '"' : '\'';
        out.append('b').append(quote);
        for (byte b : bytes) {
            int c = b & 0xff;
            if (!appendEscape(c, quote)) {
                if (c < 0x20 || c >= 0x7f) {
                    out.append("\\x").append(HexFormat.of().toHexDigits(b));
                } else {
                    out.append((char) c);
                }
            }
        }
        out.append(quote);
    }

    private void appendQuoted(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (appendEscape(c, quote)) {
                continue;
            }
            if (isPrintable(c)) {
                out.appendCodePoint(c);
            } else if (c <= 0xff) {
                out.append("\\x").append(HexFormat.of().toHexDigits(c, 2));
            } else if (c <= 0xffff) {
                out.append("\\u").append(HexFormat.of().toHexDigits(c, 4));
            } else {
                out.append("\\U").append(HexFormat.of().toHexDigits(c, 8));
            }
        }
        out.append(quote);
    }

    private boolean appendEscape(int c, char quote) {
        String escape = switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            case '\\' -> "\\\\";
            default -> "";
        };
        if (c == quote) {
            out.append('\\').append(quote);
            return true;
        }
        out.append(escape);
        return !escape.isEmpty();
    }

    private static boolean isPrintable(int c) {
        if (c < 0x7f) {
            return c >= 0x20;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }

    /**
     * Returns the shortest text that reads back as the same double, in Python's notation. ATEX's core has the like
     * for JSON ({@code PythonNumber}), which this library does not depend on.
     */
    public static String repr(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        String java = Double.toString(Math.abs(value));
        int e = java.indexOf('E');
        int exponent = e < 0 ? 0 : Integer.parseInt(java.substring(e + 1));
        String mantissa = e < 0 ? java : java.substring(0, e);
        int point = mantissa.indexOf('.');
        String digits = mantissa.substring(0, point) + mantissa.substring(point + 1);
        int pointAt = point + exponent;
        int zeros = 0;
        while (zeros < digits.length() - 1 && digits.charAt(zeros) == '0') {
            zeros++;
        }
        digits = PyText.stripEnd(digits.substring(zeros), "0");
        pointAt -= zeros;
        if (digits.length() == 2) {
            digits = shortenToOne(digits, pointAt, Math.abs(value));
        }
        return (value < 0 ? "-" : "") + layOut(digits, pointAt);
    }

    /** Java always writes two digits, such as 4.9E-324 where 5e-324 is enough. */
    private static String shortenToOne(String digits, int pointAt, double value) {
        long rounded = Math.round(Integer.parseInt(digits) / 10.0);
        String one = Long.toString(rounded);
        return rounded < 10 && Double.parseDouble(one + "e" + (pointAt - 1)) == value ? one : digits;
    }

    private static String layOut(String digits, int pointAt) {
        int count = digits.length();
        if (pointAt > 16 || pointAt <= -4) {
            int exponent = pointAt - 1;
            String sign = exponent < 0 ? "-" : "+";
            String power = Math.abs(exponent) < 10 ? "0" + Math.abs(exponent) : "" + Math.abs(exponent);
            return digits.charAt(0) + (count > 1 ? "." + digits.substring(1) : "") + "e" + sign + power;
        }
        if (pointAt <= 0) {
            return "0." + "0".repeat(-pointAt) + digits;
        }
        if (pointAt >= count) {
            return digits + "0".repeat(pointAt - count) + ".0";
        }
        return digits.substring(0, pointAt) + "." + digits.substring(pointAt);
    }

    private static String date(LocalDate d) {
        return padded(d.getYear(), 4) + '-' + padded(d.getMonthValue(), 2) + '-' + padded(d.getDayOfMonth(), 2);
    }

    private static String time(LocalDateTime d) {
        String time = padded(d.getHour(), 2) + ':' + padded(d.getMinute(), 2) + ':' + padded(d.getSecond(), 2);
        int micros = d.getNano() / 1000;
        return micros == 0 ? time : time + '.' + padded(micros, 6);
    }

    private static String padded(int number, int width) {
        String text = Integer.toString(number);
        return "0".repeat(Math.max(0, width - text.length())) + text;
    }
}
