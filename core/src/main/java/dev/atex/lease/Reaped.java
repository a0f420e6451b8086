package dev.atex.lease;

/** What a {@link Reaper} found, one at a time. */
public sealed interface Reaped {

    /** The run that took it. */
    String run();

    /** The run is going on: nothing of it is touched. */
    record Alive(String run) implements Reaped {}

    /** It was there, and is gone now. */
    record Freed(LeaseRecord lease, String what) implements Reaped {
        @Override
        public String run() {
            return lease.run();
        }
    }

    /** It is there; nothing is done, as was asked for. */
    record Found(LeaseRecord lease, String what) implements Reaped {
        @Override
        public String run() {
            return lease.run();
        }
    }

    /** It was gone already, or was never made. */
    record Absent(LeaseRecord lease) implements Reaped {
        @Override
        public String run() {
            return lease.run();
        }
    }

    /** It may be there, and stays in the ledger. */
    record Left(LeaseRecord lease, String why) implements Reaped {
        @Override
        public String run() {
            return lease.run();
        }
    }

    /** The ledger, or a part of it, could not be read: there may be more than it says. */
    record Unreadable(String run, String why) implements Reaped {}
}
