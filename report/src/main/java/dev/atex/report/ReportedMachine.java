package dev.atex.report;

import java.time.Duration;
import java.util.List;

/**
 * A machine of a run.
 *
 * @param name its name
 * @param provisioner where it comes from
 * @param spans what it did when, in order, without gaps
 */
public record ReportedMachine(String name, String provisioner, List<Span> spans) {

    /** Copies its argument. */
    public ReportedMachine {
        spans = List.copyOf(spans);
    }

    /** What a machine does. */
    public enum Activity {
        /** It was asked for and is not there yet. */
        PROVISION,
        /** It is made ready. */
        SET_UP,
        /** It runs a test. */
        TEST,
        /** It has nothing to do. */
        IDLE,
        /** It is given back. */
        RELEASE
    }

    /**
     * A time in which it did one thing.
     *
     * @param from since the start of the run
     * @param to until now if it goes on
     * @param text of a test its name; else why it waited, or what went wrong
     * @param attempt of a test, else 0
     */
    public record Span(Activity activity, Duration from, Duration to, String text, int attempt) {}

    /** Seconds that it was there: from ready to released. */
    public double present() {
        return sum(false);
    }

    /** Seconds of these in which it ran tests. */
    public double busy() {
        return sum(true);
    }

    private double sum(boolean onlyTests) {
        double seconds = 0;
        for (Span span : spans) {
            boolean counts = onlyTests ? span.activity() == Activity.TEST : span.activity() != Activity.PROVISION;
            seconds += counts ? span.to().minus(span.from()).toNanos() / 1e9 : 0;
        }
        return seconds;
    }
}
