package dev.atex.lease.ledger;

import dev.atex.lease.LeaseRecord;
import java.time.Duration;

/** What a {@link Reaper} found, one at a time. */
public sealed interface Reaped {

    /** The run that took it. */
    String run();

    /** Somebody else has the ledger: nothing of it is touched. */
    sealed interface Held extends Reaped {}

    /** The run is going on. */
    record Alive(String run) implements Held {}

    /** The run is going on in this process, and the file of locks is not the one in which it has its lock. */
    record Unlocked(String run, long pid) implements Held {}

    /** Another reaper is at it. */
    record Reaping(String run) implements Held {}

    /** About one lease of it. */
    sealed interface OfLease extends Reaped {
        /** The lease. */
        LeaseRecord lease();

        @Override
        default String run() {
            return lease().run();
        }
    }

    /** It was there, and is gone now. */
    record Freed(LeaseRecord lease, String what) implements OfLease {}

    /** It is there; nothing is done, as was asked for. */
    record Found(LeaseRecord lease, String what) implements OfLease {}

    /** It was gone already, or was never made. */
    record Absent(LeaseRecord lease) implements OfLease {}

    /** Nobody knows whether it was made: it is looked for again when the service has had its time. */
    record Waits(LeaseRecord lease, Duration time) implements OfLease {}

    /** It may be there, and stays in the ledger. */
    record Left(LeaseRecord lease, String why) implements OfLease {}

    /** The ledger, or a part of it, could not be read: there may be more than it says. Trying again does not help. */
    record Unreadable(String run, String why) implements Reaped {}

    /** Whether another try may free more. */
    default boolean isWorthAnotherTry() {
        return switch (this) {
            case Left _, Reaping _ -> true;
            case Alive _, Unlocked _, Freed _, Found _, Absent _, Waits _, Unreadable _ -> false;
        };
    }
}
