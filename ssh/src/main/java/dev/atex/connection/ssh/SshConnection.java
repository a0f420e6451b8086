package dev.atex.connection.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.AnsibleAccess;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
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
import dev.atex.lease.LeaseNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a host over SSH: one login for any number of commands at a time. What the server does not allow at once
 * (sshd's {@code MaxSessions}) waits its turn. Thread-safe.
 *
 * <p>Needs there: a login shell of the POSIX kind, and {@code tar} for copying. A host that falls
 * silent is noticed by {@link SshOptions#keepAlive()}, at the latest after four times that. A command whose connection goes
 * away gets end of file on its standard input; {@link RemoteProcess#kill()} ends it and its process group where the server
 * delivers signals (OpenSSH 7.9 and newer), but not what {@code sudo} runs as somebody else.
 */
public final class SshConnection implements Connection {
    private final String name;
    private final SshOptions options;
    private final Optional<String> leaseId;
    private final Optional<String> workName;
    private final CommandLine commands;
    private final ReentrantLock connecting = new ReentrantLock();
    private final AtomicInteger disconnects = new AtomicInteger();

    private volatile @Nullable Link link;

    /**
     * Not connected yet.
     *
     * @param host an alias in the ssh_config file, or {@code [user@]host[:port]}
     */
    public SshConnection(String host, SshOptions options) {
        this(host, options, Optional.empty(), Optional.empty());
    }

    /**
     * Not connected yet.
     *
     * @param host an alias in the ssh_config file, or {@code [user@]host[:port]}
     * @param leaseId carried by the environment of every command, in {@code ATEX_MARK}
     */
    public SshConnection(String host, SshOptions options, String leaseId) {
        this(host, options, leaseId, LeaseNames.shortName(leaseId));
    }

    /**
     * Not connected yet.
     *
     * @param host an alias in the ssh_config file, or {@code [user@]host[:port]}
     * @param leaseId carried by the environment of every command, in {@code ATEX_MARK}
     * @param workName as {@link #workName}; one by chance that is in the locator of the lease
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
            return Optional.empty(); // connecting says why
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
            Deadline soon = deadline.orAfter(options.connectTimeout());
            Link opened = switch (options.transport()) {
                case BUILT_IN -> MinaClient.open(new SshConfig(options).resolve(name), options, soon);
                case OPENSSH -> OpenSshLink.open(name, options, leaseId, soon);
            };
            link = opened;
            if (disconnects.get() != before) { // whoever did that may not have seen the link
                link = null;
                opened.close();
                throw new ConnectionException(name + ": disconnected while it was connecting");
            }
        } finally {
            connecting.unlock();
        }
    }

    /**
     * Waits until the server of the host greets, which it does when the host has booted far enough. Where it can be reached
     * over other hosts only, or by the OpenSSH transport, waits for a login instead, and is connected then.
     *
     * @throws HostUnknownException the name of the host cannot be resolved now
     * @throws ConnectionException the deadline came first; says what the last attempt met
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

    /** Sends what belongs to the command itself. */
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

    /** The same login, for commands that do not carry the id of the lease: those that look for what does. */
    public Connection unmarked() {
        return new Unmarked(this, new CommandLine(options.sudo(), Optional.empty()));
    }

    /** Forwards connections to a port of this host's loopback, 0 for any free one, to what the other side can reach. */
    public PortForward forwardLocal(int localPort, String toHost, int toPort)
            throws ConnectionException, InterruptedException {
        return link().forwardLocal(localPort, toHost, toPort);
    }

    /** Forwards connections to a port of the other host's loopback, 0 for any free one, to what this side can reach. */
    public PortForward forwardRemote(int remotePort, String toHost, int toPort)
            throws ConnectionException, InterruptedException {
        return link().forwardRemote(remotePort, toHost, toPort);
    }

    /**
     * Arguments that make {@code rsync} use the connection: {@code -e} and the command of the remote shell. Put them before
     * the others; the host part of a path is {@code host:}.
     *
     * @throws ConnectionException not connected, or not by the OpenSSH transport, which has the login for others to share
     */
    public List<String> rsyncArguments() throws ConnectionException {
        if (link() instanceof OpenSshLink shared) {
            return shared.rsyncArguments();
        }
        throw new ConnectionException(
                name + ": only the OpenSSH transport can be shared with rsync; use transport=openssh");
    }

    @Override
    public void upload(Path localDirectory, String remoteDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        if (!TarUpload.copy(this, localDirectory, remoteDirectory, deadline)) {
            throw noTar("upload to " + remoteDirectory);
        }
    }

    @Override
    public void download(String remoteDirectory, Path localDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        if (!TarDownload.copy(this, remoteDirectory, localDirectory, deadline)) {
            throw noTar("download " + remoteDirectory);
        }
    }

    private ConnectionException noTar(String what) {
        return new ConnectionException(
                name + ": cannot " + what + ": the host has no 'tar', which copies files: install it there");
    }

    @Override
    public String toString() {
        return name;
    }

    /** The same login with another way to write commands. */
    private record Unmarked(SshConnection connection, CommandLine lines) implements Connection {
        @Override
        public void connect(Deadline deadline) throws ConnectionException, InterruptedException {
            connection.connect(deadline);
        }

        @Override
        public void disconnect() {
            connection.disconnect();
        }

        @Override
        public RemoteProcess start(Command command) throws ConnectionException, InterruptedException {
            return connection.start(lines, command);
        }

        @Override
        public void upload(Path localDirectory, String remoteDirectory, Deadline deadline)
                throws ConnectionException, InterruptedException {
            connection.upload(localDirectory, remoteDirectory, deadline);
        }

        @Override
        public void download(String remoteDirectory, Path localDirectory, Deadline deadline)
                throws ConnectionException, InterruptedException {
            connection.download(remoteDirectory, localDirectory, deadline);
        }

        @Override
        public String toString() {
            return connection.toString();
        }
    }
}
