package dev.atex.executor.fmf.execution;

/** The end of a test over all restarts, unless it was aborted. */
public sealed interface TestEnd {

    /** The test exited. */
    record Exited(int code) implements TestEnd {}

    /** The exit code asks for a restart that is not possible or not allowed. */
    record NotRestarted(int code, String reason) implements TestEnd {}

    /** The test requested to be aborted, together with the run. */
    record Aborted() implements TestEnd {}

    /** The test exceeded its duration. */
    record TimedOut() implements TestEnd {}
}
