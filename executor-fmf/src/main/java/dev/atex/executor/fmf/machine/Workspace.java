package dev.atex.executor.fmf.machine;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.CommandResult;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.support.LimitMark;
import dev.atex.executor.ExecutorException;
import dev.atex.executor.fmf.scripts.RemoteScripts;
import dev.atex.lease.ledger.LeaseNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The private directory of one executor on its remote, and what is known about the remote.
 *
 * @param identity what finds everything of this executor again
 * @param path absolute path of the directory
 * @param cgroup where tests are put, if one could be made
 * @param limit the limit of file locks of everything that tests start, where there is no cgroup and the limit can be set
 * @param boot changes when the remote boots, or its container starts anew
 * @param defaultSignals whether signals are ignored there that a test must have at their default
 * @param tools paths of programs that are there
 */
public record Workspace(
        Identity identity,
        String path,
        Optional<String> cgroup,
        Optional<LimitMark> limit,
        String boot,
        boolean defaultSignals,
        Map<String, String> tools) {
    private static final Duration ONE_CONNECT = Duration.ofSeconds(60);

    /** Between attempts to connect to a machine that refuses connections. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Exit codes above this one tell the signal that ended a command. */
    private static final int SIGNALS = 128;

    private static final int LARGEST_SIGNAL = 64;

    /**
     * Names chosen by us before anything is made, so that all of it can be found and removed at any time.
     *
     * @param suffix ends the name of the directory
     * @param group ends the name of the cgroup, which every user of the remote can read
     * @param mark is in the environment of everything that tests start
     * @param owner whose {@link LimitMark} everything has that tests start: the lease of the machine, if there is one
     * @param numbers of jobs
     */
    public record Identity(String suffix, String group, String mark, String owner, MarkNumbers numbers) {
        /** One that whoever frees the machine can work out; one of its own for a machine that nobody holds. */
        public static Identity on(Connection connection) {
            String suffix = connection.workName().orElseGet(() -> RandomText.ofLength(10));
            String group = connection.leaseId().map(LeaseNames::shortName).orElseGet(() -> RandomText.ofLength(10));
            String mark = RandomText.ofLength(20) + ".";
            return new Identity(suffix, group, mark, connection.leaseId().orElse(mark), MarkNumbers.random());
        }
    }

    /** Creates the directory. {@link #remove} cleans up afterwards, whatever happens. */
    public static Workspace create(Connection connection, Identity identity, Deadline deadline)
            throws ExecutorException, ConnectionException, InterruptedException {
        return look(connection, identity, "new", deadline)
                .orElseThrow(() -> new ExecutorException("cannot make a work directory on the remote"));
    }

    /**
     * Returns the directory that was created before the connection was lost; waits until processes of an earlier
     * wrapper have ended.
     *
     * @return empty: there is none any more
     */
    public static Optional<Workspace> again(Connection connection, Identity identity, Deadline deadline)
            throws ExecutorException, ConnectionException, InterruptedException {
        return look(connection, identity, "again", deadline);
    }

    /**
     * Waits for a machine: disconnects, and connects until that works and what ran before has ended.
     *
     * @param reason why it is away, for the log
     * @return empty: the machine has lost the directory
     */
    public static Optional<Workspace> reconnect(Connection connection, Identity identity, String reason)
            throws ExecutorException, InterruptedException {
        MachineLog.info(connection, () -> "waiting for the machine: " + reason);
        while (true) {
            connection.disconnect();
            try {
                connection.connect(Deadline.after(ONE_CONNECT));
                Optional<Workspace> found = again(connection, identity, Deadline.never());
                MachineLog.info(
                        connection,
                        () -> "the machine is back, "
                                + (found.isPresent() ? "boot " + found.get().boot() : "without its work directory"));
                return found;
            } catch (ConnectionException e) {
                MachineLog.debug(connection, () -> "not back yet: " + e.getMessage());
                Thread.sleep(PAUSE);
            }
        }
    }

    private static Optional<Workspace> look(Connection connection, Identity identity, String mode, Deadline deadline)
            throws ExecutorException, ConnectionException, InterruptedException {
        CommandResult result = connection.run(
                Command.of(
                        "bash",
                        "-c",
                        RemoteScripts.HIERARCHIES.text() + RemoteScripts.START.text(),
                        "atex-start",
                        identity.suffix(),
                        mode,
                        identity.group()),
                deadline);
        if (result.exitCode() == 127) {
            throw new ExecutorException("bash is missing on the remote: tests need bash 4.2 or newer there");
        }
        if (result.exitCode() > SIGNALS && result.exitCode() <= SIGNALS + LARGEST_SIGNAL) {
            // a machine that shuts down still lets in, and ends what it has let in
            throw new ConnectionException(
                    "the remote ended a command by the signal " + (result.exitCode() - SIGNALS) + ": it goes down");
        }
        Optional<String> path = Optional.empty();
        Optional<String> cgroup = Optional.empty();
        Optional<LimitMark> limit = Optional.empty();
        String boot = "";
        boolean defaultSignals = false;
        Map<String, String> tools = new HashMap<>();
        List<String> missing = new ArrayList<>();
        for (String line : result.stdoutText().lines().toList()) {
            String[] fact = line.split(" ", 2);
            switch (fact[0]) {
                case "missing" -> missing.add(fact[1]);
                case "work" -> path = Optional.of(fact[1]);
                case "cgroup" -> cgroup = Optional.of(fact[1]);
                case "limit" -> limit = LimitMark.inOrAt(identity.owner(), fact[1]);
                case "boot" -> boot = fact[1];
                case "default-signals" -> defaultSignals = true;
                case "tool" -> {
                    String[] tool = fact[1].split(" ", 2);
                    tools.put(tool[0], tool[1]);
                }
                default -> {}
            }
        }
        if (!missing.isEmpty()) {
            throw new ExecutorException("the remote cannot run tests, it lacks: " + String.join(", ", missing)
                    + ". Install it there first");
        }
        if (result.exitCode() != 0) {
            throw new ExecutorException("cannot make a work directory on the remote (exit code " + result.exitCode()
                    + "): " + result.stderrText().strip());
        }
        if (path.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Workspace(identity, path.get(), cgroup, limit, boot, defaultSignals, Map.copyOf(tools)));
    }

    /**
     * Ends what tests left behind and removes the directory; does nothing when there is none.
     *
     * @throws ExecutorException something could not be removed
     */
    public static void remove(Connection connection, Identity identity, Optional<Workspace> known, Deadline deadline)
            throws ExecutorException, ConnectionException, InterruptedException {
        CommandResult result = connection.run(
                Command.of(
                        "bash",
                        "-c",
                        RemoteScripts.HIERARCHIES.text() + RemoteScripts.SWEEP.text() + RemoteScripts.STOP.text(),
                        "atex-stop",
                        identity.suffix(),
                        known.flatMap(Workspace::cgroup).orElse(""),
                        identity.mark(),
                        identity.group(),
                        known.map(Workspace::range).orElse("")),
                deadline);
        // The script complains on its standard output. On the other one are warnings of sudo, or of a login shell.
        String complaints = result.stdoutText().strip();
        if (result.exitCode() != 127 && (result.exitCode() != 0 || !complaints.isEmpty())) {
            throw new ExecutorException("cannot clean up after the tests (exit code " + result.exitCode() + "): "
                    + (complaints + "\n" + result.stderrText()).strip());
        }
    }

    /** A mark for a new job, whose text ends with what it is for. */
    public ProcessMark mark(String purpose) {
        Optional<LimitMark> own =
                limit.flatMap(all -> all.inside(identity.numbers().next()));
        return new ProcessMark(identity.mark() + purpose + ".", own.or(() -> limit), own.isPresent());
    }

    /** For {@code sweep.sh}: the limits of all jobs. */
    private String range() {
        MarkNumbers numbers = identity.numbers();
        return limit.flatMap(all -> all.inside(numbers.first()))
                .map(first -> ProcessMark.range(first, numbers.count()))
                .orElse("");
    }

    /** Ends what has a mark, and what else is left of a test. */
    public Command abort(ProcessMark mark) {
        return Command.of(
                tool("bash"),
                file(RemoteScripts.ABORT.fileName()),
                "ended",
                path,
                cgroup.orElse(""),
                identity.mark(),
                mark.text(),
                mark.range());
    }

    /** Returns the path of a program that {@link #create} found; empty if it did not. */
    public String tool(String name) {
        return tools.getOrDefault(name, "");
    }

    /** Returns whether the machine can allocate a pseudo-terminal. */
    public boolean tty() {
        return tools.containsKey("script");
    }

    /** A path in the directory. */
    public String file(String name) {
        return path + "/" + name;
    }
}
