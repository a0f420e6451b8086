package dev.atex.podman.engine;

/** A call of a container engine failed, or was not possible. */
public class EngineException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The message names the call and contains the error message of the engine. */
    public EngineException(String message) {
        super(message);
    }

    /** The message names the call and contains the error message of the engine. */
    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
