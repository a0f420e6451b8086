package dev.atex.executor;

import dev.atex.internal.text.Cut;
import java.util.Optional;

/**
 * The number of subtests of an attempt that failed, by {@link Status#failed()}.
 *
 * @param counted those that make the test fail
 * @param ignored those that don't, as somebody wants it
 * @param first the name of the first of them; empty if nobody has kept it
 */
public record FailedSubtests(int counted, int ignored, Optional<String> first) {
    /** No subtest failed. */
    public static final FailedSubtests NONE = new FailedSubtests(0, 0, Optional.empty());

    private static final int MOST = 200;

    /** Cuts a name that is too long for a reason. */
    public FailedSubtests {
        first = first.map(name -> Cut.start(name, MOST, "..."));
    }

    /** Returns this number of failed subtests, counted or ignored. */
    public static FailedSubtests of(int count, Optional<String> first, Subtests how) {
        return count == 0
                ? NONE
                : how == Subtests.COUNT ? new FailedSubtests(count, 0, first) : new FailedSubtests(0, count, first);
    }

    /** Returns the same subtests, counted or ignored. */
    public FailedSubtests judged(Subtests how) {
        return of(counted + ignored, first, how);
    }

    /** Returns the reason that names the failed subtests that count; empty if there are none. */
    public Optional<String> reason() {
        if (counted == 0) {
            return Optional.empty();
        }
        if (counted == 1) {
            return Optional.of(first.map(name -> "subtest " + name + " failed").orElse("1 subtest failed"));
        }
        return Optional.of(counted + " subtests failed"
                + first.map(name -> ", the first: " + name).orElse(""));
    }
}
