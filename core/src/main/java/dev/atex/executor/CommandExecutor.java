package dev.atex.executor;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.CommandResult;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.connection.Output;
import dev.atex.connection.RemoteProcess;
import dev.atex.internal.files.FileProblems;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
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
public final class CommandExecutor implements Executor {
    private static final String OUTPUT = "output.txt";

    /** In the environment of a test and of all that it starts. */
    private static final String MARK = "ATEX_COMMAND";

    private static final Duration SWEEP = Duration.ofSeconds(10);

    /** Kills all that have $1 in their environment, again and again as they may fork meanwhile. */
    private static final String SWEEP_SCRIPT = """
            pass=0
            while [ $pass -lt 100 ]; do
              found=$(grep -lsaF -e "$1" /proc/[0-9]*/environ | tr -dc '0-9\\n')
              [ -n "$found" ] || exit 0
              kill -9 $found 2>/dev/null
              pass=$((pass + 1))
            done
            echo "still running:" $found >&2
            exit 1
            """;

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
    public int runTest(String test, TestArtifacts artifacts, Map<String, String> environment)
            throws TestAbortedException, InterruptedException {
        try {
            LOG.log(Level.DEBUG, () -> connection.machineName() + ": test " + test + " starts");
            int code = run(test, artifacts, environment);
            LOG.log(Level.DEBUG, () -> connection.machineName() + ": test " + test + " exited with " + code);
            report(artifacts, new OwnResult(Optional.of(status(code)), Optional.empty(), Optional.empty()));
            return code;
        } catch (TestAbortedException e) {
            LOG.log(Level.DEBUG, () -> connection.machineName() + ": test " + test + " is aborted: " + e.getMessage());
            reportAbort(artifacts, e.note(), e);
            throw e;
        } catch (InterruptedException e) {
            reportAbort(artifacts, cancelRequested().note(), e);
            throw e;
        }
    }

    private int run(String test, TestArtifacts artifacts, Map<String, String> environment)
            throws TestAbortedException, InterruptedException {
        throwIfCancelled();
        Command command = tests.command(test);
        if (command == null) {
            throw new TestAbortedException(
                    FailureClass.SETUP, "TestSetupError", "there is no command for a test '" + test + "'");
        }
        String mark = UUID.randomUUID().toString();
        Map<String, String> variables = new LinkedHashMap<>(command.environment());
        variables.putAll(environment);
        variables.put(MARK, mark);
        Output output = Output.appendTo(output(artifacts));
        try {
            return exitCode(new Command(command.argv(), variables, output, output));
        } catch (TestAbortedException | InterruptedException e) {
            sweep(mark, e);
            throw e;
        }
    }

    private static Path output(TestArtifacts artifacts) throws TestAbortedException {
        try {
            return artifacts.files().place(null, OUTPUT);
        } catch (IOException e) {
            throw cannotStore("output", e);
        }
    }

    private int exitCode(Command command) throws TestAbortedException, InterruptedException {
        Exit exit;
        try {
            exit = await(command);
        } catch (ConnectionException e) {
            exit = new Exit.TransportLost(e);
        }
        throwIfCancelled(); // that is then the reason why it ended
        return switch (exit) {
            case Exit.Code(int code) -> code;
            case Exit.Signal(int number) -> 128 + number;
            case Exit.TransportLost(ConnectionException cause) ->
                throw new TestAbortedException(
                        FailureClass.CONNECTION, "connection lost: " + cause.getMessage(), cause);
            case Exit.StillRunning _ ->
                throw new TestAbortedException(FailureClass.TIMEOUT, "test duration timeout reached");
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

    private synchronized void throwIfCancelled() throws TestAbortedException {
        if (cancelled) {
            cancelled = false;
            throw cancelRequested();
        }
    }

    private static TestAbortedException cancelRequested() {
        return new TestAbortedException(FailureClass.CANCELLED, "cancel requested");
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

    /** Ends what the test started, also what has left its session. */
    private void sweep(String mark, Exception why) throws InterruptedException {
        try {
            CommandResult result = connection.run(
                    Command.of("sh", "-c", SWEEP_SCRIPT, "sh", MARK + "=" + mark), Deadline.after(SWEEP));
            if (result.exitCode() != 0) {
                why.addSuppressed(new ExecutorException(
                        "a test could not be ended: " + result.stderrText().strip()));
            }
        } catch (ConnectionException e) {
            why.addSuppressed(e);
        }
    }

    private void reportAbort(TestArtifacts artifacts, String note, Exception why) {
        try {
            report(artifacts, OwnResult.aborted(note));
        } catch (TestAbortedException e) {
            why.addSuppressed(e);
        }
    }

    private static void report(TestArtifacts artifacts, OwnResult own) throws TestAbortedException {
        try {
            boolean isCaptured = artifacts.files().find(null, OUTPUT).isPresent();
            OwnResult _ = (isCaptured ? own.withLog(OUTPUT) : own).addTo(artifacts);
        } catch (IOException e) {
            throw cannotStore("result", e);
        }
    }

    private static TestAbortedException cannotStore(String what, IOException cause) {
        return new TestAbortedException(
                FailureClass.INTERNAL, "cannot store the " + what + " of the test: " + FileProblems.of(cause), cause);
    }

    private String status(int code) throws TestAbortedException {
        try {
            return tests.status(code);
        } catch (RuntimeException e) {
            throw new TestAbortedException(FailureClass.INTERNAL, "no status for exit code " + code + ": " + e, e);
        }
    }

    @Override
    public void stop() {}
}
