package dev.atex.fmf.python.eval;

import dev.atex.fmf.python.PyNumbers;
import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PyTypes;
import dev.atex.fmf.python.PythonException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The layout of a value in a {@link FormatString}: fill, align, sign, width, precision and type. */
record FormatSpec(String source, String fill, char align, char sign, int width, char group, int precision, char type) {
    private static final Pattern SYNTAX =
            Pattern.compile("(?s)(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\\d{1,4})?([,_])?(?:\\.(\\d{1,4}))?([a-zA-Z%])?");

    static FormatSpec parse(String source) {
        Matcher m = SYNTAX.matcher(source);
        if (!m.matches() || m.group(4) != null) {
            throw m.matches()
                    ? new NotSupportedException("the alternate form '#'")
                    : new PythonException("ValueError", "Invalid format specifier");
        }
        boolean zero = m.group(5) != null;
        String fill = m.group(1);
        return new FormatSpec(
                source,
                fill != null ? fill : zero ? "0" : " ",
                m.group(2) != null ? m.group(2).charAt(0) : zero ? '=' : 0,
                m.group(3) != null ? m.group(3).charAt(0) : 0,
                m.group(6) != null ? Integer.parseInt(m.group(6)) : 0,
                m.group(7) != null ? m.group(7).charAt(0) : 0,
                m.group(8) != null ? Integer.parseInt(m.group(8)) : -1,
                m.group(9) != null ? m.group(9).charAt(0) : 0);
    }

    String format(@Nullable Object value) {
        if (source.isEmpty()) {
            return PyRepr.str(value);
        }
        if (value instanceof String text) {
            return text(text);
        }
        if (value != null && PyTypes.isNumber(value)) {
            return value instanceof Double || (type != 0 && "eEfFgG%".indexOf(type) >= 0)
                    ? real(PyNumbers.toDouble(value))
                    : integer(PyNumbers.toBigInteger(value));
        }
        if (value instanceof java.time.temporal.Temporal) {
            throw new NotSupportedException("the format of a date");
        }
        throw Objects.typeError("unsupported format string passed to " + PyTypes.name(value) + ".__format__");
    }

    private String text(String text) {
        if (type != 0 && type != 's') {
            throw unknownType("str");
        }
        if (sign != 0) {
            throw new PythonException("ValueError", "Sign not allowed in string format specifier");
        }
        if (align == '=' && !source.startsWith("0")) {
            throw new PythonException("ValueError", "'=' alignment not allowed in string format specifier");
        }
        if (group != 0) {
            throw new PythonException("ValueError", "Cannot specify '" + group + "' with 's'.");
        }
        int length = text.codePointCount(0, text.length());
        String shown =
                precision >= 0 && precision < length ? text.substring(0, text.offsetByCodePoints(0, precision)) : text;
        return padded("", shown, align == 0 || align == '=' ? '<' : align);
    }

    private PythonException unknownType(String of) {
        return new PythonException("ValueError", "Unknown format code '" + type + "' for object of type '" + of + "'");
    }

    private String integer(BigInteger value) {
        if (precision >= 0) {
            throw new PythonException("ValueError", "Precision not allowed in integer format specifier");
        }
        String digits = switch (type) {
            case 0, 'd' -> grouped(value.abs().toString());
            case 'x' -> value.abs().toString(16);
            case 'X' -> value.abs().toString(16).toUpperCase(Locale.ROOT);
            case 'o' -> value.abs().toString(8);
            case 'b' -> value.abs().toString(2);
            case 'c', 'n' -> throw new NotSupportedException("the format type " + type);
            default -> throw unknownType("int");
        };
        if (group != 0 && type != 0 && type != 'd') {
            throw new NotSupportedException("grouped digits of type " + type);
        }
        return padded(sign(value.signum() < 0), digits, align == 0 ? '>' : align);
    }

    private String real(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw new NotSupportedException("the format of " + PyRepr.repr(value));
        }
        BigDecimal exact = new BigDecimal(Math.abs(value));
        int digits = precision < 0 ? 6 : precision;
        String text = switch (type) {
            case 'f', 'F' -> fixed(exact, digits);
            case '%' -> fixed(exact.movePointRight(2), digits) + '%';
            case 0 -> {
                if (precision >= 0 || group != 0) {
                    throw new NotSupportedException("a float with a precision and no type");
                }
                yield PyRepr.repr(Math.abs(value));
            }
            case 'e', 'E', 'g', 'G', 'n' -> throw new NotSupportedException("the format type " + type);
            default -> throw unknownType("float");
        };
        return padded(sign(value < 0 || 1 / value < 0), text, align == 0 ? '>' : align);
    }

    private String fixed(BigDecimal value, int digits) {
        String text = value.setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
        int point = text.indexOf('.');
        return point < 0 ? grouped(text) : grouped(text.substring(0, point)) + text.substring(point);
    }

    private String grouped(String digits) {
        if (group == 0) {
            return digits;
        }
        StringBuilder grouped = new StringBuilder(digits);
        for (int i = digits.length() - 3; i > 0; i -= 3) {
            grouped.insert(i, group);
        }
        return grouped.toString();
    }

    private String sign(boolean negative) {
        return negative ? "-" : sign == 0 || sign == '-' ? "" : String.valueOf(sign);
    }

    private String padded(String signText, String text, char alignment) {
        int missing = width - signText.length() - text.codePointCount(0, text.length());
        if (missing <= 0) {
            return signText + text;
        }
        if (group != 0 && fill.equals("0")) {
            throw new NotSupportedException("grouped digits with zeros before them");
        }
        return switch (alignment) {
            case '<' -> signText + text + fill.repeat(missing);
            case '^' -> fill.repeat(missing / 2) + signText + text + fill.repeat(missing - missing / 2);
            case '=' -> signText + fill.repeat(missing) + text;
            default -> fill.repeat(missing) + signText + text;
        };
    }
}
