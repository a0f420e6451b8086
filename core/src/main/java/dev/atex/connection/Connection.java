package dev.atex.connection;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.ledger.LeaseNames;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A connection to a machine: runs commands there and copies directory trees.
 *
 * <p>Thread-safe: several commands may run at the same time. Every blocking call can be interrupted. Implementations
 * run the contract tests {@code ConnectionContract} of the core's test jar.
 */
public interface Connection extends AutoCloseable {

    /** Connects; does nothing if connected already. A disconnected connection can connect again. */
    void connect(Deadline deadline) throws ConnectionException, InterruptedException;

    /**
     * Drops the connection: running commands end with {@link Exit.TransportLost}, and blocked readers wake. Does nothing if
     * not connected. Never blocks on the network.
     */
    void disconnect();

    /**
     * Starts a command. If its program cannot be started, that is no failure of the connection: the command exits with
     * code 127 (not found) or 126, as in a shell, and prints the reason on standard error.
     *
     * @throws ConnectionException if not connected, or if the machine cannot be reached
     */
    RemoteProcess start(Command command) throws ConnectionException, InterruptedException;

    /**
     * Runs a command to its end, with empty standard input, and returns its output (at most 16 MiB of each stream).
     * A non-zero exit code is a result, not an exception.
     *
     * @throws ConnectionException as {@link #start}; also if the connection is lost, or if the command runs into the
     *     deadline (it is killed then)
     */
    default CommandResult run(Command command, Deadline deadline) throws ConnectionException, InterruptedException {
        return Capture.run(this, command, deadline);
    }

    /**
     * Copies the content of a local directory into a directory on the machine, which is created if missing, with its
     * parents. Permissions, symbolic links and modification times are kept, owners are not. Sockets, devices and pipes are
     * left out. Existing entries are replaced, except directories that are not empty.
     */
    void upload(Path localDirectory, String remoteDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException;

    /** Copies the content of a directory on the machine into a local one, as {@link #upload} does. */
    void download(String remoteDirectory, Path localDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException;

    /**
     * Returns the id of the lease of the machine, if there is one. Names of everything that is created on the machine
     * contain it, so that another process can find and free them.
     */
    default Optional<String> leaseId() {
        return Optional.empty();
    }

    /**
     * Returns the last part of the name of the working directory on the machine, if there is a lease: whoever frees the
     * machine looks for {@code atex-} and this. Other users of a host cannot guess it.
     */
    default Optional<String> workName() {
        return leaseId().map(LeaseNames::shortName);
    }

    /** Returns the name of the machine for names of files. */
    default String machineName() {
        return toString();
    }

    /** Returns how Ansible, run on this host, reaches the machine; empty if it cannot, or if that is not known. */
    default Optional<AnsibleAccess> ansible() {
        return Optional.empty();
    }

    /** Same as {@link #disconnect()}. */
    @Override
    default void close() {
        disconnect();
    }
}
