package dev.atex.aggregator;

/** A test as it is called in an output. */
record TestName(String platform, String test) {
    static TestName of(Attempt attempt) {
        return new TestName(attempt.platform(), attempt.test());
    }
}
