package dev.atex.run;

/**
 * Receives all events of a run, in order, from one thread; must return quickly. If it throws, the run reports {@link
 * RunEvent.HookFailed} and does not call it again.
 */
@FunctionalInterface
public interface RunListener {

    /** Receives an event. */
    void on(RunEvent event);

    /** Called by the same thread when no more events are waiting: a good time to flush. */
    default void idle() {}

    /** Returns its name for the message about its failure. */
    default String title() {
        return "listener " + getClass().getName();
    }
}
