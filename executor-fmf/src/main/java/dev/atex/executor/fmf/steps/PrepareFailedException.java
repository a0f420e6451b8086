package dev.atex.executor.fmf.steps;

import dev.atex.executor.ExecutorException;

/** A step that prepares a machine ran there and failed. It would fail in the same way on other machines. */
public final class PrepareFailedException extends ExecutorException {
    private static final long serialVersionUID = 1L;

    private final String key;

    /**
     * Creates one.
     *
     * @param key what failed and how, equal for equal failures on different machines
     * @param message what failed, with the end of its output; of several lines
     */
    public PrepareFailedException(String key, String message) {
        super(message);
        this.key = key;
    }

    /** Returns a text that is equal for two machines on which the same failed in the same way. */
    public String key() {
        return key;
    }
}
