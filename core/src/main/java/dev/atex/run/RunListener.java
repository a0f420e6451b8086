package dev.atex.run;

/**
 * Is told every event of a run, in order, by one thread; must return quickly. What it throws is reported as
 * {@link RunEvent.HookFailed} once, and the listener is not called again.
 */
@FunctionalInterface
public interface RunListener {

    /** Something happened. */
    void on(RunEvent event);

    /** Nothing has happened for a moment: a good time to flush. Called by the same thread. */
    default void idle() {}

    /** What it is called when it fails. */
    default String title() {
        return "listener " + getClass().getName();
    }
}
