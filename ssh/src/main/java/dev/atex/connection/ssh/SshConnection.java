package dev.atex.connection.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.AnsibleAccess;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.MachineUnfitException;
import dev.atex.connection.RemoteProcess;
import dev.atex.connection.copy.TarDownload;
import dev.atex.connection.copy.TarUpload;
import dev.atex.connection.ssh.config.SshConfig;
import dev.atex.connection.ssh.config.SshHost;
import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.connection.ssh.config.SshTransport;
import dev.atex.connection.ssh.mina.MinaClient;
import dev.atex.connection.ssh.openssh.AnsibleSsh;
import dev.atex.connection.ssh.openssh.OpenSshLink;
import dev.atex.connection.ssh.transport.HostUnknownException;
import dev.atex.connection.ssh.transport.Link;
import dev.atex.connection.ssh.transport.PortForward;
import dev.atex.connection.support.ForwardingConnection;
import dev.atex.lease.ledger.LeaseNames;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a host over SSH: one login for any number of commands at a time. Commands beyond the server's limit (sshd's
 * {@code MaxSessions}) wait. Thread-safe.
 *
 * <p>The host needs a POSIX login shell, and {@code tar} for copies. The loss of a silent host is noticed after at most four times
 * {@link SshOptions#keepAlive()}. When the connection is lost, a command reads end of file from its standard input. {@link
 * RemoteProcess#kill()} ends a command and its process group if the server delivers signals (OpenSSH 7.9 and newer), except
 * processes that {@code sudo} runs as another user.
 */
public final class SshConnection implements Connection {
    private static final System.Logger LOG = System.getLogger("dev.atex.ssh");

    private final String name;
    private final SshOptions options;
    private final Optional<String> leaseId;
    private final Optional<String> workName;
    private final CommandLine commands;
    private final ReentrantLock connecting = new ReentrantLock();
    private final AtomicInteger disconnects = new AtomicInteger();

    private volatile @Nullable Link link;
    private volatile boolean wasConnected;

    /**
     * Creates a connection that is not connected yet.
     *
     * @param host an alias in the ssh_config file, or {@code [user@]host[:port]}
     */
    public SshConnection(String host, SshOptions options) {
        this(host, options, Optional.empty(), Optional.empty());
    }

    /**
     * Creates a connection that is not connected yet.
     *
     * @param host an alias in the ssh_config file, or {@code [user@]host[:port]}
     * @param leaseId the id of the lease, in the variable {@code ATEX_MARK} of every command
     */
    public SshConnection(String host, SshOptions options, String leaseId) {
        this(host, options, leaseId, LeaseNames.shortName(leaseId));
    }

    /**
     * Creates a connection that is not connected yet.
     *
     * @param host an alias in the ssh_config file, or {@code [user@]host[:port]}
     * @param leaseId the id of the lease, in the variable {@code ATEX_MARK} of every command
     * @param workName the {@link #workName}: a random one that the locator of the lease contains
     */
    public SshConnection(String host, SshOptions options, String leaseId, String workName) {
        this(host, options, Optional.of(leaseId), Optional.of(workName));
    }

    private SshConnection(String host, SshOptions options, Optional<String> leaseId, Optional<String> workName) {
        this.name = host;
        this.options = options;
        this.leaseId = leaseId;
        this.workName = workName;
        this.commands = new CommandLine(options.sudo(), leaseId);
    }

    @Override
    public Optional<String> leaseId() {
        return leaseId;
    }

    @Override
    public Optional<String> workName() {
        return workName;
    }

    @Override
    public Optional<AnsibleAccess> ansible() {
        try {
            return Optional.of(new AnsibleSsh(SshConfig.Address.parse(name), options).access());
        } catch (ConnectionException | IOException e) {
            return Optional.empty(); // connect() reports why
        }
    }

    @Override
    public void connect(Deadline deadline) throws ConnectionException, InterruptedException {
        int before = disconnects.get();
        connecting.lockInterruptibly();
        try {
            Link current = link;
            if (current != null && current.failure().isEmpty()) {
                return;
            }
            if (current != null) {
                current.close();
            }
            LOG.log(Level.DEBUG, () -> name + ": connecting, transport " + options.transport());
            Deadline soon = deadline.orAfter(options.connectTimeout());
            Link opened = switch (options.transport()) {
                case BUILT_IN -> MinaClient.open(new SshConfig(options).resolve(name), options, soon);
                case OPENSSH -> OpenSshLink.open(name, options, leaseId, soon);
            };
            link = opened;
            if (disconnects.get() != before) { // the other thread may not have seen the link
                link = null;
                opened.close();
                throw new ConnectionException(name + ": disconnected while it was connecting");
            }
            LOG.log(
                    wasConnected ? Level.INFO : Level.DEBUG,
                    () -> name + ": connected" + (wasConnected ? " again" : ""));
            wasConnected = true;
        } finally {
            connecting.unlock();
        }
    }

    /**
     * Waits until the server of the host greets, for example after a boot. Behind jump hosts and with the OpenSSH transport it
     * waits for a login instead, and is then connected.
     *
     * @throws HostUnknownException the name of the host cannot be resolved
     * @throws ConnectionException the deadline expired; the message has the error of the last attempt
     */
    public void waitUntilReachable(Deadline deadline) throws ConnectionException, InterruptedException {
        if (options.transport() == SshTransport.OPENSSH) {
            Reachability.awaitLogin(this, deadline);
            return;
        }
        SshHost host = new SshConfig(options).resolve(name);
        if (host.jumps().isEmpty()) {
            Reachability.await(host, deadline);
        } else {
            Reachability.awaitLogin(this, deadline);
        }
    }

    @Override
    public void disconnect() {
        int _ = disconnects.incrementAndGet();
        Link current = link;
        link = null;
        if (current != null) {
            LOG.log(Level.DEBUG, () -> name + ": disconnecting");
            current.close();
        }
    }

    private Link link() throws ConnectionException {
        Link current = link;
        if (current == null) {
            throw new ConnectionException("not connected to " + name + ": connect first");
        }
        Optional<ConnectionException> failure = current.failure();
        if (failure.isPresent()) {
            throw new ConnectionException(String.valueOf(failure.get().getMessage()), failure.get());
        }
        return current;
    }

    @Override
    public RemoteProcess start(Command command) throws ConnectionException, InterruptedException {
        return start(commands, command);
    }

    private RemoteProcess start(CommandLine lines, Command command) throws ConnectionException, InterruptedException {
        CommandLine.Lines whole = lines.of(command);
        RemoteProcess process = link().exec(whole.line(), command.stdout(), command.stderr());
        if (whole.input().length > 0) {
            begin(process, whole.input());
        }
        return process;
    }

    /** Sends the first bytes of standard input, which belong to the command itself. */
    private void begin(RemoteProcess process, byte[] input) throws ConnectionException, InterruptedException {
        try {
            process.stdin().write(input);
            process.stdin().flush();
        } catch (IOException e) {
            process.kill();
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while starting a command on " + name);
            }
            throw new ConnectionException(name + ": cannot start a command: " + e.getMessage(), e);
        }
    }

    /** Returns the same login for commands without the id of the lease: those that search for processes with it. */
    public Connection unmarked() {
        return new Unmarked(this, new CommandLine(options.sudo(), Optional.empty()));
    }

    /** Forwards a loopback port of this host (0: any free one) to a port that the other host can reach. */
    public PortForward forwardLocal(int localPort, String toHost, int toPort)
            throws ConnectionException, InterruptedException {
        return link().forwardLocal(localPort, toHost, toPort);
    }

    /** Forwards a loopback port of the other host (0: any free one) to a port that this host can reach. */
    public PortForward forwardRemote(int remotePort, String toHost, int toPort)
            throws ConnectionException, InterruptedException {
        return link().forwardRemote(remotePort, toHost, toPort);
    }

    /**
     * Returns arguments that make {@code rsync} use the connection: {@code -e} and the command of the remote shell. They go
     * before all others; the host part of a path is {@code host:}.
     *
     * @throws ConnectionException not connected, or connected by the built-in transport, whose login rsync cannot share
     */
    public List<String> rsyncArguments() throws ConnectionException {
        if (link() instanceof OpenSshLink shared) {
            return shared.rsyncArguments();
        }
        throw new ConnectionException(
                name + ": rsync can share the login of the OpenSSH transport only: use transport=openssh");
    }

    @Override
    public void upload(Path localDirectory, String remoteDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        LOG.log(Level.DEBUG, () -> name + ": uploading " + localDirectory + " to " + remoteDirectory);
        if (!TarUpload.copy(this, localDirectory, remoteDirectory, deadline)) {
            throw noTar("upload");
        }
    }

    @Override
    public void download(String remoteDirectory, Path localDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        LOG.log(Level.DEBUG, () -> name + ": downloading " + remoteDirectory + " to " + localDirectory);
        if (!TarDownload.copy(this, remoteDirectory, localDirectory, deadline)) {
            throw noTar("download");
        }
    }

    private MachineUnfitException noTar(String what) {
        return new MachineUnfitException(name + ": cannot " + what + " files: the host has no 'tar', install it there");
    }

    @Override
    public String toString() {
        return name;
    }

    /** The same login, whose commands do not carry the id of the lease. */
    private static final class Unmarked extends ForwardingConnection {
        private final SshConnection connection;
        private final CommandLine lines;

        Unmarked(SshConnection connection, CommandLine lines) {
            this.connection = connection;
            this.lines = lines;
        }

        @Override
        protected Connection connection() {
            return connection;
        }

        @Override
        public RemoteProcess start(Command command) throws ConnectionException, InterruptedException {
            return connection.start(lines, command);
        }

        @Override
        public Optional<String> leaseId() {
            return Optional.empty();
        }

        @Override
        public Optional<String> workName() {
            return Optional.empty();
        }
    }
}
