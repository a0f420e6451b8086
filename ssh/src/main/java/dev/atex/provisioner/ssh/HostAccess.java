package dev.atex.provisioner.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.CommandResult;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.lease.LeaseNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The right of one lease to a host, as it is written down there, and what the lease leaves there: see {@code host.sh}. */
final class HostAccess {
    private static final String SCRIPT = script();

    private final Connection connection;
    private final String leaseId;

    /**
     * Of one lease.
     *
     * @param connection whose commands do not carry the id of the lease
     */
    HostAccess(Connection connection, String leaseId) {
        this.connection = connection;
        this.leaseId = leaseId;
    }

    private static String script() {
        try (InputStream in = HostAccess.class.getResourceAsStream("host.sh")) {
            if (in == null) {
                throw new IllegalStateException("host.sh is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What became of the wish to have the host. */
    sealed interface Answer {
        record Locked() implements Answer {}

        /** Somebody else has it. */
        record Held(Duration left, String owner) implements Answer {}
    }

    /**
     * Takes the host if it is free; cleans up after the one who had it, if that one is late.
     *
     * @param over a lease that has ended whatever the lock says; empty if there is none
     */
    Answer lock(String owner, Duration expiry, String over, Deadline deadline)
            throws ConnectionException, InterruptedException {
        String answer = run(deadline, "lock", owner, Long.toString(expiry.toSeconds()), over);
        if (answer.equals("locked")) {
            return new Answer.Locked();
        }
        String[] words = answer.split(" ", 3);
        if (words.length == 3 && words[0].equals("held") && words[1].matches("[0-9]{1,9}")) {
            return new Answer.Held(Duration.ofSeconds(Long.parseLong(words[1])), words[2]);
        }
        throw new ConnectionException(connection + ": taking the lock of the host was answered by '" + answer + "'");
    }

    /** Puts the end of the lock off; false if somebody else has taken it. */
    boolean renew(Duration expiry, Deadline deadline) throws ConnectionException, InterruptedException {
        return run(deadline, "renew", Long.toString(expiry.toSeconds())).equals("renewed");
    }

    /** Ends and removes what the lease left, and gives its lock back. */
    void release(Deadline deadline) throws ConnectionException, InterruptedException {
        String answer = run(deadline, "release");
        if (!answer.equals("released")) {
            throw new ConnectionException(connection + ": cleaning up was answered by '" + answer + "'");
        }
    }

    /** What there is of the lease, for people. */
    List<String> status(Deadline deadline) throws ConnectionException, InterruptedException {
        return run(deadline, "status").lines().toList();
    }

    private String run(Deadline deadline, String order, String... more)
            throws ConnectionException, InterruptedException {
        List<String> argv = new ArrayList<>(
                List.of("sh", "-c", SCRIPT, "atex-host", order, leaseId, LeaseNames.shortName(leaseId)));
        argv.addAll(List.of(more));
        CommandResult result = connection.run(Command.of(argv), deadline);
        if (result.exitCode() != 0) {
            throw new ConnectionException(connection + ": '" + order + "' of the lock of the host failed (exit code "
                    + result.exitCode() + "): " + result.stderrText().strip());
        }
        return result.stdoutText().strip();
    }
}
