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

    /** For {@link #provision}: as many as you can. */
    int AS_MANY_AS_POSSIBLE = Integer.MAX_VALUE;

    /** A short name for messages, {@code "local"}. */
    String name();

    /**
     * Says who is told how far machines are that take their time. Called before {@link #start}, at most once. One whose machines
     * come at once has nothing to tell.
     *
     * @param listener called by any thread; does not block
     */
    default void onProgress(Consumer<MachineProgress> listener) {}

    /**
     * Looks for mistakes of the user's that only somebody else knows of, such as a wrong token, before anything is made. Called
     * before {@link #start}, at most once. What cannot be found out before the deadline is passed over.
     */
    default void check(Deadline deadline) throws InvalidOptionException, InterruptedException {}

    /** Makes the provisioner ready; nothing is reserved yet. */
    void start() throws ProvisionException, InterruptedException;

    /**
     * Asks for {@code count} more machines and returns at once. They are made in the background, up to the
     * provisioner's own limit at a time; what goes beyond waits for a release.
     */
    void provision(int count);

    /**
     * Hands out the next machine that is ready, connected, waiting for it until the deadline.
     *
     * @throws ProvisionException one that was asked for cannot be had; the request for it is used up. If its extent is the
     *     whole provisioner, so are all others: nothing will come from it any more
     * @throws InterruptedException also when the provisioner is stopped meanwhile
     */
    Optional<Remote> remote(Deadline deadline) throws ProvisionException, InterruptedException;

    /** Hands out a machine if one is ready now. */
    default Optional<Remote> remoteNow() throws ProvisionException, InterruptedException {
        return remote(Deadline.after(java.time.Duration.ZERO));
    }

    /**
     * Forgets what was asked for and not begun; machines being made or ready are still handed out.
     *
     * @return how many requests were dropped: those will neither be handed out nor fail
     */
    int clear();

    /**
     * Ends everything: requests are dropped, reservations under way aborted, every machine not yet released is
     * released, in parallel. Idempotent.
     *
     * @throws ReleaseException names every machine that may still exist
     */
    void stop(Deadline deadline) throws ReleaseException, InterruptedException;

    /** {@link #stop} with a deadline of one minute. */
    @Override
    default void close() throws ReleaseException, InterruptedException {
        stop(Deadline.after(java.time.Duration.ofMinutes(1)));
    }
}
