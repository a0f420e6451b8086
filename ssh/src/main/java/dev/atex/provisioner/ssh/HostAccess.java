package dev.atex.provisioner.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.CommandResult;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.MachineUnfitException;
import dev.atex.connection.support.LimitMark;
import dev.atex.internal.concurrent.ProcessMarks;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.lease.ledger.LeaseNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Locks a host for one lease, and cleans up after the lease, by the script {@code host.sh} on the host. */
final class HostAccess {
    /** The text of {@code host.sh} and of the functions that it uses. */
    static final String SCRIPT = script();

    /** The time limit for a clean-up. */
    private static final Duration LONGEST = Duration.ofHours(1);

    /** Extra time for the connection to report its own timeout. */
    private static final Duration STRAGGLERS = Duration.ofSeconds(2);

    /** The exit code of a program that {@code timeout} has killed. */
    private static final int KILLED = 137;

    private final Connection connection;
    private final String leaseId;
    private final String workName;

    /**
     * Creates the access of one lease.
     *
     * @param connection a connection whose commands do not carry the id of the lease
     * @param workName the end of the name of the work directory
     */
    HostAccess(Connection connection, String leaseId, String workName) {
        this.connection = connection;
        this.leaseId = leaseId;
        this.workName = workName;
    }

    private static String script() {
        try (InputStream in = HostAccess.class.getResourceAsStream("host.sh")) {
            if (in == null) {
                throw new IllegalStateException("host.sh is missing from the jar");
            }
            return ProcessMarks.functions() + new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The answer to an order to lock. */
    sealed interface Answer {
        record Locked() implements Answer {}

        /**
         * Another run holds the lock.
         *
         * @param left the time until the lock expires
         * @param user the user on the host who holds the lock, if it is another one
         * @param owner the owner of the lock
         */
        record Held(Duration left, Optional<String> user, String owner) implements Answer {}

        /** The lease was released before the order arrived: see {@link HostAccess#releaseLate}. */
        record Ended() implements Answer {}
    }

    /**
     * Locks the host if it is free. Cleans up after the last owner if its lock has expired.
     *
     * @param over a lease that has ended even if the lock is still its; empty if there is none
     */
    Answer lock(String owner, Duration expiry, String over, Deadline deadline)
            throws ConnectionException, InterruptedException {
        String answer = run(deadline, "lock", owner, Long.toString(expiry.toSeconds()), over);
        if (answer.equals("locked")) {
            return new Answer.Locked();
        }
        if (answer.equals("ended")) {
            return new Answer.Ended();
        }
        String[] words = answer.split(" ", 4);
        if (words.length == 4 && words[0].equals("held") && words[1].matches("[0-9]{1,9}")) {
            Optional<String> user = Optional.of(words[2]).filter(name -> !name.equals("-"));
            return new Answer.Held(Duration.ofSeconds(Long.parseLong(words[1])), user, words[3]);
        }
        throw unexpected("taking the lock of the host", answer);
    }

    /** Renews the lock. Returns false if another run has taken it. */
    boolean renew(Duration expiry, Deadline deadline) throws ConnectionException, InterruptedException {
        String answer = run(deadline, "renew", Long.toString(expiry.toSeconds()));
        return switch (answer) {
            case "renewed" -> true;
            case "lost" -> false;
            default -> throw unexpected("renewing the lock of the host", answer);
        };
    }

    /** Cleans up and unlocks, when every order to lock was answered. */
    void release(Deadline deadline) throws ConnectionException, InterruptedException {
        release("known", deadline);
    }

    /** Cleans up and unlocks, when an order to lock may still arrive: it is then refused. */
    void releaseLate(Deadline deadline) throws ConnectionException, InterruptedException {
        release("late", deadline);
    }

    private void release(String orders, Deadline deadline) throws ConnectionException, InterruptedException {
        String answer = run(deadline, "release", orders);
        if (!answer.equals("released")) {
            throw unexpected("cleaning up", answer);
        }
    }

    /** Returns the id of the lease. */
    String leaseId() {
        return leaseId;
    }

    /** Returns what the lease has left on the host, for people. */
    List<String> status(Deadline deadline) throws ConnectionException, InterruptedException {
        return run(deadline, "status").lines().toList();
    }

    private ConnectionException unexpected(String what, String answer) {
        return new ConnectionException(connection + ": " + what + ": unexpected answer '" + answer + "'");
    }

    /** Runs an order. The limit includes the wait for a free session; a script that has started ends by itself. */
    private String run(Deadline deadline, String order, String... more)
            throws ConnectionException, InterruptedException {
        Duration limit = deadline.orAfter(LONGEST).remaining();
        String seconds = Long.toString(Math.max(1, limit.toSeconds()));
        List<String> argv = new ArrayList<>(List.of("timeout", "-s", "KILL", seconds, "sh", "-c"));
        argv.addAll(List.of("script=$1; shift; eval \"$script\"", "atex-host", SCRIPT));
        argv.addAll(List.of(order, leaseId, LeaseNames.shortName(leaseId), workName, seconds));
        argv.add(LimitMark.parts(leaseId));
        argv.addAll(List.of(more));
        try (TaskScope scope = TaskScope.open("host")) {
            Deadline end = Deadline.after(limit);
            TaskScope.Task<CommandResult> task = scope.fork(order, () -> connection.run(Command.of(argv), end));
            return said(order, task.join(Deadline.after(limit.plus(STRAGGLERS))));
        } catch (TimeoutException e) {
            throw new ConnectionException(unanswered(order, seconds), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MachineUnfitException unfit) {
                throw unfit;
            }
            if (e.getCause() instanceof ConnectionException failure) {
                throw new ConnectionException(String.valueOf(failure.getMessage()), failure);
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private String said(String order, CommandResult result) throws ConnectionException {
        return switch (result.exitCode()) {
            case 0 -> result.stdoutText().strip();
            case KILLED ->
                throw new ConnectionException(connection + ": '" + order
                        + "' of the host lock did not end in time and was killed: "
                        + result.stderrText().strip());
            default ->
                throw failed(
                        result.exitCode(),
                        connection + ": '" + order + "' of the host lock failed (exit code " + result.exitCode() + "): "
                                + result.stderrText().strip());
        };
    }

    /** A signal may be caused by a shutdown of the host: not its own error. */
    private static ConnectionException failed(int exitCode, String message) {
        return exitCode < 128 ? new MachineUnfitException(message) : new ConnectionException(message);
    }

    private String unanswered(String order, String seconds) {
        return connection + ": '" + order + "' of the host lock was not answered within " + seconds + " s";
    }
}
