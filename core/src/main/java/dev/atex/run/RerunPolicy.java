package dev.atex.run;

import dev.atex.executor.FailureClass;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Decides whether a failed test is run again. Asked after each attempt that failed, as {@link Ending#verdict()} decides,
 * and was not cancelled, in that test's thread; called by many
 * threads. When it throws, the test is not run again and the failure is reported.
 */
@FunctionalInterface
public interface RerunPolicy {

    /**
     * Whether to run it again.
     *
     * @param attempt the number of the attempt that failed, from 1
     */
    boolean shouldBeRerun(String test, int attempt, Ending ending) throws Exception;

    /** No test is run again. */
    static RerunPolicy never() {
        return (test, attempt, ending) -> false;
    }

    /** Each test is run at most {@code reruns} times again. */
    static RerunPolicy limited(int reruns) {
        if (reruns < 0) {
            throw new IllegalArgumentException("reruns must not be negative: " + reruns);
        }
        return (test, attempt, ending) -> attempt <= reruns;
    }

    /** Only attempts that ended in a way the condition accepts. */
    static RerunPolicy when(Predicate<Ending> condition) {
        return (test, attempt, ending) -> condition.test(ending);
    }

    /** Only attempts that failed for one of these reasons. */
    static RerunPolicy onFailure(Set<FailureClass> classes) {
        Set<FailureClass> copy = Set.copyOf(classes);
        return when(ending -> ending.failure().filter(copy::contains).isPresent());
    }

    /** If both agree. */
    default RerunPolicy and(RerunPolicy other) {
        return (test, attempt, ending) ->
                shouldBeRerun(test, attempt, ending) && other.shouldBeRerun(test, attempt, ending);
    }

    /** If one of them wants it: each failure class can have its own number of reruns. */
    default RerunPolicy or(RerunPolicy other) {
        return (test, attempt, ending) ->
                shouldBeRerun(test, attempt, ending) || other.shouldBeRerun(test, attempt, ending);
    }
}
