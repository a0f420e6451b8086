package dev.atex.executor.fmf.execution;

/** How a test ended that was not cut off by something else. */
public sealed interface TestEnd {

    /** It came to its own end. */
    record Exited(int code) implements TestEnd {}

    /** It is not started again, though its exit code asks for that, or cannot be. */
    record NotRestarted(int code, String reason) implements TestEnd {}

    /** It asked for its own end, and that of the run. */
    record Aborted() implements TestEnd {}

    /** It was over its time. */
    record TimedOut() implements TestEnd {}
}
