package dev.atex.aggregator;

/** Thrown when results cannot be stored. The artifacts are unchanged. */
public class AggregatorException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The message names the output, the test if any, the reason, and where the artifacts are. */
    public AggregatorException(String message) {
        super(message);
    }

    /** The message names the output, the test if any, the reason, and where the artifacts are. */
    public AggregatorException(String message, Throwable cause) {
        super(message, cause);
    }
}
