package dev.atex.podman.engine;

/** A container engine could not be called, or failed. */
public class EngineException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The message says what was called, and what the engine said. */
    public EngineException(String message) {
        super(message);
    }

    /** The message says what was called, and what the engine said. */
    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
