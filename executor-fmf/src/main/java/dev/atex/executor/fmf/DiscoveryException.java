package dev.atex.executor.fmf;

/** Tests cannot be discovered: a mistake in the metadata, or in what was asked for. */
public class DiscoveryException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The message says what is wrong, where, and what to do. */
    public DiscoveryException(String message) {
        super(message);
    }

    /** The message says what is wrong, where, and what to do. */
    public DiscoveryException(String message, Throwable cause) {
        super(message, cause);
    }
}
