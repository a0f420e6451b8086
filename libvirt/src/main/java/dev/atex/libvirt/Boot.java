package dev.atex.libvirt;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.CommandResult;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.SshConnection;
import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.connection.ssh.transport.LoginRefusedException;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.libvirt.domain.CloneSettings;
import dev.atex.libvirt.virsh.Anchor;
import dev.atex.libvirt.virsh.VirshException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Waits for a machine that boots, or goes on from a saved state.
 *
 * @param name of the machine, for messages
 * @param machine its domain
 * @param link how it is reached
 * @param login the files to log in with
 * @param anchor the client that learns of its end
 * @param restored whether it goes on from a saved state: its firmware tables are those of the machine that was saved
 */
record Boot(
        String name,
        LeasedMachine machine,
        CloneSettings.Link link,
        LoginFiles login,
        Optional<Anchor> anchor,
        boolean restored) {
    private static final System.Logger LOG = System.getLogger("dev.atex.libvirt");

    /** One look for a server. QEMU accepts connections before the guest does, and tries again at longer and longer intervals. */
    private static final Duration LOOK = Duration.ofSeconds(3);

    /** The interval between looks: there is no event for an address or a server. */
    private static final Duration PAUSE = Duration.ofMillis(300);

    /** The interval between looks for the domain. */
    private static final Duration CHECK = Duration.ofSeconds(10);

    /** A login with an emulated processor takes seconds. */
    private static final Duration LOGIN = Duration.ofMinutes(2);

    /** The time in which a machine that boots may refuse logins. */
    private static final Duration REFUSALS = Duration.ofSeconds(30);

    private static final Pattern ADDRESS = Pattern.compile("ipv4\\s+([0-9.]+)");
    private static final String SERVER = "127.0.0.1";
    private static final String UUID_FILE = "/sys/class/dmi/id/product_uuid";

    /** The machine has stopped. */
    static final class StoppedException extends Exception {
        private static final long serialVersionUID = 1L;

        StoppedException(String why) {
            super(why);
        }
    }

    /** The machine answers, and refuses the login. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(LoginRefusedException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /**
     * Returns a connection that is logged in.
     *
     * @throws ConnectionException if the machine does not answer before the deadline
     */
    SshConnection await(Deadline deadline)
            throws ConnectionException, StoppedException, RefusedException, IOException, InterruptedException {
        BlockingQueue<Optional<String>> ends = new LinkedBlockingQueue<>();
        anchor.ifPresent(client -> client.onLost(why -> ends.add(Optional.of(why))));
        try (TaskScope scope = TaskScope.open("boot of " + name)) {
            TaskScope.Task<SshConnection> boot = scope.fork("boot of " + name, () -> {
                try {
                    return login(deadline);
                } finally {
                    ends.add(Optional.empty());
                }
            });
            Optional<String> lost = ends.take();
            if (lost.isPresent()) {
                throw new StoppedException(lost.get());
            }
            return boot.join(Deadline.never());
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case ConnectionException cause -> throw cause;
                case RefusedException cause -> throw cause;
                case IOException cause -> throw cause;
                case InterruptedException cause -> throw cause;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private SshConnection login(Deadline deadline)
            throws ConnectionException, RefusedException, IOException, InterruptedException {
        SshOptions options = login.options(machine.leaseId()).withConnectTimeout(LOGIN);
        String host = switch (link) {
            case CloneSettings.Forwarded(int port) -> {
                options = options.withPort(port);
                yield SERVER;
            }
            case CloneSettings.Network _ -> address(deadline);
        };
        SshConnection connection = new SshConnection(login.address(host), options, machine.leaseId());
        boolean ready = false;
        try {
            Deadline refusals = Deadline.never();
            Deadline check = Deadline.after(CHECK);
            while (!ready) {
                try {
                    connection.waitUntilReachable(deadline.orAfter(LOOK));
                    connection.connect(deadline);
                    checkIdentity(connection, deadline);
                    ready = true;
                } catch (LoginRefusedException e) {
                    refusals = refusals.orAfter(REFUSALS);
                    if (refusals.isExpired() || deadline.isExpired()) {
                        throw new RefusedException(e);
                    }
                    Thread.sleep(PAUSE);
                } catch (ConnectionException e) {
                    if (deadline.isExpired()) {
                        throw e;
                    }
                    if (check.isExpired()) {
                        checkExistence(deadline);
                        check = Deadline.after(CHECK);
                    }
                    Thread.sleep(PAUSE);
                }
            }
            return connection;
        } finally {
            if (!ready) {
                connection.disconnect();
            }
        }
    }

    /** The client reports no stop between the creation of the domain and its own registration for events. */
    private void checkExistence(Deadline deadline) throws ConnectionException, InterruptedException {
        try {
            if (!machine.isThere(deadline)) {
                throw new ConnectionException("while it booted, it stopped");
            }
        } catch (VirshException e) { // the daemon is busy, or restarting
            LOG.log(Level.DEBUG, () -> name + ": " + e.getMessage());
        }
    }

    private String address(Deadline deadline) throws ConnectionException, InterruptedException {
        while (true) {
            for (String source : new String[] {"lease", "agent"}) {
                try {
                    Matcher found = ADDRESS.matcher(
                            machine.pool().virsh().call(deadline, "domifaddr", machine.uuid(), "--source", source));
                    while (found.find()) {
                        if (!found.group(1).startsWith("127.")) {
                            return found.group(1);
                        }
                    }
                } catch (VirshException e) { // the agent does not run yet, or never
                    LOG.log(Level.DEBUG, () -> name + ": " + e.getMessage());
                }
            }
            if (deadline.isExpired()) {
                throw new ConnectionException(
                        "it has no address in its network, as neither DHCP nor a guest agent knows");
            }
            Thread.sleep(deadline.orAfter(PAUSE.multipliedBy(3)).remaining());
        }
    }

    /** Checks that the machine which answers is this one: another program may have taken the port, or another machine the address. */
    private void checkIdentity(SshConnection connection, Deadline deadline)
            throws ConnectionException, InterruptedException {
        if (restored) {
            return; // QEMU of this machine has the port since it was created
        }
        CommandResult read = connection.run(Command.of("cat", UUID_FILE), deadline.orAfter(LOGIN));
        String found = read.stdoutText().strip().toLowerCase(Locale.ROOT);
        if (read.exitCode() != 0 || found.isEmpty()) { // only root reads it, and not every machine has firmware tables
            LOG.log(
                    Level.DEBUG,
                    () -> name + ": its UUID cannot be read: "
                            + read.stderrText().strip());
        } else if (!found.equals(machine.uuid())) {
            connection.disconnect();
            throw new ConnectionException("another machine answers: its UUID is " + found + ", not " + machine.uuid());
        }
    }
}
