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

/** Looks names up. The system's resolver cannot be interrupted: it is left to end by its own time limit. */
public final class HostNames {
    private HostNames() {}

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
                    host + ": there is no host '" + name + "' (its name cannot be resolved); is it spelt right?", e);
        } catch (TimeoutException e) {
            throw new ConnectionException(host + ": the name '" + name + "' was not resolved in time", e);
        }
    }

    /** An address that is written as such needs no resolver, which may be slow to say so. */
    private static Optional<InetAddress> literal(String name) {
        try {
            return Optional.of(InetAddress.ofLiteral(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
