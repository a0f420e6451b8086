package dev.atex.executor.fmf.machine;

import org.jspecify.annotations.Nullable;

/** Somebody's wish that the running test, or else the next one, ends. Thread-safe. */
public final class Cancellation {
    private boolean requested;
    private @Nullable ChangeSignal bell;

    /** Asks for the end. */
    public synchronized void request() {
        requested = true;
        if (bell != null) {
            bell.ring();
        }
    }

    public synchronized boolean isRequested() {
        return requested;
    }

    /** A test begins, which is told by this bell. */
    public synchronized void watch(ChangeSignal by) {
        bell = by;
    }

    /** The test is over. A wish that came too late for it is for the next one. */
    public synchronized void unwatch() {
        bell = null;
    }

    /** The wish is fulfilled, or about nothing any more. */
    public synchronized void settle() {
        requested = false;
    }
}
