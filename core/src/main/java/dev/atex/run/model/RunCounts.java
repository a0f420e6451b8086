package dev.atex.run.model;

import java.time.Duration;

/** The numbers of tests of a {@link RunModel} by state, and the durations of attempts. Used by one thread at a time. */
public final class RunCounts {
    private int total;
    private int queued;
    private int running;
    private int passed;
    private int failed;
    private int infra;
    private int skipped;
    private int reruns;
    private int ended;
    private Duration spent = Duration.ZERO;

    RunCounts() {}

    void add(TestModel test) {
        count(test, 1);
    }

    /** Removes a test before it changes; it is added again afterwards. */
    void take(TestModel test) {
        count(test, -1);
    }

    private void count(TestModel test, int by) {
        total += by;
        switch (test.stage()) {
            case QUEUED -> queued += by;
            case RUNNING -> running += by;
            case OVER -> {
                if (test.isSkipped()) {
                    skipped += by;
                    return;
                }
                switch (test.early()) {
                    case PASSED, FLAKY -> passed += by;
                    case FAILED -> failed += by;
                    case INFRA, CANCELLED, NOT_RUN -> infra += by;
                }
            }
        }
    }

    void clear() {
        total = 0;
        queued = 0;
        running = 0;
        passed = 0;
        failed = 0;
        infra = 0;
        skipped = 0;
    }

    /** Counts an attempt that has ended. */
    void ended(TestModel test, boolean rerun) {
        reruns += rerun ? 1 : 0;
        test.lastTook().ifPresent(took -> {
            spent = spent.plus(took);
            ended++;
        });
    }

    /** Returns the number of all tests of the run. */
    public int total() {
        return total;
    }

    /** Returns the number of tests that wait for a machine. */
    public int queued() {
        return queued;
    }

    /** Returns the number of tests that are running. */
    public int running() {
        return running;
    }

    /** Returns the number of tests that are over. */
    public int finished() {
        return passed + failed + infra + skipped;
    }

    /** Returns the number of tests that passed. */
    public int passed() {
        return passed;
    }

    /** Returns the number of tests that failed. */
    public int failed() {
        return failed;
    }

    /** Returns the number of tests that could not be run. */
    public int infra() {
        return infra;
    }

    /** Returns the number of reruns. */
    public int reruns() {
        return reruns;
    }

    /** Returns the number of attempts that have ended. */
    public int ended() {
        return ended;
    }

    /** Returns the sum of their durations. */
    public Duration spent() {
        return spent;
    }
}
