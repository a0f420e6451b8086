package dev.atex.provisioner;

import dev.atex.concurrent.Deadline;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A source of machines. Thread-safe; every blocking call can be interrupted. Implementations run the contract tests
 * {@code ProvisionerContract} of the core's test jar.
 *
 * <p>Life: {@link #start}, then {@link #provision} and {@link #remote} in any order from any thread, then {@link #stop}.
 */
public interface Provisioner extends AutoCloseable {

    /** For {@link #provision}: as many machines as possible. */
    int AS_MANY_AS_POSSIBLE = Integer.MAX_VALUE;

    /** Returns a short name for messages, {@code "local"}. */
    String name();

    /**
     * Sets the listener for the progress of machines. Called before {@link #start}, at most once. A provisioner whose machines
     * are ready at once ignores it.
     *
     * @param listener called by any thread; does not block
     */
    default void onProgress(Consumer<MachineProgress> listener) {}

    /**
     * Looks for errors in the configuration that only a service can detect, such as a wrong token, before anything is
     * created. Called before {@link #start}, at most once. Checks that do not finish before the deadline are skipped.
     */
    default void check(Deadline deadline) throws InvalidOptionException, InterruptedException {}

    /** Starts the provisioner; reserves nothing yet. */
    void start() throws ProvisionException, InterruptedException;

    /**
     * Requests {@code count} more machines and returns at once. They are created in the background, up to the provisioner's
     * own limit; requests beyond it wait for a release.
     */
    void provision(int count);

    /**
     * Returns the next machine that is ready and connected; waits for it until the deadline.
     *
     * @throws ProvisionException if a requested machine cannot be provisioned; this ends one request. If the extent is the
     *     whole provisioner, it ends all requests, and no machine will come any more
     * @throws InterruptedException also if the provisioner is stopped meanwhile
     */
    Optional<Remote> remote(Deadline deadline) throws ProvisionException, InterruptedException;

    /** Returns a machine if one is ready now. */
    default Optional<Remote> remoteNow() throws ProvisionException, InterruptedException {
        return remote(Deadline.after(java.time.Duration.ZERO));
    }

    /**
     * Drops the requests that are not in progress. Machines that are being created or are ready are still returned.
     *
     * @return the number of dropped requests: those neither succeed nor fail
     */
    int clear();

    /**
     * Stops everything: drops requests, aborts reservations, and releases all machines in parallel. Idempotent.
     *
     * @throws ReleaseException if machines may still exist; names each of them
     */
    void stop(Deadline deadline) throws ReleaseException, InterruptedException;

    /** Calls {@link #stop} with a deadline of one minute. */
    @Override
    default void close() throws ReleaseException, InterruptedException {
        stop(Deadline.after(java.time.Duration.ofMinutes(1)));
    }
}
