package dev.atex.libvirt;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.RemoteProcess;
import dev.atex.connection.ssh.SshConnection;
import dev.atex.connection.support.ForwardingConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The connection to a machine while it exists. After that it refuses to connect or to start anything. Thread-safe.
 *
 * <p>QEMU accepts connections to a forwarded port while the guest reboots, and tells the guest about them at longer and longer
 * intervals. So it is looked at whether a server answers, for a short time again and again, before anything logs in.
 */
final class MachineConnection extends ForwardingConnection {
    /** The longest time of one look. */
    private static final Duration LOOK = Duration.ofSeconds(3);

    /** The interval between looks: there is no event for a server. */
    private static final Duration PAUSE = Duration.ofMillis(300);

    /** The longest time of all looks of one call. */
    private static final Duration LOOKS = Duration.ofMinutes(2);

    private final SshConnection connection;
    private final String name;
    /** True if the machine may have rebooted since the last login. */
    private volatile boolean mayReboot;

    private volatile @Nullable String over;

    MachineConnection(SshConnection connection, String name) {
        this.connection = connection;
        this.name = name;
    }

    @Override
    protected Connection connection() {
        return connection;
    }

    /** Ends the connection, and refuses everything from now on, for this reason. */
    void end(String why) {
        over = why;
        connection.disconnect();
    }

    /** Returns the reason for which it has ended. */
    Optional<String> ended() {
        return Optional.ofNullable(over);
    }

    private void check() throws ConnectionException {
        String why = over;
        if (why != null) {
            throw new ConnectionException(name + ": " + why);
        }
    }

    @Override
    public void connect(Deadline deadline) throws ConnectionException, InterruptedException {
        check();
        if (mayReboot) {
            awaitServer(deadline.orAfter(LOOKS));
        }
        super.connect(deadline);
        mayReboot = false;
        check();
    }

    private void awaitServer(Deadline deadline) throws ConnectionException, InterruptedException {
        while (true) {
            try {
                connection.waitUntilReachable(deadline.orAfter(LOOK));
                return;
            } catch (ConnectionException e) {
                check();
                if (deadline.isExpired()) {
                    throw e;
                }
            }
            Thread.sleep(deadline.orAfter(PAUSE).remaining());
        }
    }

    @Override
    public void disconnect() {
        mayReboot = true;
        super.disconnect();
    }

    @Override
    public RemoteProcess start(Command command) throws ConnectionException, InterruptedException {
        check();
        return super.start(command);
    }

    @Override
    public void upload(Path localDirectory, String remoteDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        check();
        super.upload(localDirectory, remoteDirectory, deadline);
    }

    @Override
    public void download(String remoteDirectory, Path localDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        check();
        super.download(remoteDirectory, localDirectory, deadline);
    }

    @Override
    public String toString() {
        return name;
    }
}
