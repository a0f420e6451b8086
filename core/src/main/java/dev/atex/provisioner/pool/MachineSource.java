package dev.atex.provisioner.pool;

import dev.atex.concurrent.Deadline;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.Remote;

/** The machines of a {@link PooledProvisioner}: creates their reservations. Thread-safe. */
public interface MachineSource {

    /** Checks the configuration, as {@link Provisioner#check}. */
    default void check(Deadline deadline) throws InvalidOptionException, InterruptedException {}

    /** Prepares what all machines need. Reserves nothing yet. */
    default void start() throws ProvisionException, InterruptedException {}

    /**
     * Creates a reservation of one more machine; does nothing before {@link Reservation#reserve}.
     *
     * @param slot 0 to the pool's limit - 1; different for all machines that exist at the same time
     * @param number 1, 2, ...; different for all machines of the pool, for unique names
     */
    Reservation reservation(int slot, long number) throws ProvisionException;

    /**
     * Returns whether to retry a machine that has failed as often as the pool's {@code attempts} allow. Called once for each
     * such failure, after its resources were freed.
     *
     * @param slot the slot of the machine, which it keeps
     */
    default boolean triesAgain(int slot, ProvisionException failure) {
        return false;
    }

    /** Returns how many machines can exist at a time; less than before if some are unusable, 0 if all are. */
    default int capacity() {
        return Integer.MAX_VALUE;
    }

    /** Returns whether each machine serves one test only, as {@link Remote#servesOneTest}. */
    default boolean servesOneTest() {
        return false;
    }

    /** Undoes {@link #start}, after the release of all machines. */
    default void stop() throws ReleaseException, InterruptedException {}
}
