package dev.atex.run;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * In which order tests are taken from the queue. A test's keys are computed once, before the run, by one thread; equal
 * tests keep the order in which they were given. A rerun goes behind the tests that are equal to it.
 */
@FunctionalInterface
public interface TestOrder {

    /**
     * The keys of a test: compared one after the other, smaller first; a missing one counts as 0. When this throws, the
     * failure is reported and the test has no keys.
     */
    double[] keys(String test) throws Exception;

    /** As given. */
    static TestOrder given() {
        double[] none = {};
        return test -> none;
    }

    /** The longest duration first, so that a long test does not start last. */
    static TestOrder longestFirst(Function<String, Duration> duration) {
        return test -> {
            Duration length = duration.apply(test);
            return new double[] {-(length.getSeconds() + length.getNano() / 1e9)};
        };
    }

    /** The highest priority first; 0 is neutral and negative ones come last. */
    static TestOrder priorityFirst(ToDoubleFunction<String> priority) {
        return test -> new double[] {-priority.applyAsDouble(test)};
    }

    /** Tests that are equal in this order are ordered by the other. Every test must have the same number of keys here. */
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
