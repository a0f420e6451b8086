package dev.atex.provisioner.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.CommandResult;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.LimitMark;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.lease.LeaseNames;
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

/** The right of one lease to a host, as it is written down there, and what the lease leaves there: see {@code host.sh}. */
final class HostAccess {
    private static final String SCRIPT = script();

    /** Removing what a lease has left can take its time. */
    private static final Duration LONGEST = Duration.ofHours(1);

    /** The connection is given this long to say itself what it waited for. */
    private static final Duration STRAGGLERS = Duration.ofSeconds(2);

    /** The exit code of what {@code timeout} has ended by force. */
    private static final int KILLED = 137;

    private final Connection connection;
    private final String leaseId;
    private final String workName;

    /**
     * Of one lease.
     *
     * @param connection whose commands do not carry the id of the lease
     * @param workName ends the name of the work directory
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
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What became of the wish to have the host. */
    sealed interface Answer {
        record Locked() implements Answer {}

        /**
         * Somebody else has it.
         *
         * @param user there, whose lock it is, if that is not the one who asks
         */
        record Held(Duration left, Optional<String> user, String owner) implements Answer {}

        /** The lease was released before the order came: see {@link HostAccess#releaseLate}. */
        record Ended() implements Answer {}
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

    /** Puts the end of the lock off; false if somebody else has taken it. */
    boolean renew(Duration expiry, Deadline deadline) throws ConnectionException, InterruptedException {
        String answer = run(deadline, "renew", Long.toString(expiry.toSeconds()));
        return switch (answer) {
            case "renewed" -> true;
            case "lost" -> false;
            default -> throw unexpected("renewing the lock of the host", answer);
        };
    }

    /** Ends and removes what the lease left, and gives its lock back; every order to lock was answered. */
    void release(Deadline deadline) throws ConnectionException, InterruptedException {
        release("known", deadline);
    }

    /** The same where an order to lock may still be on its way: the lease gets no lock any more. */
    void releaseLate(Deadline deadline) throws ConnectionException, InterruptedException {
        release("late", deadline);
    }

    private void release(String orders, Deadline deadline) throws ConnectionException, InterruptedException {
        String answer = run(deadline, "release", orders);
        if (!answer.equals("released")) {
            throw unexpected("cleaning up", answer);
        }
    }

    /** Whose right it is. */
    String leaseId() {
        return leaseId;
    }

    /** What there is of the lease, for people. */
    List<String> status(Deadline deadline) throws ConnectionException, InterruptedException {
        return run(deadline, "status").lines().toList();
    }

    private ConnectionException unexpected(String what, String answer) {
        return new ConnectionException(connection + ": " + what + " was answered by '" + answer + "'");
    }

    /** Also what has to wait for its turn on the connection ends in time; what was begun there ends by itself. */
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
            if (e.getCause() instanceof HostUnfitException unfit) {
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
                        + "' of the lock of the host did not end in time, and was ended: "
                        + result.stderrText().strip());
            default ->
                throw failed(
                        result.exitCode(),
                        connection + ": '" + order + "' of the lock of the host failed (exit code " + result.exitCode()
                                + "): " + result.stderrText().strip());
        };
    }

    /** One that is told by a signal may come of a shut-down. */
    private static ConnectionException failed(int exitCode, String message) {
        return exitCode < 128 ? new HostUnfitException(message) : new ConnectionException(message);
    }

    private String unanswered(String order, String seconds) {
        return connection + ": '" + order + "' of the lock of the host was not answered within " + seconds + " s";
    }
}
