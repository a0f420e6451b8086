package dev.atex.executor;

/** Why an attempt at a test did not end as the test wanted. Each class can have its own rule for reruns. */
public enum FailureClass {
    /** The test ran over its duration: counts as a failure of the test. */
    TIMEOUT,
    /** What the test sent on its control channel was malformed. */
    CONTROL,
    /** The machine could not be prepared for this test. */
    SETUP,
    /** The connection or the wrapper around the test failed. */
    CONNECTION,
    /** Somebody asked for the end of the test. */
    CANCELLED,
    /** Something else in this program, or in a user's hook, failed. */
    INTERNAL
}
