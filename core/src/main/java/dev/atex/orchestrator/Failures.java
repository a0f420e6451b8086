package dev.atex.orchestrator;

/** Words for what was thrown. */
final class Failures {
    private Failures() {}

    /** The message of our own exceptions; others with their class, without which they often say nothing. */
    static String describe(Throwable failure) {
        String message = failure.getMessage();
        String name = failure.getClass().getName();
        if (message == null || message.isBlank()) {
            return name;
        }
        boolean ours = name.startsWith("dev.atex.") && failure instanceof Exception;
        return ours ? message : name + ": " + message;
    }
}
