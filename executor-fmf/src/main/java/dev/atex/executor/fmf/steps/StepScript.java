package dev.atex.executor.fmf.steps;

import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.executor.ExecutorException;
import dev.atex.executor.fmf.control.TestAbortedException;
import dev.atex.executor.fmf.machine.ChangeSignal;
import dev.atex.executor.fmf.machine.Environment;
import dev.atex.executor.fmf.machine.ExitCodeReader;
import dev.atex.executor.fmf.machine.MachineLog;
import dev.atex.executor.fmf.machine.Script;
import dev.atex.executor.fmf.machine.SideScript;
import dev.atex.executor.fmf.machine.Supervised;
import dev.atex.executor.fmf.machine.Workspace;
import dev.atex.executor.fmf.machine.WrapperExit;
import dev.atex.executor.fmf.machine.WrapperRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Runs one script of {@code prepare} or {@code finish} to its end, over the reboots that it asks for. */
final class StepScript {
    /** The time that tmt waits for a machine that reboots. */
    private static final Duration REBOOT = Duration.ofMinutes(10);

    private final Connection connection;
    private final ChangeSignal changes;
    private final BooleanSupplier cancelled;
    private final int maxRestarts;

    private Workspace workspace;

    /** The script announced a reboot, and the machine has not booted since. */
    private boolean rebooting;

    private int idleRestarts;

    /**
     * Creates a runner for scripts on one machine.
     *
     * @param changes signaled when the wish for an end may have changed
     * @param maxRestarts how often in a row a script may be started again without a reboot
     */
    StepScript(
            Connection connection,
            Workspace workspace,
            ChangeSignal changes,
            BooleanSupplier cancelled,
            int maxRestarts) {
        this.connection = connection;
        this.workspace = workspace;
        this.changes = changes;
        this.cancelled = cancelled;
        this.maxRestarts = maxRestarts;
    }

    /** Returns the work directory after the last reboot. */
    Workspace workspace() {
        return workspace;
    }

    /**
     * Runs it to its end.
     *
     * @param step "prepare" or "finish"
     * @param variables of its phase
     * @param output what it prints is appended there
     */
    WrapperExit run(String step, String text, Map<String, String> variables, Path output)
            throws ExecutorException, ConnectionException, InterruptedException {
        boolean reboots = step.equals("prepare");
        rebooting = false;
        idleRestarts = 0;
        for (int restarts = 0; ; restarts++) {
            WrapperExit end = attempt(step, text, variables, restarts, reboots, output);
            boolean broken = end instanceof WrapperExit.Lost || end instanceof WrapperExit.Unexpected;
            if (broken && rebooting) {
                restarts--; // that was the reboot
            } else if (!(end instanceof WrapperExit.Disconnected)) {
                return end;
            }
            reconnect();
        }
    }

    private WrapperExit attempt(
            String step, String text, Map<String, String> variables, int restarts, boolean reboots, Path output)
            throws InterruptedException {
        MachineLog.debug(
                connection,
                () -> "starts a script of " + step + ", " + restarts + " starts before: " + MachineLog.firstLine(text));
        SideScript scripts = new SideScript(connection, workspace, changes, cancelled);
        try {
            return scripts.run(
                    step,
                    Script.ofPlan(workspace, text),
                    Environment.ofStep(workspace, variables, restarts, reboots),
                    new ExitCodeReader(),
                    WrapperRun.UNLIMITED,
                    output);
        } catch (TestAbortedException e) {
            throw new IllegalStateException("nothing is stored here", e);
        }
    }

    private void reconnect() throws ExecutorException, ConnectionException, InterruptedException {
        long deadline = System.nanoTime() + REBOOT.toNanos();
        Supervised.Outcome<Optional<Workspace>> outcome = Supervised.call(
                "reconnect",
                changes,
                () -> deadline - System.nanoTime(),
                cancelled,
                () -> Workspace.reconnect(connection, workspace.identity(), "it reboots"));
        switch (outcome) {
            case Supervised.Outcome.Done<Optional<Workspace>>(var found) -> {
                Workspace now = found.orElseThrow(() -> new ConnectionException(
                        "the remote has lost the directory " + workspace.path() + " when it rebooted"));
                rebooting = now.boot().equals(workspace.boot());
                workspace = now;
                idleRestarts = rebooting ? idleRestarts + 1 : 0;
                if (idleRestarts > maxRestarts) {
                    throw new ExecutorException("a script was started again " + maxRestarts
                            + " times in a row by 'tmt-reboot', without a reboot (see --max-restarts)");
                }
            }
            case Supervised.Outcome.Cancelled<?> _ -> throw new ExecutorException("cancel requested");
            case Supervised.Outcome.TimedOut<?> _ ->
                throw new ConnectionException("the machine did not come back within " + REBOOT.toMinutes()
                        + " minutes after a script had rebooted it");
            case Supervised.Outcome.Failed<?>(Exception why) -> {
                switch (why) {
                    case ExecutorException e -> throw e;
                    case RuntimeException e -> throw e;
                    default -> throw new IllegalStateException(why);
                }
            }
        }
    }
}
