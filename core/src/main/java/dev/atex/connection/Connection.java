package dev.atex.connection;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.ledger.LeaseNames;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A channel to a machine: starts commands there, and moves trees of files.
 *
 * <p>Thread-safe: several commands may run at the same time. Every blocking call can be interrupted. Implementations
 * run the contract tests {@code ConnectionContract} of the core's test jar.
 */
public interface Connection extends AutoCloseable {

    /** Connects, or does nothing when connected already. A connection that was disconnected can connect again. */
    void connect(Deadline deadline) throws ConnectionException, InterruptedException;

    /**
     * Drops the connection: running commands end as {@link Exit.TransportLost}, blocked readers wake. Does nothing when
     * not connected. Never blocks on the network.
     */
    void disconnect();

    /**
     * Starts a command. A program that can't be started is no failure of the connection: the command ends with exit
     * code 127 (not found) or 126, as in a shell, and says why on its standard error.
     *
     * @throws ConnectionException not connected, or the machine is out of reach
     */
    RemoteProcess start(Command command) throws ConnectionException, InterruptedException;

    /**
     * Runs a command to its end with empty standard input and returns what it printed (at most 16 MiB of each stream).
     * A non-zero exit code is a result, not an exception.
     *
     * @throws ConnectionException as {@link #start}, or the connection was lost, or the deadline came first (the
     *     command is ended then)
     */
    default CommandResult run(Command command, Deadline deadline) throws ConnectionException, InterruptedException {
        return Capture.run(this, command, deadline);
    }

    /**
     * Copies the content of a local directory into a directory there (made if missing, parents too). Permissions,
     * symbolic links and modification times are kept, owners are not; sockets, devices and pipes are left out. What is
     * in the way there is replaced, unless it is a directory with content.
     */
    void upload(Path localDirectory, String remoteDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException;

    /** Copies the content of a directory there into a local one (made if missing), as {@link #upload} does. */
    void download(String remoteDirectory, Path localDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException;

    /**
     * The id of the lease that holds the machine, if there is one. What is put on the machine carries it in its name, so
     * that whoever frees the machine in place of this process finds it.
     */
    default Optional<String> leaseId() {
        return Optional.empty();
    }

    /**
     * Ends the name of the directory for who works over this connection, if there is a lease: whoever frees the machine
     * looks for {@code atex-} and this. On a host that others use too nobody can guess it.
     */
    default Optional<String> workName() {
        return leaseId().map(LeaseNames::shortName);
    }

    /** What people call the machine, for names of files. */
    default String machineName() {
        return toString();
    }

    /** How Ansible, run on this host, reaches the machine; empty if it cannot, or that is not known. */
    default Optional<AnsibleAccess> ansible() {
        return Optional.empty();
    }

    /** Same as {@link #disconnect()}. */
    @Override
    default void close() {
        disconnect();
    }
}
