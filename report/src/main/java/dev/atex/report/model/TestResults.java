package dev.atex.report.model;

import java.util.Arrays;
import java.util.Optional;

/**
 * Which results a test has: where they are in the file of the results, not what they are, so that a run may have more of
 * them than memory. {@link ResultsReader} reads them. Immutable.
 */
public final class TestResults {
    /** Of a test without results. */
    public static final TestResults NONE = new TestResults(new long[0], 0, Optional.empty());

    private final long[] bounds;
    private final int count;
    private final Optional<String> log;

    private TestResults(long[] bounds, int count, Optional<String> log) {
        this.bounds = bounds;
        this.count = count;
        this.log = log;
    }

    /** How many. */
    public int count() {
        return count;
    }

    /** What the last result for the test itself calls the first of its files. */
    Optional<String> log() {
        return log;
    }

    /** How many pieces of the file they are. */
    int pieces() {
        return bounds.length / 2;
    }

    long from(int piece) {
        return bounds[2 * piece];
    }

    long to(int piece) {
        return bounds[2 * piece + 1];
    }

    /** The same, and one more. */
    static final class Growing {
        private long[] bounds = new long[2];
        private int used;
        private int count;
        private Optional<String> log = Optional.empty();

        void add(Result result, long from, long to) {
            count++;
            if (result.subtest().isEmpty()) {
                log = result.files().stream().findFirst();
            }
            if (used > 0 && bounds[used - 1] == from) {
                bounds[used - 1] = to;
                return;
            }
            if (used == bounds.length) {
                bounds = Arrays.copyOf(bounds, 2 * used);
            }
            bounds[used++] = from;
            bounds[used++] = to;
        }

        TestResults now() {
            return new TestResults(Arrays.copyOf(bounds, used), count, log);
        }
    }
}
