package dev.atex.executor;

/**
 * How many results with a name have failed in an attempt, by {@link Status#failed()}.
 *
 * @param counted those that make the test fail
 * @param ignored those that don't, as somebody wants it
 */
public record FailedSubtests(int counted, int ignored) {
    /** No subtest has failed. */
    public static final FailedSubtests NONE = new FailedSubtests(0, 0);

    /** So many, judged like that. */
    public static FailedSubtests of(int count, Subtests how) {
        return count == 0 ? NONE : how == Subtests.COUNT ? new FailedSubtests(count, 0) : new FailedSubtests(0, count);
    }

    /** The same ones judged like that. */
    public FailedSubtests judged(Subtests how) {
        return of(counted + ignored, how);
    }
}
