package dev.atex.run.model;

import java.time.Duration;

/** How many tests of a {@link RunModel} are where, and how long attempts took. Used by one thread at a time. */
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

    /** Before a test changes; it is added again after that. */
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

    /** An attempt of it has ended. */
    void ended(TestModel test, boolean rerun) {
        reruns += rerun ? 1 : 0;
        test.lastTook().ifPresent(took -> {
            spent = spent.plus(took);
            ended++;
        });
    }

    /** All of the run. */
    public int total() {
        return total;
    }

    /** Those that wait for a machine. */
    public int queued() {
        return queued;
    }

    /** Those that a machine runs. */
    public int running() {
        return running;
    }

    /** Those that are over. */
    public int finished() {
        return passed + failed + infra + skipped;
    }

    /** Of those that are over, the ones that passed. */
    public int passed() {
        return passed;
    }

    /** Of those that are over, the ones that failed. */
    public int failed() {
        return failed;
    }

    /** Of those that are over, the ones that could not be run. */
    public int infra() {
        return infra;
    }

    /** How often a test was to be run again. */
    public int reruns() {
        return reruns;
    }

    /** How many attempts have ended. */
    public int ended() {
        return ended;
    }

    /** How long these took, together. */
    public Duration spent() {
        return spent;
    }
}
