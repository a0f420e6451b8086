package dev.atex.lease.ledger;

import dev.atex.lease.LeaseRecord;
import java.time.Duration;

/** One finding of a {@link Reaper}. */
public sealed interface Reaped {

    /** Returns the run that took the lease. */
    String run();

    /** Another process has the ledger: nothing was touched. */
    sealed interface Held extends Reaped {}

    /** The run is running. */
    record Alive(String run) implements Held {}

    /** The run is running in a process whose lock is in a lock file that was replaced. */
    record Unlocked(String run, long pid) implements Held {}

    /** Another reaper has it. */
    record Reaping(String run) implements Held {}

    /** A finding about one lease. */
    sealed interface OfLease extends Reaped {
        /** Returns the lease. */
        LeaseRecord lease();

        @Override
        default String run() {
            return lease().run();
        }
    }

    /** The resource existed, and is gone now. */
    record Freed(LeaseRecord lease, String what) implements OfLease {}

    /** The resource exists; it was not freed, as requested. */
    record Found(LeaseRecord lease, String what) implements OfLease {}

    /** The resource was gone already, or was never created. */
    record Absent(LeaseRecord lease) implements OfLease {}

    /** It is unknown whether the resource was created: a later reaper must look again. */
    record Waits(LeaseRecord lease, Duration time) implements OfLease {}

    /** The resource may exist, and its lease stays in the ledger. */
    record Left(LeaseRecord lease, String why) implements OfLease {}

    /** The ledger, or a part of it, cannot be read: resources may exist that it does not list. A retry does not help. */
    record Unreadable(String run, String why) implements Reaped {}

    /** Returns whether a retry may free more. */
    default boolean isWorthAnotherTry() {
        return switch (this) {
            case Left _, Reaping _ -> true;
            case Alive _, Unlocked _, Freed _, Found _, Absent _, Waits _, Unreadable _ -> false;
        };
    }
}
