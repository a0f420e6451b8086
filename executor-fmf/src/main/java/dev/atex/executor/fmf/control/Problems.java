package dev.atex.executor.fmf.control;

import org.jspecify.annotations.Nullable;

/** Does one thing after another, whatever goes wrong: the first problem counts, the others are suppressed in it. */
final class Problems {
    private @Nullable TestAbortedException first;

    @FunctionalInterface
    interface Step {
        void run() throws TestAbortedException;
    }

    void collect(Step step) {
        try {
            step.run();
        } catch (TestAbortedException e) {
            add(e);
        }
    }

    void add(TestAbortedException problem) {
        if (first == null) {
            first = problem;
        } else {
            first.addSuppressed(problem);
        }
    }

    @Nullable
    TestAbortedException first() {
        return first;
    }

    void rethrow() throws TestAbortedException {
        if (first != null) {
            throw first;
        }
    }
}
