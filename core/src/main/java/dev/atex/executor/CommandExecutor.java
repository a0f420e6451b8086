package dev.atex.executor;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.CommandResult;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.connection.Output;
import dev.atex.connection.RemoteProcess;
import dev.atex.internal.concurrent.ProcessMarks;
import dev.atex.internal.files.FileProblems;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Runs {@link CommandTests}, over any connection. The machine needs a POSIX shell and {@code /proc} to end a test with all
 * that it started. What a test leaves running after its own end stays.
 */
final class CommandExecutor implements Executor {
    private static final String OUTPUT = "output.txt";

    private static final Duration SWEEP = Duration.ofSeconds(10);

    private static final Ending CANCELLED = Ending.aborted(FailureClass.CANCELLED, "cancel requested");

    private static final System.Logger LOG = System.getLogger("dev.atex.executor");

    private final CommandTests tests;
    private final Connection connection;

    // Both under the lock of this.
    private boolean cancelled;
    private @Nullable RemoteProcess running;

    CommandExecutor(CommandTests tests, Connection connection) {
        this.tests = tests;
        this.connection = connection;
    }

    @Override
    public void start() {}

    @Override
    public Ending runTest(String test, TestArtifacts artifacts, Map<String, String> environment)
            throws InterruptedException {
        try {
            LOG.log(Level.DEBUG, () -> connection.machineName() + ": test " + test + " starts");
            Ending end = withStatus(run(test, artifacts, environment));
            LOG.log(Level.DEBUG, () -> connection.machineName() + ": test " + test + " ends: " + end);
            return report(artifacts, end);
        } catch (InterruptedException e) {
            Ending _ = report(artifacts, CANCELLED);
            throw e;
        }
    }

    private Ending run(String test, TestArtifacts artifacts, Map<String, String> environment)
            throws InterruptedException {
        if (takeCancel()) {
            return CANCELLED;
        }
        Command command = tests.command(test);
        if (command == null) {
            return Ending.aborted(
                    FailureClass.SETUP, "TestSetupError", "there is no command for a test '" + test + "'");
        }
        Output output;
        try {
            output = Output.appendTo(artifacts.files().place(null, OUTPUT));
        } catch (IOException e) {
            return cannotStore("output", e);
        }
        String mark = UUID.randomUUID().toString();
        Map<String, String> variables = new LinkedHashMap<>(command.environment());
        variables.putAll(environment);
        ProcessMarks.add(variables, mark);
        try {
            Ending end = execute(new Command(command.argv(), variables, output, output));
            return end.failure().isEmpty() ? end : sweep(mark, end);
        } catch (InterruptedException e) {
            Ending _ = sweep(mark, CANCELLED);
            throw e;
        }
    }

    private Ending execute(Command command) throws InterruptedException {
        Exit exit;
        try {
            exit = await(command);
        } catch (ConnectionException e) {
            exit = new Exit.TransportLost(e);
        }
        if (takeCancel()) {
            return CANCELLED; // that is then the reason why it ended
        }
        return switch (exit) {
            case Exit.Code(int code) -> Ending.exited(code);
            case Exit.Signal(int number) -> Ending.exited(128 + number);
            case Exit.TransportLost(ConnectionException cause) ->
                Ending.aborted(FailureClass.CONNECTION, "connection lost: " + cause.getMessage());
            case Exit.StillRunning _ -> Ending.aborted(FailureClass.TIMEOUT, "test duration timeout reached");
        };
    }

    private Exit await(Command command) throws ConnectionException, InterruptedException {
        Deadline deadline = tests.limit().map(Deadline::after).orElse(Deadline.never());
        try (RemoteProcess process = connection.start(command)) {
            boolean ended = false;
            try {
                watch(process);
                closeInput(process);
                Exit exit = process.await(deadline);
                ended = !(exit instanceof Exit.StillRunning);
                return exit;
            } finally {
                watch(null);
                if (!ended) {
                    process.kill();
                }
            }
        }
    }

    private static void closeInput(RemoteProcess process) {
        try {
            process.stdin().close();
        } catch (IOException e) {
            // It has ended, or the connection has: waiting for it tells.
        }
    }

    private void watch(@Nullable RemoteProcess process) {
        boolean late;
        synchronized (this) {
            running = process;
            late = cancelled;
        }
        if (process != null && late) {
            process.kill();
        }
    }

    private synchronized boolean takeCancel() {
        boolean taken = cancelled;
        cancelled = false;
        return taken;
    }

    @Override
    public void cancel() {
        RemoteProcess process;
        synchronized (this) {
            cancelled = true;
            process = running;
        }
        if (process != null) {
            process.kill();
        }
    }

    /** Ends what the test started, also what has left its session; returns the ending, with a note if that fails. */
    private Ending sweep(String mark, Ending end) throws InterruptedException {
        try {
            CommandResult result = connection.run(Command.of(ProcessMarks.killer(mark)), Deadline.after(SWEEP));
            return result.exitCode() == 0
                    ? end
                    : end.noted(end.note().orElse("") + "; the test could not be ended: "
                            + result.stderrText().strip());
        } catch (ConnectionException e) {
            LOG.log(Level.DEBUG, () -> connection.machineName() + ": a test could not be ended: " + e.getMessage());
            return end;
        }
    }

    /** Adds the result of the test itself; returns the ending, or another one if that fails. */
    private Ending report(TestArtifacts artifacts, Ending end) {
        try {
            OwnResult own = OwnResult.of(end);
            boolean isCaptured = artifacts.files().find(null, OUTPUT).isPresent();
            OwnResult _ = (isCaptured ? own.withLog(OUTPUT) : own).addTo(artifacts);
            return end;
        } catch (IOException e) {
            Ending failed = cannotStore("result", e);
            LOG.log(
                    Level.WARNING,
                    () -> connection.machineName() + ": " + failed.note().orElse(""));
            return end.failure().isPresent() ? end : failed;
        }
    }

    private static Ending cannotStore(String what, IOException cause) {
        return Ending.aborted(
                FailureClass.INTERNAL, "cannot store the " + what + " of the test: " + FileProblems.of(cause));
    }

    private Ending withStatus(Ending end) {
        if (end.exitCode().isEmpty()) {
            return end;
        }
        int code = end.exitCode().getAsInt();
        try {
            return end.reporting(tests.status(code), Optional.empty());
        } catch (RuntimeException e) {
            return Ending.aborted(FailureClass.INTERNAL, "no status for exit code " + code + ": " + e);
        }
    }

    @Override
    public void stop() {}
}
