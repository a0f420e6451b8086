package dev.atex.report.model;

import java.util.Arrays;
import java.util.Optional;

/**
 * The positions of a test's results in their file, so that a run may have more results than memory. {@link
 * ResultsReader} reads them. Immutable.
 */
public final class TestResults {
    /** The results of a test without any. */
    public static final TestResults NONE = new TestResults(new long[0], 0, Optional.empty());

    private final long[] bounds;
    private final int count;
    private final Optional<String> log;

    private TestResults(long[] bounds, int count, Optional<String> log) {
        this.bounds = bounds;
        this.count = count;
        this.log = log;
    }

    /** Returns the number of results. */
    public int count() {
        return count;
    }

    /** Returns the first file of the last result for the test itself. */
    Optional<String> log() {
        return log;
    }

    /** Returns the number of contiguous ranges in the file. */
    int pieces() {
        return bounds.length / 2;
    }

    long from(int piece) {
        return bounds[2 * piece];
    }

    long to(int piece) {
        return bounds[2 * piece + 1];
    }

    /** Collects the positions of results. */
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
