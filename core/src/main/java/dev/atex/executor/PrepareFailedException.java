package dev.atex.executor;

/**
 * What was to prepare a machine for tests has run there, and failed. It is the same for every machine, so that another one
 * will hardly do better.
 */
public final class PrepareFailedException extends ExecutorException {
    private static final long serialVersionUID = 1L;

    private final String key;

    /**
     * A failure.
     *
     * @param key what failed and how, without what differs from machine to machine: equal for equal failures
     * @param message what failed, with the end of its output; of several lines
     */
    public PrepareFailedException(String key, String message) {
        super(message);
        this.key = key;
    }

    /** Equal for two machines on which the same has failed in the same way. */
    public String key() {
        return key;
    }
}
