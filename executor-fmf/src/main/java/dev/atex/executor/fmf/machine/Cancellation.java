package dev.atex.executor.fmf.machine;

import org.jspecify.annotations.Nullable;

/** A request to cancel the running test, or else the next one. Thread-safe. */
public final class Cancellation {
    private boolean requested;
    private @Nullable ChangeSignal changes;

    /** Requests the cancellation. */
    public synchronized void request() {
        requested = true;
        if (changes != null) {
            changes.signal();
        }
    }

    public synchronized boolean isRequested() {
        return requested;
    }

    /** Signals this test from now on. */
    public synchronized void watch(ChangeSignal by) {
        changes = by;
    }

    /** The test ended. A request that came too late is for the next one. */
    public synchronized void unwatch() {
        changes = null;
    }

    /** Clears the request. */
    public synchronized void settle() {
        requested = false;
    }
}
