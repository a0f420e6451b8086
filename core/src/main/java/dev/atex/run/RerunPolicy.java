package dev.atex.run;

import dev.atex.executor.Ending;
import dev.atex.executor.FailureClass;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Decides whether a failed test is rerun. Called after each attempt that failed, as {@link Ending#outcome()} decides, and was
 * not cancelled, in the test's thread, by many threads. If it throws, the test is not rerun and the run reports the failure.
 */
@FunctionalInterface
public interface RerunPolicy {

    /**
     * Returns whether to rerun the test.
     *
     * @param attempt the number of the attempt that failed, from 1
     */
    boolean shouldBeRerun(String test, int attempt, Ending ending) throws Exception;

    /** Returns the policy that reruns no test. */
    static RerunPolicy never() {
        return (test, attempt, ending) -> false;
    }

    /** Returns the policy that reruns each test at most {@code reruns} times. */
    static RerunPolicy limited(int reruns) {
        if (reruns < 0) {
            throw new IllegalArgumentException("reruns must not be negative: " + reruns);
        }
        return (test, attempt, ending) -> attempt <= reruns;
    }

    /** Returns this policy, only for attempts whose ending the condition accepts. */
    static RerunPolicy when(Predicate<Ending> condition) {
        return (test, attempt, ending) -> condition.test(ending);
    }

    /** Returns this policy, only for attempts with one of these failure classes. */
    static RerunPolicy onFailure(Set<FailureClass> classes) {
        Set<FailureClass> copy = Set.copyOf(classes);
        return when(ending -> ending.failure().filter(copy::contains).isPresent());
    }

    /** Returns the policy that reruns a test if both policies do. */
    default RerunPolicy and(RerunPolicy other) {
        return (test, attempt, ending) ->
                shouldBeRerun(test, attempt, ending) && other.shouldBeRerun(test, attempt, ending);
    }

    /** Returns the policy that reruns a test if one of the policies does. */
    default RerunPolicy or(RerunPolicy other) {
        return (test, attempt, ending) ->
                shouldBeRerun(test, attempt, ending) || other.shouldBeRerun(test, attempt, ending);
    }
}
