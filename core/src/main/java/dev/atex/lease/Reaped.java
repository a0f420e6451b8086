package dev.atex.lease;

/** What a {@link Reaper} found, one at a time. */
public sealed interface Reaped {

    /** The run that took it. */
    String run();

    /** The run is going on: nothing of it is touched. */
    record Alive(String run) implements Reaped {}

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

    /** It may be there, and stays in the ledger. */
    record Left(LeaseRecord lease, String why) implements OfLease {}

    /** The ledger, or a part of it, could not be read: there may be more than it says. */
    record Unreadable(String run, String why) implements Reaped {}
}
