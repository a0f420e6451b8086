package dev.atex.executor;

import dev.atex.internal.text.Cut;
import java.util.Optional;

/**
 * How many results with a name have failed in an attempt, by {@link Status#failed()}.
 *
 * @param counted those that make the test fail
 * @param ignored those that don't, as somebody wants it
 * @param first the name of the first of them; empty if nobody has kept it
 */
public record FailedSubtests(int counted, int ignored, Optional<String> first) {
    /** No subtest has failed. */
    public static final FailedSubtests NONE = new FailedSubtests(0, 0, Optional.empty());

    private static final int MOST = 200;

    /** A name that is too long for a reason is cut. */
    public FailedSubtests {
        first = first.map(name -> Cut.start(name, MOST, "..."));
    }

    /** So many, judged like that. */
    public static FailedSubtests of(int count, Optional<String> first, Subtests how) {
        return count == 0
                ? NONE
                : how == Subtests.COUNT ? new FailedSubtests(count, 0, first) : new FailedSubtests(0, count, first);
    }

    /** The same ones judged like that. */
    public FailedSubtests judged(Subtests how) {
        return of(counted + ignored, first, how);
    }

    /** That those that count have failed; empty if none has. */
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
