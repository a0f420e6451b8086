package dev.atex.bench;

import java.util.Arrays;
import java.util.Locale;

/** The same measured several times. */
final class Samples {
    private final double[] sorted;

    private Samples(double[] sorted) {
        this.sorted = sorted;
    }

    static Samples of(double... values) {
        double[] copy = values.clone();
        Arrays.sort(copy);
        return new Samples(copy);
    }

    /** What is measured: returns its own figure. */
    @FunctionalInterface
    interface Measure {
        double take() throws Exception;
    }

    /** Takes it {@code warmUps} times for nothing and then {@code rounds} times. */
    static Samples take(int warmUps, int rounds, Measure measure) throws Exception {
        double[] values = new double[rounds];
        for (int i = -warmUps; i < rounds; i++) {
            double value = measure.take();
            if (i >= 0) {
                values[i] = value;
            }
        }
        return of(values);
    }

    /** Two that are compared, taken in turns, so that what disturbs the machine disturbs both. */
    record Pair(Samples ours, Samples floor) {
        String ratio() {
            return Row.ratio(ours.median(), floor.median());
        }
    }

    /** Takes both {@code warmUps} times for nothing and then {@code rounds} times. */
    static Pair takePair(int warmUps, int rounds, Measure ours, Measure floor) throws Exception {
        double[] first = new double[rounds];
        double[] second = new double[rounds];
        for (int i = -warmUps; i < rounds; i++) {
            double mine = ours.take();
            double other = floor.take();
            if (i >= 0) {
                first[i] = mine;
                second[i] = other;
            }
        }
        return new Pair(of(first), of(second));
    }

    /** Work whose time is the figure. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    static double seconds(Work work) throws Exception {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    double median() {
        return sorted[sorted.length / 2];
    }

    double percentile(int percent) {
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
    }

    double max() {
        return sorted[sorted.length - 1];
    }

    /** How many pieces a second, if these are the seconds that {@code pieces} take. */
    Samples rates(int pieces) {
        return of(Arrays.stream(sorted).map(seconds -> pieces / seconds).toArray());
    }

    Samples times(double factor) {
        return of(Arrays.stream(sorted).map(value -> value * factor).toArray());
    }

    /** Median and spread: {@code "1.83 s (1.79 to 1.95)"}. */
    String text(String unit) {
        return number(median()) + unit + " (" + number(sorted[0]) + " to " + number(max()) + ")";
    }

    static String number(double value) {
        String format = value < 0.1 ? "%.4f" : value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f";
        return String.format(Locale.ROOT, format, value);
    }
}
