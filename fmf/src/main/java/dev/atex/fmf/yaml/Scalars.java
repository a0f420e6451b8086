package dev.atex.fmf.yaml;

import dev.atex.fmf.python.PyNumbers;
import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PythonException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Determines the types and values of plain scalars as the YAML 1.2 resolver and the safe constructor of ruamel.yaml
 * 0.17 do. Avoids regular expressions for speed: it processes every scalar of every file.
 */
final class Scalars {
    /** The types of plain scalars. */
    enum Type {
        STRING,
        NULL,
        BOOL,
        INT,
        FLOAT,
        TIMESTAMP,
        MERGE,
        VALUE
    }

    private Scalars() {}

    /** Returns the type of the plain scalar {@code s} without a tag. */
    static Type resolve(String s) {
        int length = s.length();
        if (length == 0) {
            return Type.NULL;
        }
        char first = s.charAt(0);
        return switch (first) {
            case 't', 'T', 'f', 'F' -> isBool(s) ? Type.BOOL : Type.STRING;
            case 'n', 'N' -> s.equals("null") || s.equals("Null") || s.equals("NULL") ? Type.NULL : Type.STRING;
            case '~' -> length == 1 ? Type.NULL : Type.STRING;
            case '<' -> s.equals("<<") ? Type.MERGE : Type.STRING;
            case '=' -> length == 1 ? Type.VALUE : Type.STRING;
            case '.' -> isFloat(s) ? Type.FLOAT : Type.STRING;
            case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '+', '-' -> resolveNumber(s);
            default -> Type.STRING;
        };
    }

    private static Type resolveNumber(String s) {
        char last = s.charAt(s.length() - 1);
        // Most strings that begin with a digit end with a character that no number ends with.
        boolean candidate = (last >= '0' && last <= '9')
                || last == '_'
                || last == '.'
                || last == 'f'
                || last == 'F'
                || last == 'n'
                || last == 'N'
                || last == 'Z'
                || (last >= 'a' && last <= 'e')
                || (last >= 'A' && last <= 'E')
                || last == 'o';
        if (!candidate) {
            return Type.STRING;
        }
        if (isFloat(s)) {
            return Type.FLOAT;
        }
        if (isInt(s)) {
            return Type.INT;
        }
        return isTimestamp(s) ? Type.TIMESTAMP : Type.STRING;
    }

    private static boolean isBool(String s) {
        return switch (s) {
            case "true", "True", "TRUE", "false", "False", "FALSE" -> true;
            default -> false;
        };
    }

    private static boolean isInt(String s) {
        int start = sign(s);
        int length = s.length();
        if (start == length) {
            return false;
        }
        if (all(s, start, "0123456789_")) {
            return true;
        }
        if (s.charAt(start) != '0' || start + 2 >= length) {
            return false;
        }
        return switch (s.charAt(start + 1)) {
            case 'b' -> all(s, start + 2, "01_");
            case 'o' -> all(s, start + 2, "01234567_");
            case 'x' -> all(s, start + 2, "0123456789abcdefABCDEF_");
            default -> false;
        };
    }

    private static int sign(String s) {
        char c = s.charAt(0);
        return c == '+' || c == '-' ? 1 : 0;
    }

