package dev.atex.results;

import dev.atex.aggregator.Attempt;

/** A test as an output names it. */
record TestName(String platform, String test) {
    static TestName of(Attempt attempt) {
        return new TestName(attempt.platform(), attempt.test());
    }
}
