package dev.atex.cli.view;

import java.time.Duration;
import java.util.Locale;

/** Formats durations for people. */
final class Times {
    private Times() {}

    /** {@code 0.4s}, {@code 12.3s}, {@code 2m05s}, {@code 1h02m}. */
    static String exact(Duration time) {
        long millis = Math.max(0, time.toMillis());
        if (millis < 60_000) {
            return String.format(Locale.ROOT, "%d.%ds", millis / 1000, millis % 1000 / 100);
        }
        return coarse(time);
    }

    /** {@code 0s}, {@code 12s}, {@code 2m05s}, {@code 1h02m}. */
    static String coarse(Duration time) {
        long seconds = Math.max(0, time.toSeconds());
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m" + twoDigits(seconds % 60) + "s";
        }
        return seconds / 3600 + "h" + twoDigits(seconds % 3600 / 60) + "m";
    }

    private static String twoDigits(long n) {
        return n < 10 ? "0" + n : Long.toString(n);
    }
}
