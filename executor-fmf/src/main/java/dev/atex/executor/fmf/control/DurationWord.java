package dev.atex.executor.fmf.control;

import dev.atex.text.DurationText;
import java.time.Duration;

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
     * Reads a duration, as {@link DurationText} does; no unit means seconds.
     *
     * @throws IllegalArgumentException it is none, or longer than 36,500 days
     */
    static Duration parseDuration(String text) {
        Duration duration = DurationText.parse(text)
                .orElseThrow(() ->
                        new IllegalArgumentException("not a duration (" + DurationText.WANTED + "): '" + text + "'"));
        if (duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("duration '" + text + "' is longer than " + LONGEST.toDays() + " days");
        }
        return duration;
    }
}
