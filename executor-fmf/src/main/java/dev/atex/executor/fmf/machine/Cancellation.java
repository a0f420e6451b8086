package dev.atex.executor.fmf.machine;

import org.jspecify.annotations.Nullable;

/** A request to cancel the running test, or else the next one. Thread-safe. */
public final class Cancellation {
    private boolean requested;
    private @Nullable ChangeSignal bell;

    /** Requests the cancellation. */
    public synchronized void request() {
        requested = true;
        if (bell != null) {
            bell.ring();
        }
    }

    public synchronized boolean isRequested() {
        return requested;
    }

    /** Signals this test from now on. */
    public synchronized void watch(ChangeSignal by) {
        bell = by;
    }

    /** The test ended. A request that came too late is for the next one. */
    public synchronized void unwatch() {
        bell = null;
    }

    /** Clears the request. */
    public synchronized void settle() {
        requested = false;
    }
}
