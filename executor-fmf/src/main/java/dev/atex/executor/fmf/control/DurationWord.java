package dev.atex.executor.fmf.control;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The argument of {@code duration}: what a test asks of its time limit. */
public sealed interface DurationWord {

    /** {@code 15m}: this is the limit from now on, and the elapsed time starts at 0 again. */
    record Set(Duration limit) implements DurationWord {}

    /** {@code +60}, {@code -1h}: the limit is moved, the elapsed time goes on. Negative for less. */
    record Move(Duration by) implements DurationWord {}

    /** {@code save}: the remaining time is kept. */
    record Save() implements DurationWord {}

    /** {@code restore}: the remaining time is what it was at the {@code save}. */
    record Restore() implements DurationWord {}

    /** Digits, then perhaps a unit. */
    Pattern SYNTAX = Pattern.compile("([0-9]{1,18})([smhd]?)");

    /** Longer than any test, and short enough for nanoseconds in a long: 36,500 days. */
    Duration LONGEST = Duration.ofDays(36_500);

    /**
     * Reads the argument of {@code duration}.
     *
     * @throws IllegalArgumentException it is none
     */
    static DurationWord parse(String argument) {
        return switch (argument) {
            case "save" -> new Save();
            case "restore" -> new Restore();
            default ->
                switch (argument.isEmpty() ? ' ' : argument.charAt(0)) {
                    case '+' -> new Move(parseDuration(argument.substring(1)));
                    case '-' -> new Move(parseDuration(argument.substring(1)).negated());
                    default -> new Set(parseDuration(argument));
                };
        };
    }

    /**
     * Reads a duration: digits and optionally one of {@code s m h d}; no unit means seconds.
     *
     * @throws IllegalArgumentException it is none, or longer than 36,500 days
     */
    static Duration parseDuration(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a duration (digits with optional s, m, h or d): '" + text + "'");
        }
        ChronoUnit unit = switch (matcher.group(2)) {
            case "m" -> ChronoUnit.MINUTES;
            case "h" -> ChronoUnit.HOURS;
            case "d" -> ChronoUnit.DAYS;
            default -> ChronoUnit.SECONDS;
        };
        long count = Long.parseLong(matcher.group(1));
        if (count > LONGEST.dividedBy(unit.getDuration())) {
            throw new IllegalArgumentException("duration '" + text + "' is longer than " + LONGEST.toDays() + " days");
        }
        return Duration.of(count, unit);
    }
}
