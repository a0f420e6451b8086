package dev.atex.executor;

/** An attempt at a test that the infrastructure ended, or that could not be carried out. */
public class TestAbortedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final FailureClass failureClass;
    private final String kind;

    /**
     * An abort.
     *
     * @param failureClass why
     * @param kind the word for it in results' notes: {@code TestAbortedError}, {@code TestSetupError}, {@code
     *     BadControlError}, {@code BadReportJSONError}
     * @param reason the text in the parentheses of the note
     */
    public TestAbortedException(FailureClass failureClass, String kind, String reason) {
        super(reason);
        this.failureClass = failureClass;
        this.kind = kind;
    }

    /** As the other constructor, with a cause. */
    public TestAbortedException(FailureClass failureClass, String kind, String reason, Throwable cause) {
        super(reason, cause);
        this.failureClass = failureClass;
        this.kind = kind;
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
