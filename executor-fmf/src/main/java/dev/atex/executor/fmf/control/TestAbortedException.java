package dev.atex.executor.fmf.control;

import dev.atex.executor.Ending;
import dev.atex.executor.FailureClass;

/** Ends an attempt early: the infrastructure failed, somebody cancelled it, or what the test reports is malformed. */
public final class TestAbortedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Ending ending;

    /** Creates an abort of the kind {@code TestAbortedError}. */
    public TestAbortedException(FailureClass failure, String reason) {
        super(reason);
        ending = Ending.aborted(failure, reason);
    }

    /** Creates an abort of the kind {@code TestAbortedError}, with a cause. */
    public TestAbortedException(FailureClass failure, String reason, Throwable cause) {
        super(reason, cause);
        ending = Ending.aborted(failure, reason);
    }

    /** Creates an abort of another kind. */
    public TestAbortedException(FailureClass failure, String kind, String reason) {
        super(reason);
        ending = Ending.aborted(failure, kind, reason);
    }

    /** Creates an abort of another kind, with a cause. */
    public TestAbortedException(FailureClass failure, String kind, String reason, Throwable cause) {
        super(reason, cause);
        ending = Ending.aborted(failure, kind, reason);
    }

    private TestAbortedException(String reason, Ending ending) {
        super(reason);
        this.ending = ending;
    }

    /** Returns an abort before anything was done on the machine, of a test that cannot run on any other one either. */
    public static TestAbortedException beforeAll(FailureClass failure, String kind, String reason) {
        return new TestAbortedException(
                reason, Ending.aborted(failure, kind, reason).untouched());
    }

    /** Returns the ending that {@link dev.atex.executor.Executor#runTest} returns. */
    public Ending ending() {
        return ending;
    }

    /** Returns why the attempt was aborted. */
    public FailureClass failureClass() {
        return ending.failure().orElseThrow();
    }

    /** Returns the note of the result: {@code TestAbortedError(test duration timeout reached)}. */
    public String note() {
        return ending.note().orElseThrow();
    }
}
