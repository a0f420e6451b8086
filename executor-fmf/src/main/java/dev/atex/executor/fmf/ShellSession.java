package dev.atex.executor.fmf;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Output;
import dev.atex.connection.RemoteProcess;
import dev.atex.executor.fmf.machine.ChangeSignal;
import dev.atex.executor.fmf.machine.ProcessMark;
import dev.atex.executor.fmf.machine.Script;
import dev.atex.executor.fmf.machine.Workspace;
import dev.atex.executor.fmf.machine.WrapperCommand;
import dev.atex.executor.fmf.scripts.RemoteScripts;
import dev.atex.executor.fmf.shell.Shell;
import dev.atex.internal.concurrent.TaskScope;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** An interactive shell on the remote. Thread-safe; each stream is used by one thread at a time. */
public final class ShellSession implements AutoCloseable {
    private static final Duration END = Duration.ofSeconds(5);

    private final Connection connection;
    private final Workspace workspace;
    private final RemoteProcess process;
    private final ProcessMark mark;
    private final TaskScope scope = TaskScope.open("shell");
    private final ChangeSignal changes = new ChangeSignal();
    private volatile boolean ended;
    private volatile boolean hungUp;

    private ShellSession(Connection connection, Workspace workspace, RemoteProcess process, ProcessMark mark) {
        this.connection = connection;
        this.workspace = workspace;
        this.process = process;
        this.mark = mark;
        scope.run("exit", () -> {
            process.await(Deadline.never());
            ended = true;
            changes.signal();
        });
    }

    /**
     * Starts one.
     *
     * @param directory absolute
     * @param variables statements that export its environment
     * @param test the script that its command {@code rerun} runs; empty for none
     */
    static ShellSession open(
            Connection connection,
            Workspace workspace,
            String directory,
            String variables,
            String test,
            int rows,
            int columns)
            throws ConnectionException, InterruptedException {
        ProcessMark mark = workspace.mark("shell");
        byte[] parameters = WrapperCommand.utf8(". \"$work/environment\"\n"
                + Shell.assign("env", workspace.tool("env"))
                + Shell.assign("script_tool", workspace.tool("script"))
                + Shell.assign("default_signals", workspace.defaultSignals() ? "1" : "")
                + Shell.assign("directory", directory)
                + Shell.assign("cgroup", workspace.cgroup().orElse(""))
                + Shell.assign("limit", mark.value())
                + Shell.assign("test", test)
                + Shell.assign("settings", Script.settingsOfTest(workspace))
                + Shell.assign("rows", String.valueOf(rows))
                + Shell.assign("columns", String.valueOf(columns))
                + WrapperCommand.variablesFunction(variables, mark.text()));
        Command command = new Command(
                List.of(
                        workspace.tool("bash"),
                        workspace.file(RemoteScripts.SHELL.fileName()),
                        workspace.path(),
                        String.valueOf(parameters.length)),
                Map.of(),
                Output.pipe(),
                Output.discard());
        ShellSession session = new ShellSession(connection, workspace, connection.start(command), mark);
        try {
            session.input().write(parameters);
            session.input().flush();
            return session;
        } catch (IOException e) {
            session.close();
            throw new ConnectionException("the shell ended before it began: " + e.getMessage(), e);
        }
    }

    /** Returns the input of the shell, not buffered. */
    public OutputStream input() {
        return process.stdin();
    }

    /** Returns the output of the shell, which ends with the shell. */
    public InputStream output() {
        return process.stdout();
    }

    /** Waits for the end of the shell; false when somebody has hung up, or the deadline came first. */
    public boolean awaitEnd(Deadline deadline) throws InterruptedException {
        long seen = changes.count();
        while (!ended && !hungUp && !deadline.isExpired()) {
            changes.await(seen, deadline.remainingNanos());
            seen = changes.count();
        }
        return ended;
    }

    /** The terminal has another size now. */
    public void resize(int rows, int columns) throws InterruptedException {
        String script = "read -r tty < \"$1/shell.tty\" && stty -F \"$tty\" rows \"$2\" cols \"$3\"";
        Command command = Command.of(
                workspace.tool("bash"),
                "-c",
                script,
                "atex-resize",
                workspace.path(),
                String.valueOf(rows),
                String.valueOf(columns));
        try {
            connection.run(command, Deadline.after(END));
        } catch (ConnectionException e) {
            return; // whoever uses the session is told otherwise
        }
    }

    /** Ends the waiting for the shell's end, as a terminal does that goes away. Returns at once; {@link #close} must follow. */
    public void hangUp() {
        hungUp = true;
        changes.signal();
    }

    /** Ends the shell with all that it runs. Idempotent. */
    @Override
    public void close() throws InterruptedException {
        hangUp();
        process.close();
        try {
            if (!ended) {
                connection.run(workspace.abort(mark), Deadline.after(END));
            }
        } catch (ConnectionException e) {
            return; // out of reach; whoever gives the machine back sees to what is on it
        } finally {
            process.kill();
            scope.close();
        }
    }
}
