package dev.atex.fmf.python;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Arithmetic and parsing of Python's numbers: integers of any size, IEEE doubles, and bools that count as 0 and 1. */
public final class PyNumbers {
    private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

    /** The limit of Python: parsing decimal integers takes quadratic time, here as well. */
    private static final int MAX_DECIMAL_DIGITS = 4300;

    /** Python has no limit for other bases; four times its decimal limit is more than anybody writes. */
    private static final int MAX_OTHER_DIGITS = 4 * MAX_DECIMAL_DIGITS;

    private PyNumbers() {}

    /** Returns an int as {@link Long} if it fits, else as {@link BigInteger}. */
    public static Object normalize(BigInteger value) {
        return value.compareTo(MIN_LONG) >= 0 && value.compareTo(MAX_LONG) <= 0 ? (Object) value.longValue() : value;
    }

    /** Returns the sum of two numbers. */
    public static Object add(Object left, Object right) {
        if (left instanceof Double || right instanceof Double) {
            return toDouble(left) + toDouble(right);
        }
        if (left instanceof BigInteger || right instanceof BigInteger) {
            return normalize(toBigInteger(left).add(toBigInteger(right)));
        }
        long a = toLong(left);
        long b = toLong(right);
        long sum = a + b;
        return ((a ^ sum) & (b ^ sum)) < 0 ? toBigInteger(left).add(toBigInteger(right)) : (Object) sum;
    }

    /** Returns the difference of two numbers. */
    public static Object subtract(Object left, Object right) {
        if (left instanceof Double || right instanceof Double) {
            return toDouble(left) - toDouble(right);
        }
        return normalize(toBigInteger(left).subtract(toBigInteger(right)));
    }

    /** Compares two numbers by their exact values; returns 2 if one of them is NaN. */
    public static int compare(Object left, Object right) {
        if (left instanceof Double || right instanceof Double) {
            if (left instanceof Double a && right instanceof Double b) {
                return compareDoubles(a, b);
            }
            Object other = left instanceof Double ? right : left;
            double number = left instanceof Double a ? a : (Double) right;
            if (Double.isNaN(number)) {
                return 2;
            }
            int order = Double.isInfinite(number)
                    ? (number > 0 ? 1 : -1)
                    : new BigDecimal(number).compareTo(new BigDecimal(toBigInteger(other)));
            return left instanceof Double ? order : -order;
        }
        if (left instanceof BigInteger || right instanceof BigInteger) {
            return toBigInteger(left).compareTo(toBigInteger(right));
        }
        return Long.compare(toLong(left), toLong(right));
    }

    private static int compareDoubles(double a, double b) {
        return a < b ? -1 : a > b ? 1 : a == b ? 0 : 2;
    }

    /** Returns the number as a double; throws OverflowError for an int beyond the range of doubles. */
    public static double toDouble(Object number) {
        return switch (number) {
            case Double d -> d;
            case BigInteger i -> {
                double d = i.doubleValue();
                if (Double.isInfinite(d)) {
                    throw new PythonException("OverflowError", "int too large to convert to float");
                }
                yield d;
            }
            default -> toLong(number);
        };
    }

    /** Returns the int or bool as a big integer. */
    public static BigInteger toBigInteger(Object number) {
        return number instanceof BigInteger i ? i : BigInteger.valueOf(toLong(number));
    }

    private static long toLong(Object number) {
        return number instanceof Boolean b ? (b ? 1 : 0) : (Long) number;
    }

    /** Returns {@code int(text)}, or null where Python raises ValueError. */
    public static @Nullable Object parseInt(String text) {
        String digits = intDigits(text);
        return digits == null ? null : parseDigits(digits, 10);
    }

    /** Parses digits with an optional sign in {@code radix}; throws ValueError if there are too many. */
    public static Object parseDigits(String digits, int radix) {
        if (digits.length() <= 15) {
            return Long.parseLong(digits, radix);
        }
        int most = radix == 10 ? MAX_DECIMAL_DIGITS : MAX_OTHER_DIGITS;
        int count = digits.charAt(0) == '+' || digits.charAt(0) == '-' ? digits.length() - 1 : digits.length();
        if (count > most) {
            throw new PythonException(
                    "ValueError",
                    "Exceeds the limit (" + most + " digits) for integer string conversion: value has " + count
                            + " digits");
        }
        return normalize(new BigInteger(digits.charAt(0) == '+' ? digits.substring(1) : digits, radix));
    }

    /**
     * Returns the text as {@code int()} accepts it, without white space and underscores and with ASCII digits; null
     * if it raises.
     */
    private static @Nullable String intDigits(String text) {
        String stripped = PyText.strip(text);
        int length = stripped.length();
        int start = length > 0 && (stripped.charAt(0) == '-' || stripped.charAt(0) == '+') ? 1 : 0;
        if (start == length) {
            return null;
        }
        StringBuilder digits = new StringBuilder(length).append(stripped, 0, start);
        boolean digitBefore = false;
        for (int i = start; i < length; ) {
            int c = stripped.codePointAt(i);
            if (c == '_') {
                if (!digitBefore || i + 1 == length) {
                    return null;
                }
                digitBefore = false;
            } else {
                int digit = Character.isDigit(c) ? Character.digit(c, 10) : -1;
                if (digit < 0) {
                    return null;
                }
                digits.append((char) ('0' + digit));
                digitBefore = true;
            }
            i += Character.charCount(c);
        }
        return digitBefore ? digits.toString() : null;
    }

    /** Returns {@code float(text)}, or null where Python raises ValueError. */
    public static @Nullable Double parseFloat(String text) {
        String s = PyText.strip(text);
        int start = s.startsWith("-") || s.startsWith("+") ? 1 : 0;
        String body = s.substring(start);
        boolean negative = s.startsWith("-");
        switch (body.toLowerCase(java.util.Locale.ROOT)) {
            case "inf", "infinity" -> {
                return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
            }
            case "nan" -> {
                return Double.NaN;
            }
            default -> {}
        }
        StringBuilder digits = new StringBuilder(s.length());
        boolean seen = false;
        char before = ' ';
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            if (c == '_') {
                boolean between = before >= '0'
                        && before <= '9'
                        && i + 1 < body.length()
                        && body.charAt(i + 1) >= '0'
                        && body.charAt(i + 1) <= '9';
                if (!between) {
                    return null;
                }
            } else if (digit || c == '.' || c == 'e' || c == 'E' || ((c == '+' || c == '-') && isExponent(before))) {
                digits.append(c);
                seen |= digit;
            } else {
                return null;
            }
            before = c;
        }
        if (!seen) {
            return null;
        }
        try {
            double value = Double.parseDouble(digits.toString());
            return negative ? -value : value;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static boolean isExponent(char c) {
        return c == 'e' || c == 'E';
    }
}
