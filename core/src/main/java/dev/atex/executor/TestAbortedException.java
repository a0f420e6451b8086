package dev.atex.executor;

/** An attempt that the infrastructure ended, or that could not be run. */
public class TestAbortedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The kind of most aborts. */
    private static final String ABORTED = "TestAbortedError";

    private final FailureClass failureClass;
    private final String kind;
    private final boolean machineUntouched;

    /** An abort of the kind {@code TestAbortedError}. */
    public TestAbortedException(FailureClass failureClass, String reason) {
        this(failureClass, ABORTED, reason);
    }

    /** An abort of the kind {@code TestAbortedError}, with a cause. */
    public TestAbortedException(FailureClass failureClass, String reason, Throwable cause) {
        this(failureClass, ABORTED, reason, cause);
    }

    /**
     * An abort.
     *
     * @param failureClass why the attempt was aborted
     * @param kind the word in the notes of results: {@code TestAbortedError}, {@code TestSetupError}, {@code
     *     BadControlError}, {@code BadReportJSONError}
     * @param reason the text in the parentheses of the note
     */
    public TestAbortedException(FailureClass failureClass, String kind, String reason) {
        this(failureClass, kind, reason, false);
    }

    private TestAbortedException(FailureClass failureClass, String kind, String reason, boolean machineUntouched) {
        super(reason);
        this.failureClass = failureClass;
        this.kind = kind;
        this.machineUntouched = machineUntouched;
    }

    /** An abort before anything was done on the machine, which can run the next test. */
    public static TestAbortedException beforeAll(FailureClass failureClass, String kind, String reason) {
        return new TestAbortedException(failureClass, kind, reason, true);
    }

    /** An abort with a cause. */
    public TestAbortedException(FailureClass failureClass, String kind, String reason, Throwable cause) {
        super(reason, cause);
        this.failureClass = failureClass;
        this.kind = kind;
        this.machineUntouched = false;
    }

    /** Returns whether nothing was done on the machine. */
    public boolean isMachineUntouched() {
        return machineUntouched;
    }

    /** Returns why the attempt was aborted. */
    public FailureClass failureClass() {
        return failureClass;
    }

    /** Returns the note of the result: {@code TestAbortedError(test duration timeout reached)}. */
    public String note() {
        return note(kind, String.valueOf(getMessage()));
    }

    /** Returns the note of an abort for which nothing was thrown. */
    public static String note(String reason) {
        return note(ABORTED, reason);
    }

    private static String note(String kind, String reason) {
        return kind + "(" + reason + ")";
    }
}
