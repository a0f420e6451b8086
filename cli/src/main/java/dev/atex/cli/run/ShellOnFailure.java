package dev.atex.cli.run;

import dev.atex.cli.command.Console;
import dev.atex.cli.command.ErrorText;
import dev.atex.cli.view.AttemptOutput;
import dev.atex.cli.view.Printable;
import dev.atex.cli.view.RunDisplay;
import dev.atex.cli.view.TerminalSize;
import dev.atex.connection.ConnectionException;
import dev.atex.executor.Ending;
import dev.atex.executor.Executor;
import dev.atex.executor.ExecutorException;
import dev.atex.executor.TestArtifacts;
import dev.atex.executor.fmf.ShellExecutor;
import dev.atex.executor.fmf.ShellSession;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs tests as another executor does, and can open a shell where one has failed, as long as its machine is held.
 */
final class ShellOnFailure implements Executor {

    /**
     * State that the executors of a run share.
     *
     * @param turn held by whoever has the terminal
     */
    record Shared(Console console, RunDisplay display, ReentrantLock turn) {
        Shared(Console console, RunDisplay display) {
            this(console, display, new ReentrantLock(true));
        }
    }

    private final ShellExecutor executor;
    private final String machine;
    private final Shared shared;
    private @Nullable ShellSession session;
    private boolean cancelled;
    private Map<String, String> variables = Map.of();

    ShellOnFailure(ShellExecutor executor, String machine, Shared shared) {
        this.executor = executor;
        this.machine = machine;
        this.shared = shared;
    }

    @Override
    public void start() throws ExecutorException, ConnectionException, InterruptedException {
        executor.start();
    }

    @Override
    public Ending runTest(String test, TestArtifacts artifacts, Map<String, String> environment)
            throws InterruptedException {
        variables = environment;
        return executor.runTest(test, artifacts, environment);
    }

    /** Opens a shell where a test has failed, when the terminal is free. */
    void offer(String test, String why, AttemptOutput output) throws InterruptedException {
        shared.turn().lockInterruptibly();
        try {
            if (isCancelled()) {
                return;
            }
            shared.display().hold();
            try {
                open(test, why, output);
            } finally {
                shared.display().release();
            }
        } finally {
            shared.turn().unlock();
        }
    }

    private void open(String test, String why, AttemptOutput output) throws InterruptedException {
        Console console = shared.console();
        console.out()
                .println("--- " + Printable.line(test) + " failed on " + Printable.line(machine) + ": "
                        + Printable.line(why));
        output.printable().forEach(line -> console.out().println("    | " + line));
        console.out()
                .println(
                        "--- a shell where it ran: 'rerun' runs the test again, 'exit' ends the shell and the run goes on");
        console.out().flush();
        TerminalSize size = console.size();
        Map<String, String> all = new HashMap<>(variables);
        all.put("TERM", console.type());
        try (ShellSession opened = executor.openShell(Optional.of(test), all, size.rows(), size.columns())) {
            keep(opened);
            console.attach(opened);
            console.out().println("--- the run goes on");
        } catch (IOException e) {
            console.out().println("--- no shell: " + Printable.line(ErrorText.of(e)));
        } catch (ExecutorException | ConnectionException e) {
            console.out().println("--- no shell: " + Printable.line(String.valueOf(e.getMessage())));
        } finally {
            forget();
        }
    }

    private synchronized boolean isCancelled() {
        return cancelled;
    }

    /** Runs a session; ends it at once if it was canceled before. */
    private synchronized void keep(ShellSession opened) {
        session = opened;
        if (cancelled) {
            opened.hangUp();
        }
    }

    private synchronized void forget() {
        session = null;
    }

    @Override
    public void cancel() {
        synchronized (this) {
            cancelled = true;
            if (session != null) {
                session.hangUp();
            }
        }
        executor.cancel();
    }

    @Override
    public void stop() throws ExecutorException, InterruptedException {
        executor.stop();
    }
}
