package dev.atex.run;

import dev.atex.executor.Ending;
import java.util.function.Predicate;

/**
 * Decides whether a test has used its machine up. Called after each test that ended by itself (every other test uses its
 * machine up), in the test's thread, by many threads. If it throws, the machine counts as used up and the run reports the
 * failure.
 */
@FunctionalInterface
public interface DestructivePolicy {

    /** Returns whether the machine cannot run another test. */
    boolean destroys(String test, Ending ending) throws Exception;

    /** Returns the default policy: tests with a non-zero exit code. */
    static DestructivePolicy onNonZeroExit() {
        return (test, ending) -> ending.exitCode().orElse(1) != 0;
    }

    /** Returns the policy for all tests: each gets its own machine. */
    static DestructivePolicy always() {
        return (test, ending) -> true;
    }

    /** Returns the policy for no test that ended by itself. */
    static DestructivePolicy never() {
        return (test, ending) -> false;
    }

    /** Returns the policy for tests whose name the predicate accepts, for example those tagged {@code destructive}. */
    static DestructivePolicy tests(Predicate<String> byName) {
        return (test, ending) -> byName.test(test);
    }

    /** Returns the policy for tests of this or the other policy. */
    default DestructivePolicy or(DestructivePolicy other) {
        return (test, ending) -> destroys(test, ending) || other.destroys(test, ending);
    }
}
