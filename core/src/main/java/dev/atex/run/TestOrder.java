package dev.atex.run;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The order in which tests are taken from the queue. One thread computes the keys of each test once, before the run. Equal
 * tests keep their given order; a rerun comes after the tests that are equal to it.
 */
@FunctionalInterface
public interface TestOrder {

    /**
     * Returns the keys of a test, which are compared in order, smaller first; a missing key counts as 0. If this throws, the
     * run reports the failure and the test has no keys.
     */
    double[] keys(String test) throws Exception;

    /** Returns the given order. */
    static TestOrder given() {
        double[] none = {};
        return test -> none;
    }

    /** Returns the order by duration, longest first, so that a long test does not start last. */
    static TestOrder longestFirst(Function<String, Duration> duration) {
        return test -> {
            Duration length = duration.apply(test);
            return new double[] {-(length.getSeconds() + length.getNano() / 1e9)};
        };
    }

    /** Returns the order by priority, highest first; 0 is neutral, and negative priorities come last. */
    static TestOrder priorityFirst(ToDoubleFunction<String> priority) {
        return test -> new double[] {-priority.applyAsDouble(test)};
    }

    /** Returns this order, with the other one for equal tests. All tests must have the same number of keys in this order. */
    default TestOrder then(TestOrder other) {
        return test -> {
            double[] first = keys(test);
            double[] second = other.keys(test);
            double[] both = java.util.Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, both, first.length, second.length);
            return both;
        };
    }
}
