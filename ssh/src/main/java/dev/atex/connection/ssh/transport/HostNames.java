package dev.atex.connection.ssh.transport;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.config.SshHost;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Resolves host names. The system's resolver cannot be interrupted: its thread ends by the resolver's own time limit. */
public final class HostNames {
    private HostNames() {}

    /**
     * Resolves a name.
     *
     * @param host the host that needs it, for messages
     * @throws HostUnknownException the name cannot be resolved
     * @throws ConnectionException the deadline expired
     */
    public static InetAddress address(SshHost host, String name, Deadline deadline)
            throws ConnectionException, InterruptedException {
        Optional<InetAddress> literal = literal(name);
        if (literal.isPresent()) {
            return literal.get();
        }
        CompletableFuture<InetAddress> answer = new CompletableFuture<>();
        Thread.ofVirtual().name("resolve " + name).start(() -> {
            try {
                answer.complete(InetAddress.getByName(name));
            } catch (UnknownHostException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            return answer.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new HostUnknownException(
                    host + ": there is no host '" + name + "' (its name cannot be resolved); is it spelled correctly?",
                    e);
        } catch (TimeoutException e) {
            throw new ConnectionException(host + ": the name '" + name + "' was not resolved in time", e);
        }
    }

    /** Parses an IP address, which needs no resolver. */
    private static Optional<InetAddress> literal(String name) {
        try {
            return Optional.of(InetAddress.ofLiteral(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
