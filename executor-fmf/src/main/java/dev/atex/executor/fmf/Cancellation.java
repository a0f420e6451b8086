package dev.atex.executor.fmf;

import org.jspecify.annotations.Nullable;

/** Somebody's wish that the running test, or else the next one, ends. Thread-safe. */
final class Cancellation {
    private boolean requested;
    private @Nullable Bell bell;

    /** Asks for the end. */
    synchronized void request() {
        requested = true;
        if (bell != null) {
            bell.ring();
        }
    }

    synchronized boolean isRequested() {
        return requested;
    }

    /** A test begins, which is told by this bell. */
    synchronized void watch(Bell by) {
        bell = by;
    }

    /** The test is over. A wish that came too late for it is for the next one. */
    synchronized void unwatch() {
        bell = null;
    }

    /** The wish is fulfilled, or about nothing any more. */
    synchronized void settle() {
        requested = false;
    }
}
