package dev.atex.executor;

/** An attempt at a test that the infrastructure ended, or that could not be carried out. */
public class TestAbortedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final FailureClass failureClass;
    private final String kind;
    private final boolean machineUntouched;

    /**
     * An abort.
     *
     * @param failureClass why
     * @param kind the word for it in results' notes: {@code TestAbortedError}, {@code TestSetupError}, {@code
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

    /** As the constructor, before anything was done on the machine, which can be given to the next test. */
    public static TestAbortedException beforeAll(FailureClass failureClass, String kind, String reason) {
        return new TestAbortedException(failureClass, kind, reason, true);
    }

    /** As the other constructor, with a cause. */
    public TestAbortedException(FailureClass failureClass, String kind, String reason, Throwable cause) {
        super(reason, cause);
        this.failureClass = failureClass;
        this.kind = kind;
        this.machineUntouched = false;
    }

    /** Whether nothing was done on the machine. */
    public boolean isMachineUntouched() {
        return machineUntouched;
    }

    /** Why. */
    public FailureClass failureClass() {
        return failureClass;
    }

    /** The note of the result: {@code TestAbortedError(test duration timeout reached)}. */
    public String note() {
        return kind + "(" + getMessage() + ")";
    }
}
