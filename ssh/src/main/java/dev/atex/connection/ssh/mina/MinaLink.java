package dev.atex.connection.ssh.mina;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Output;
import dev.atex.connection.RemoteProcess;
import dev.atex.connection.ssh.config.SshHost;
import dev.atex.connection.ssh.transport.HostNames;
import dev.atex.connection.ssh.transport.HostUnknownException;
import dev.atex.connection.ssh.transport.Link;
import dev.atex.connection.ssh.transport.PortForward;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.jspecify.annotations.Nullable;

/** A login by MINA. */
final class MinaLink implements Link {
    private static final System.Logger LOG = System.getLogger("dev.atex.ssh");
    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration LOOK_UP = Duration.ofSeconds(30);

    private final SshHost host;
    private final ClientSession session;
    private final Login login;
    private final Channels channels;
    private volatile @Nullable ConnectionException failure;
    private volatile @Nullable Link below;

    MinaLink(SshHost host, ClientSession session, Login login) {
        this.host = host;
        this.session = session;
        this.login = login;
        channels = new Channels(host, session);
        login.attach(this);
    }

    /** Sets the link to the jump host. Each of the two ends with the other. */
    void over(Link other) {
        below = other;
        if (!session.isOpen()) {
            other.close();
        }
    }

    /** Ends everything because the session is lost. */
    void lost() {
        ConnectionException why = failure;
        if (why == null) {
            why = login.loss();
            failure = why;
            if (session.isAuthenticated()) { // else whoever logs in is told
                String message = String.valueOf(why.getMessage());
                LOG.log(Level.INFO, message);
            }
        }
        channels.lose(why);
        Link other = below;
        if (other != null) {
            other.close();
        }
    }

    @Override
    public Optional<ConnectionException> failure() {
        ConnectionException why = failure;
        if (why == null && !session.isOpen()) {
            why = login.loss();
        }
        return Optional.ofNullable(why);
    }

    @Override
    public RemoteProcess exec(String line, Output stdout, Output stderr)
            throws ConnectionException, InterruptedException {
        ExecChannel channel = channels.take();
        try {
            SshProcess process = SshProcess.start(channel, line, stdout, stderr);
            channels.prepare();
            return process;
        } catch (IOException e) {
            channel.close(false);
            throw new ConnectionException(host + ": cannot start a command: " + e.getMessage(), e);
        }
    }

    @Override
    public PortForward forwardLocal(int localPort, String toHost, int toPort) throws ConnectionException {
        try {
            SshdSocketAddress bound = session.startLocalPortForwarding(
                    new SshdSocketAddress(LOOPBACK, localPort), new SshdSocketAddress(toHost, toPort));
            return new Forward(bound.getPort(), () -> session.stopLocalPortForwarding(bound));
        } catch (IOException | RuntimeException e) {
            throw new ConnectionException(
                    host + ": cannot forward port " + localPort + " of this host to " + toHost + ":" + toPort + ": "
                            + e.getMessage(),
                    e);
        }
    }

    @Override
    public PortForward forwardRemote(int remotePort, String toHost, int toPort)
            throws ConnectionException, InterruptedException {
        // looked up now: MINA would do it on a network thread, for each connection
        InetAddress to = target(remotePort, toHost, toPort);
        try {
            SshdSocketAddress bound = session.startRemotePortForwarding(
                    new SshdSocketAddress(LOOPBACK, remotePort), new SshdSocketAddress(to.getHostAddress(), toPort));
            return new Forward(bound.getPort(), () -> session.stopRemotePortForwarding(bound));
        } catch (IOException | RuntimeException e) {
            throw notForwarded(remotePort, toHost, toPort, String.valueOf(e.getMessage()), e);
        }
    }

    /** Resolves the target. An unknown target is no failure of the host. */
    private InetAddress target(int remotePort, String toHost, int toPort)
            throws ConnectionException, InterruptedException {
        try {
            return HostNames.address(host, toHost, Deadline.after(LOOK_UP));
        } catch (HostUnknownException e) {
            throw notForwarded(
                    remotePort,
                    toHost,
                    toPort,
                    "there is no host '" + toHost + "' (its name cannot be resolved); is it spelled correctly?",
                    e);
        }
    }

    private ConnectionException notForwarded(int remotePort, String toHost, int toPort, String why, Exception cause) {
        return new ConnectionException(
                host + ": cannot forward its port " + remotePort + " to " + toHost + ":" + toPort + ": " + why, cause);
    }

    @Override
    public void close() {
        if (failure == null) {
            failure = new ConnectionException(host + ": the connection was closed");
        }
        session.close(true);
        lost();
    }

    @FunctionalInterface
    private interface Stop {
        void stop() throws IOException;
    }

    private record Forward(int port, Stop stop) implements PortForward {
        @Override
        public void close() {
            try {
                stop.stop();
            } catch (IOException e) {
                return; // gone with the connection
            }
        }
    }
}
