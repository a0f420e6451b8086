package dev.atex.libvirt.shared;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.CommandResult;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.SshConnection;
import dev.atex.connection.ssh.config.HostKeyPolicy;
import dev.atex.connection.ssh.config.SshConfig;
import dev.atex.connection.ssh.config.SshHost;
import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.connection.ssh.transport.LoginRefusedException;
import dev.atex.internal.concurrent.TaskScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The way to the SSH server of a domain. A port that is open at the loopback address of the host is reached through the host;
 * any other directly. Host keys are not checked: each copy of an image creates its own.
 */
final class DomainLogin {
    private static final Duration REFUSED_AT_FIRST = Duration.ofMinutes(1);
    private static final Duration CONNECT_AGAIN = Duration.ofSeconds(1);
    private static final Duration COMMAND = Duration.ofMinutes(1);
    private static final String UUID_FILE = "/sys/class/dmi/id/product_uuid";

    private final SharedSettings settings;
    private final String address;
    private final int port;
    private final Optional<String> jump;

    DomainLogin(SharedSettings settings, DomainXml.Forward forward) throws ConnectionException {
        this.settings = settings;
        port = forward.port();
        Optional<String> host = settings.address().host();
        if (host.isEmpty()) {
            address = forward.isEverywhere() ? "127.0.0.1" : forward.address();
            jump = Optional.of("none");
        } else if (forward.isLoopback()) {
            address = forward.address();
            jump = host;
        } else {
            SshHost configured = new SshConfig(settings.address().options()).resolve(host.get());
            if (configured.proxyCommand().isPresent()) {
                address = "127.0.0.1"; // only the host itself is known to reach its ports
                jump = host;
            } else {
                address = forward.isEverywhere() ? configured.hostName() : forward.address();
                jump = Optional.of(configured.jumps().isEmpty() ? "none" : String.join(",", configured.jumps()));
            }
        }
    }

    /** Returns a connection to it, not connected yet. */
    SshConnection connection(String leaseId) {
        SshOptions options = settings.address().options().withHostKeys(HostKeyPolicy.OFF);
        String host = address.contains(":") ? "[" + address + "]" : address;
        return new SshConnection(
                settings.user() + "@" + host + ":" + port,
                jump.isPresent() ? options.withProxyJump(jump.get()) : options,
                leaseId);
    }

    /** Returns the command line of the ssh program that opens a shell. */
    List<String> command() {
        List<String> argv = new ArrayList<>(List.of("ssh"));
        SshOptions options = settings.address().options();
        options.config().ifPresent(file -> argv.addAll(List.of("-F", file.toString())));
        options.identity().ifPresent(file -> argv.addAll(List.of("-i", file.toString())));
        jump.ifPresent(hosts -> argv.addAll(List.of("-o", "ProxyJump=" + hosts)));
        for (String option : List.of(
                "StrictHostKeyChecking=no",
                "UserKnownHostsFile=/dev/null",
                "GlobalKnownHostsFile=/dev/null",
                "LogLevel=ERROR",
                "ServerAliveInterval=30",
                "ServerAliveCountMax=4")) {
            argv.addAll(List.of("-o", option));
        }
        argv.addAll(List.of("-p", Integer.toString(port), "--", settings.user() + "@" + address));
        return argv;
    }

    /** Logs in as soon as the domain has booted; ends when its helper does. */
    void connect(SshConnection connection, Optional<String> uuid, SharedDomain domain)
            throws ConnectionException, InterruptedException {
        CompletableFuture<Optional<ConnectionException>> first = new CompletableFuture<>();
        var _ = domain.helper().ended().thenAccept(why -> first.complete(Optional.of(new ConnectionException(why))));
        try (TaskScope scope = TaskScope.open("login")) {
            scope.run("login", () -> {
                try {
                    awaitLogin(connection, Deadline.after(settings.bootWait()));
                    first.complete(Optional.empty());
                } catch (ConnectionException e) {
                    first.complete(Optional.of(e));
                } catch (RuntimeException e) {
                    first.completeExceptionally(e);
                }
            });
            Optional<ConnectionException> failure = first.get();
            if (failure.isPresent()) {
                throw failure.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        if (uuid.isPresent()) {
            checkUuid(connection, uuid.get(), domain);
        }
    }

    /** A server may refuse logins until the guest has prepared its users. */
    private static void awaitLogin(SshConnection connection, Deadline patience)
            throws ConnectionException, InterruptedException {
        Deadline refusals = Deadline.never();
        while (true) {
            try {
                connection.waitUntilReachable(patience);
                connection.connect(Deadline.never());
                return;
            } catch (LoginRefusedException e) {
                refusals = refusals.orAfter(REFUSED_AT_FIRST);
                if (refusals.isExpired() || patience.isExpired()) {
                    throw e;
                }
            } catch (ConnectionException e) {
                if (patience.isExpired()) {
                    throw e;
                }
            }
            Thread.sleep(patience.orAfter(CONNECT_AGAIN).remaining());
        }
    }

    /** Another program may have taken the port. */
    private static void checkUuid(SshConnection connection, String uuid, SharedDomain domain)
            throws ConnectionException, InterruptedException {
        CommandResult result = connection.run(Command.of("cat", UUID_FILE), Deadline.after(COMMAND));
        String found = result.stdoutText().strip();
        if (result.exitCode() == 0 && !found.equalsIgnoreCase(uuid)) {
            throw new ConnectionException(connection + ": another machine answers at the port of domain '"
                    + domain.name() + "': its UUID is " + found + ", not " + uuid);
        }
    }
}
