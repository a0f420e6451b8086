package dev.atex.run;

import java.util.function.Predicate;

/**
 * Decides whether a test has used its machine up. Asked after each test that came to its own end (any other end always
 * destroys), in that test's thread; called by many threads. When it throws, the machine counts as destroyed and the
 * failure is reported.
 */
@FunctionalInterface
public interface DestructivePolicy {

    /** Whether the machine can't be given to another test. */
    boolean destroys(String test, Ending ending) throws Exception;

    /** A non-zero exit code. The default. */
    static DestructivePolicy onNonZeroExit() {
        return (test, ending) -> ending.exitCode().orElse(1) != 0;
    }

    /** Every test: each gets a machine of its own. */
    static DestructivePolicy always() {
        return (test, ending) -> true;
    }

    /** No test that came to its own end. */
    static DestructivePolicy never() {
        return (test, ending) -> false;
    }

    /** Tests that the predicate accepts by name, e.g. those tagged {@code destructive}, however they end. */
    static DestructivePolicy tests(Predicate<String> byName) {
        return (test, ending) -> byName.test(test);
    }

    /** If one of them says so. */
    default DestructivePolicy or(DestructivePolicy other) {
        return (test, ending) -> destroys(test, ending) || other.destroys(test, ending);
    }
}
