package dev.atex.bench;

import java.util.Locale;

/**
 * One line of the table.
 *
 * @param scenario what was measured
 * @param figure ours, with its unit
 * @param floor what it is compared with, measured in the same run, with its unit
 * @param ratio figure to floor, e.g. {@code "1.31x"}; empty where there is no floor
 * @param goal what it should reach
 */
public record Row(String scenario, String figure, String floor, String ratio, String goal) {

    /** A duration against a floor: less is better. */
    static Row time(String scenario, double millis, String floorName, double floorMillis, String goal) {
        return new Row(
                scenario,
                number(millis) + " ms",
                floorName + ": " + number(floorMillis) + " ms",
                String.format(Locale.ROOT, "%.2fx", millis / floorMillis),
                goal);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
    }
}
