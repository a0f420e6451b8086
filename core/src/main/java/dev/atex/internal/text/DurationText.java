package dev.atex.internal.text;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as users write and read them: {@code 90s}, {@code 10m}, {@code 1h30m}, {@code 1.5h}, {@code 500ms}, {@code 7d}.
 * {@link #parse} reads what {@link #print} prints.
 */
public final class DurationText {
    /** The syntax, for error messages. */
    public static final String WANTED = "a number and a unit, as in 90s, 10m, 1h30m, 1.5h, 500ms or 7d";

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}(?:\\.[0-9]{1,18})?");
    private static final Pattern PART = Pattern.compile("(" + NUMBER.pattern() + ")(ms|[smhd])");
    private static final BigInteger SECOND = BigInteger.valueOf(1_000_000_000);
    private static final int SECONDS_PLACES = 9;
    private static final int MILLIS_PLACES = 6;

    private DurationText() {}

    /** Parses a duration; a number without a unit is in seconds. Returns empty if it is malformed. */
    public static Optional<Duration> parse(String text) {
        return parse(text, ChronoUnit.SECONDS);
    }

    /**
     * Parses a duration.
     *
     * @param unit unit of a number without one
     * @return empty if it is malformed, or too long for a {@link Duration}
     */
    public static Optional<Duration> parse(String text, ChronoUnit unit) {
        try {
            return NUMBER.matcher(text).matches() ? Optional.of(part(text, unit)) : sum(text);
        } catch (ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> sum(String text) {
        Matcher part = PART.matcher(text);
        Duration sum = Duration.ZERO;
        int end = 0;
        while (part.find(end) && part.start() == end) {
            sum = sum.plus(part(part.group(1), unit(part.group(2))));
            end = part.end();
        }
        return end == 0 || end < text.length() ? Optional.empty() : Optional.of(sum);
    }

    private static ChronoUnit unit(String letter) {
        return switch (letter) {
            case "d" -> ChronoUnit.DAYS;
            case "h" -> ChronoUnit.HOURS;
            case "m" -> ChronoUnit.MINUTES;
            case "ms" -> ChronoUnit.MILLIS;
            default -> ChronoUnit.SECONDS;
        };
    }

    /** Rounds down to nanoseconds. */
    private static Duration part(String number, ChronoUnit unit) {
        BigInteger nanos = new BigDecimal(number)
                .multiply(BigDecimal.valueOf(unit.getDuration().toNanos()))
                .toBigInteger();
        BigInteger[] parts = nanos.divideAndRemainder(SECOND);
        return Duration.ofSeconds(parts[0].longValueExact(), parts[1].longValue());
    }

    /** Prints a duration exactly, with as few units as possible; {@link #parse} reads it. It must not be negative. */
    public static String print(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("a duration for users cannot be negative: " + time);
        }
        if (time.isPositive() && time.toSeconds() == 0) {
            return decimal(time.toNanosPart(), MILLIS_PLACES) + "ms";
        }
        StringBuilder text = new StringBuilder();
        append(text, time.toDaysPart(), "d");
        append(text, time.toHoursPart(), "h");
        append(text, time.toMinutesPart(), "m");
        if (time.toSecondsPart() > 0 || time.toNanosPart() > 0 || text.isEmpty()) {
            long nanos = time.toSecondsPart() * SECOND.longValue() + time.toNanosPart();
            text.append(decimal(nanos, SECONDS_PLACES)).append('s');
        }
        return text.toString();
    }

    private static void append(StringBuilder text, long number, String unit) {
        if (number > 0) {
            text.append(number).append(unit);
        }
    }

    private static String decimal(long nanos, int places) {
        BigDecimal number = BigDecimal.valueOf(nanos, places);
        return nanos == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
}
