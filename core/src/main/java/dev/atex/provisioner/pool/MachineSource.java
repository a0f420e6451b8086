package dev.atex.provisioner.pool;

import dev.atex.concurrent.Deadline;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ReleaseException;

/** What a {@link PooledProvisioner} needs to know about a kind of machine. Thread-safe. */
public interface MachineSource {

    /** As {@link Provisioner#check}. */
    default void check(Deadline deadline) throws InvalidOptionException, InterruptedException {}

    /** Makes ready what all machines need. Nothing is reserved yet. */
    default void start() throws ProvisionException, InterruptedException {}

    /**
     * A reservation of one more machine; nothing happens before {@link Reservation#reserve} is called on it.
     *
     * @param slot 0 to the pool's limit - 1: no two machines that exist at the same time have the same one
     * @param number 1, 2, ...: never the same twice in a pool; good for unique names
     */
    Reservation reservation(int slot, long number) throws ProvisionException;

    /**
     * Whether a machine is tried once more although it has failed as often as the pool's {@code attempts} say. Asked once for
     * each such failure; what was left behind by it has been freed.
     *
     * @param slot the one of the machine, which it keeps
     */
    default boolean triesAgain(int slot, ProvisionException failure) {
        return false;
    }

    /** How many machines there can be at a time, now that some may have turned out to be of no use; 0: none will ever come. */
    default int capacity() {
        return Integer.MAX_VALUE;
    }

    /** Undoes {@link #start}, after every machine has been released. */
    default void stop() throws ReleaseException, InterruptedException {}
}
