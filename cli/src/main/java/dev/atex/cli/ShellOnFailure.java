package dev.atex.cli;

import dev.atex.cli.view.Printable;
import dev.atex.cli.view.RunDisplay;
import dev.atex.cli.view.TerminalSize;
import dev.atex.connection.ConnectionException;
import dev.atex.executor.Executor;
import dev.atex.executor.ExecutorException;
import dev.atex.executor.FailureClass;
import dev.atex.executor.Status;
import dev.atex.executor.TestAbortedException;
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
 * Runs tests as another executor does. Where one has failed it opens a shell before it says so: the machine is neither
 * released nor used for another test meanwhile.
 */
final class ShellOnFailure implements Executor {

    /**
     * What the executors of a run share.
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
    public int runTest(String test, TestArtifacts artifacts, Map<String, String> environment)
            throws TestAbortedException, InterruptedException {
        int code;
        try {
            code = executor.runTest(test, artifacts, environment);
        } catch (TestAbortedException e) {
            if (e.failureClass() != FailureClass.CANCELLED) {
                offer(test, environment, e.note());
            }
            throw e;
        }
        Optional<String> failure = failure(code, artifacts);
        if (failure.isPresent()) {
            offer(test, environment, failure.get());
        }
        return code;
    }

    private static Optional<String> failure(int code, TestArtifacts artifacts) {
        if (code != 0) {
            return Optional.of("exit code " + code);
        }
        try {
            return artifacts
                    .ownResult()
                    .flatMap(own -> own.status())
                    .filter(status -> Status.of(status).failed())
                    .map(status -> "status " + status);
        } catch (IOException e) {
            return Optional.of("its results cannot be read: " + Reasons.of(e));
        }
    }

    private void offer(String test, Map<String, String> environment, String why) throws InterruptedException {
        shared.turn().lockInterruptibly();
        try {
            if (isCancelled()) {
                return;
            }
            shared.display().hold();
            try {
                open(test, environment, why);
            } finally {
                shared.display().release();
            }
        } finally {
            shared.turn().unlock();
        }
    }

    private void open(String test, Map<String, String> environment, String why) throws InterruptedException {
        Console console = shared.console();
        console.out()
                .println("--- " + Printable.line(test) + " failed on " + Printable.line(machine) + ": "
                        + Printable.line(why) + "\n--- a shell where it ran; the run goes on when the shell ends");
        console.out().flush();
        TerminalSize size = console.size();
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("TERM", console.type());
        try (ShellSession opened = executor.openShell(Optional.of(test), variables, size.rows(), size.columns())) {
            keep(opened);
            console.attach(opened);
            console.out().println("--- the run goes on");
        } catch (ExecutorException | ConnectionException | IOException e) {
            console.out().println("--- no shell: " + Printable.line(String.valueOf(e.getMessage())));
        } finally {
            forget();
        }
    }

    private synchronized boolean isCancelled() {
        return cancelled;
    }

    /** A cancel that came before ends it at once. */
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