    private static boolean all(String s, int start, String characters) {
        for (int i = start; i < s.length(); i++) {
            if (characters.indexOf(s.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFloat(String s) {
        int length = s.length();
        int at = sign(s);
        if (at == length) {
            return false;
        }
        if (s.charAt(at) == '.') {
            String rest = s.substring(at + 1);
            if (rest.equals("inf") || rest.equals("Inf") || rest.equals("INF")) {
                return true;
            }
            if (at == 0 && (rest.equals("nan") || rest.equals("NaN") || rest.equals("NAN"))) {
                return true;
            }
            int digits = run(s, at + 1);
            return digits > at + 1 && (digits == length || isExponent(s, digits, true));
        }
        if (!isDigit(s.charAt(at))) {
            return false;
        }
        int digits = run(s, at);
        if (digits == length) {
            return false;
        }
        if (s.charAt(digits) == '.') {
            digits = run(s, digits + 1);
            if (digits == length) {
                return true;
            }
        }
        return isExponent(s, digits, false);
    }

    private static int run(String s, int at) {
        int i = at;
        while (i < s.length() && (isDigit(s.charAt(i)) || s.charAt(i) == '_')) {
            i++;
        }
        return i;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isExponent(String s, int at, boolean signNeeded) {
        if (s.charAt(at) != 'e' && s.charAt(at) != 'E') {
            return false;
        }
        int i = at + 1;
        boolean signed = i < s.length() && (s.charAt(i) == '+' || s.charAt(i) == '-');
        if (signed) {
            i++;
        }
        return (signed || !signNeeded) && i < s.length() && all(s, i, "0123456789");
    }

    /** Returns the int of a plain scalar or one tagged {@code !!int}. */
    static Object parseInt(String text) {
        String s = text.indexOf('_') < 0 ? text : text.replace("_", "");
        boolean negative = s.startsWith("-");
        String digits = s.startsWith("-") || s.startsWith("+") ? s.substring(1) : s;
        Object value = parsePlainInt(digits);
        if (value == null) {
            throw new PythonException("ValueError", "invalid literal for int() with base 10: " + PyRepr.repr(digits));
        }
        return negative ? PyNumbers.subtract(0L, value) : value;
    }

    private static @Nullable Object parsePlainInt(String digits) {
        int radix = digits.startsWith("0b") ? 2 : digits.startsWith("0x") ? 16 : digits.startsWith("0o") ? 8 : 10;
        if (radix == 10) {
            return PyNumbers.parseInt(digits);
        }
        String body = digits.substring(2);
        String allowed = "0123456789abcdef".substring(0, radix);
        return body.isEmpty() || !all(body.toLowerCase(Locale.ROOT), 0, allowed)
                ? null
                : PyNumbers.parseDigits(body, radix);
    }

    /** Returns the double of a plain scalar or one tagged {@code !!float}. */
    static Double parseFloat(String text) {
        String s = text.replace("_", "").toLowerCase(Locale.ROOT);
        boolean negative = s.startsWith("-");
        String body = s.startsWith("-") || s.startsWith("+") ? s.substring(1) : s;
        Double value = body.equals(".inf")
                ? (Double) Double.POSITIVE_INFINITY
                : body.equals(".nan") ? (Double) Double.NaN : PyNumbers.parseFloat(body);
        if (value == null) {
            throw new PythonException("ValueError", "could not convert string to float: " + PyRepr.repr(body));
        }
        return negative ? (Double) (-value) : value;
    }

    /** Returns the bool of a scalar tagged {@code !!bool}. */
    static Boolean parseBool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "y" -> true;
            case "false", "no", "off", "n" -> false;
            default -> throw new PythonException("KeyError", PyRepr.repr(text.toLowerCase(Locale.ROOT)));
        };
    }

    /** A date, or a date with a time converted to UTC. Parsed by hand, from left to right. */
    private static final class Timestamp {
        private final String s;
        private int at;
        private final int[] fields = new int[6];
        private int micros;
        private int offsetMinutes;
        private boolean time;
        private boolean shortDate;

        Timestamp(String s) {
            this.s = s;
        }

        boolean parse() {
            if (!number(0, 4, 4) || !accept('-') || !number(1, 1, 2) || !accept('-') || !number(2, 1, 2)) {
                return false;
            }
            shortDate = at != 10;
            if (at == s.length()) {
                return true;
            }
            time = true;
            return separator()
                    && number(3, 1, 2)
                    && accept(':')
                    && number(4, 2, 2)
                    && accept(':')
                    && number(5, 2, 2)
                    && fraction()
                    && zone();
        }

        private boolean accept(char c) {
            if (at < s.length() && s.charAt(at) == c) {
                at++;
                return true;
            }
            return false;
        }

        private boolean number(int field, int min, int max) {
            int start = at;
            int value = 0;
            while (at < s.length() && at < start + max && isDigit(s.charAt(at))) {
                value = value * 10 + s.charAt(at++) - '0';
            }
            if (field >= 0) {
                fields[field] = value;
            } else {
                offsetMinutes += field == -1 ? value * 60 : value;
            }
            return at - start >= min;
        }

        private boolean blanks() {
            int start = at;
            while (at < s.length() && (s.charAt(at) == ' ' || s.charAt(at) == '\t')) {
                at++;
            }
            return at > start;
        }

        private boolean separator() {
            return accept('T') || accept('t') || blanks();
        }

        private boolean fraction() {
            if (!accept('.')) {
                return true;
            }
            int digits = 0;
            while (at < s.length() && isDigit(s.charAt(at))) {
                int digit = s.charAt(at++) - '0';
                if (digits < 6) {
                    micros = micros * 10 + digit;
                } else if (digits == 6 && digit > 4) {
                    micros++;
                }
                digits++;
            }
            for (; digits < 6; digits++) {
                micros *= 10;
            }
            return true;
        }

        private boolean zone() {
            if (at == s.length()) {
                return true;
            }
            blanks();
            if (accept('Z')) {
                return at == s.length();
            }
            boolean east = accept('+');
            if (!east && !accept('-')) {
                return false;
            }
            boolean valid = number(-1, 1, 2) && (!accept(':') || number(-2, 2, 2));
            offsetMinutes = east ? offsetMinutes : -offsetMinutes;
            return valid && at == s.length();
        }

        Object value() {
            try {
                LocalDate date = LocalDate.of(fields[0], fields[1], fields[2]);
                if (fields[0] == 0) {
                    throw new PythonException("ValueError", "year 0 is out of range");
                }
                if (!time) {
                    return date;
                }
                if (micros > 999_999) {
                    throw new PythonException("ValueError", "microsecond must be in 0..999999");
                }
                LocalDateTime utc = date.atTime(fields[3], fields[4], fields[5], micros * 1000)
                        .minusMinutes(offsetMinutes);
                if (utc.getYear() < 1 || utc.getYear() > 9999) {
                    throw new PythonException("OverflowError", "date value out of range");
                }
                return utc;
            } catch (DateTimeException e) {
                throw new PythonException("ValueError", reason());
            }
        }

        private String reason() {
            if (fields[1] < 1 || fields[1] > 12) {
                return "month must be in 1..12";
            }
            if (fields[3] > 23) {
                return "hour must be in 0..23";
            }
            if (fields[4] > 59) {
                return "minute must be in 0..59";
            }
            return fields[5] > 59 ? "second must be in 0..59" : "day is out of range for month";
        }
    }

    private static boolean isTimestamp(String s) {
        if (s.length() < 8 || s.charAt(4) != '-' || !isDigit(s.charAt(0))) {
            return false;
        }
        Timestamp timestamp = new Timestamp(s);
        return timestamp.parse() && (timestamp.time || !timestamp.shortDate);
    }

    /** Returns the {@link LocalDate} or {@link LocalDateTime}, or null if the text is neither. */
    static @Nullable Object parseTimestamp(String text) {
        Timestamp timestamp = new Timestamp(text);
        return timestamp.parse() ? timestamp.value() : null;
    }
}
