package dev.atex.executor.fmf.machine;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.connection.Output;
import dev.atex.executor.FailureClass;
import dev.atex.executor.fmf.control.ControlEnd;
import dev.atex.executor.fmf.control.TestAbortedException;
import dev.atex.internal.concurrent.TaskScope;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of the wrapper, from its start to its end. The control stream is read on a platform thread; the calling
 * thread watches the time, the exit of the wrapper, and whether somebody wants the end.
 */
public final class WrapperRun {
    /** No limit, in nanoseconds that are left. */
    public static final LongSupplier UNLIMITED = () -> Long.MAX_VALUE;

    /** The wrapper gives what it ends 0.3 s to end by itself. */
    private static final Duration ABORT_GRACE = Duration.ofSeconds(3);

    /** After the wrapper has ended, its control stream is read for this long. */
    private static final Duration DRAIN = Duration.ofSeconds(1);

    /** For captured output that is still on its way when the test has ended. */
    private static final Duration OUTPUT_GRACE = Duration.ofSeconds(60);

    /** For what an aborted test leaves when its wrapper could not see to that. */
    private static final Duration SWEEP = Duration.ofSeconds(5);

    /** For the files of a test that was over its time. */
    private static final Duration FILES = Duration.ofMinutes(10);

    private static final int DISCARDED_AT_ONCE = 32 << 10;

    /** The wrapper's exit code after an abort: nothing is left. */
    private static final Exit SWEPT = new Exit.Code(3);

    private final Connection connection;
    private final Workspace workspace;
    private final WrapperCommand job;
    private final Output captured;
    private final ControlHandler handler;
    private final ChangeSignal changes;

    private volatile @Nullable WrapperProcess process;
    private volatile @Nullable Exit exit;
    private volatile @Nullable ControlEnd controlEnd;
    private volatile @Nullable Exception failure;
    private volatile WrapperProcess.@Nullable StopReason aborting;

    /**
     * Creates a run that has not started.
     *
     * @param changes signaled when the limit or the wish for an end may have changed
     */
    public WrapperRun(
            Connection connection,
            Workspace workspace,
            WrapperCommand job,
            Output captured,
            ControlHandler handler,
            ChangeSignal changes) {
        this.connection = connection;
        this.workspace = workspace;
        this.job = job;
        this.captured = captured;
        this.handler = handler;
        this.changes = changes;
    }

    /**
     * Runs it to its end.
     *
     * @throws InterruptedException the thread was interrupted; what ran was ended as by a cancel
     * @throws TestAbortedException what the test reported could not be stored
     */
    public WrapperExit run(LongSupplier limit, BooleanSupplier cancelled)
            throws InterruptedException, TestAbortedException {
        MachineLog.debug(connection, () -> "wrapper starts in " + job.directory());
        WrapperExit end = start(limit, cancelled);
        MachineLog.debug(connection, () -> "wrapper ends: " + end);
        return end;
    }

    private WrapperExit start(LongSupplier limit, BooleanSupplier cancelled)
            throws InterruptedException, TestAbortedException {
        try (TaskScope scope = TaskScope.open("attempt")) {
            TaskScope.Task<Void> conversation = scope.forkPlatform("control", () -> {
                converse(scope);
                return null;
            });
            try {
                return supervise(conversation, limit, cancelled);
            } catch (InterruptedException e) {
                abort(conversation, WrapperProcess.StopReason.CANCEL);
                throw e;
            } finally {
                closeProcess();
            }
        }
    }

    private void converse(TaskScope scope) {
        try {
            WrapperProcess started = WrapperProcess.start(connection, workspace, job, captured);
            process = started;
            WrapperProcess.StopReason late = aborting;
            if (late != null) {
                boolean _ = Thread.interrupted(); // which came too late to prevent the start
                started.abort(late);
            }
            scope.run("exit", () -> {
                exit = started.await(Deadline.never());
                changes.signal();
            });
            started.sendParameters();
            ControlEnd read = handler.read(started.control());
            controlEnd = read;
            if (read instanceof ControlEnd.Exited) {
                changes.signal();
                discardRest(started);
            }
        } catch (InterruptedException e) {
            controlEnd = new ControlEnd.EndOfStream(); // by an abort that came before the start
        } catch (IOException e) {
            controlEnd = new ControlEnd.EndOfStream(); // why it was cut off is said by the exit of the process
        } catch (ConnectionException | TestAbortedException | RuntimeException e) {
            failure = e;
        } finally {
            changes.signal();
        }
    }

    /** Another process may have written the exit code, and must not block on a full pipe. */
    private static void discardRest(WrapperProcess started) {
        byte[] rest = new byte[DISCARDED_AT_ONCE];
        try {
            int n = 0;
            while (n >= 0) {
                n = started.control().read(rest);
            }
        } catch (IOException e) {
            return; // closed by us
        }
    }

    private WrapperExit supervise(TaskScope.Task<Void> conversation, LongSupplier limit, BooleanSupplier cancelled)
            throws InterruptedException, TestAbortedException {
        Deadline drain = Deadline.never();
        while (true) {
            long seen = changes.count();
            if (cancelled.getAsBoolean()) {
                abort(conversation, WrapperProcess.StopReason.CANCEL);
                return new WrapperExit.Cancelled();
            }
            Exception failed = failure;
            if (failed != null) {
                return fail(conversation, failed);
            }
            ControlEnd read = controlEnd;
            if (read != null) {
                return conclude(conversation, read, limit, cancelled);
            }
            long left = limit.getAsLong();
            if (left <= 0) {
                abort(conversation, WrapperProcess.StopReason.EXPIRE);
                return new WrapperExit.TimedOut();
            }
            if (exit != null) {
                drain = drain.orAfter(DRAIN);
                if (drain.isExpired()) {
                    closeProcess();
                    drain = Deadline.never();
                }
            }
            changes.await(seen, Math.min(left, drain.remainingNanos()));
        }
    }

    private WrapperExit fail(TaskScope.Task<Void> conversation, Exception failed)
            throws InterruptedException, TestAbortedException {
        abort(conversation, WrapperProcess.StopReason.ABORT);
        return switch (failed) {
            case ConnectionException e -> new WrapperExit.Lost(e);
            case TestAbortedException e
            when e.failureClass() == FailureClass.CONTROL ->
                exit instanceof Exit.TransportLost(ConnectionException lost)
                        ? new WrapperExit.Lost(lost)
                        : new WrapperExit.Malformed(e);
            case TestAbortedException e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw new IllegalStateException(failed);
        };
    }

    private WrapperExit conclude(
            TaskScope.Task<Void> conversation, ControlEnd read, LongSupplier limit, BooleanSupplier cancelled)
            throws InterruptedException {
        switch (read) {
            case ControlEnd.Disconnect _ -> {
                WrapperProcess started = process;
                if (started != null) {
                    started.detach();
                }
                return new WrapperExit.Disconnected();
            }
            case ControlEnd.Exited(int code) -> {
                Deadline outputs = Deadline.after(OUTPUT_GRACE);
                LongSupplier patience = () -> Math.max(limit.getAsLong(), outputs.remainingNanos());
                return awaitExit(conversation, patience, cancelled, new WrapperExit.Exited(code));
            }
            case ControlEnd.EndOfStream _ -> {
                Deadline soon = Deadline.after(ABORT_GRACE);
                WrapperExit end =
                        awaitExit(conversation, soon::remainingNanos, cancelled, new WrapperExit.Unexpected(0));
                return end instanceof WrapperExit.TimedOut ? cutOff() : end;
            }
        }
    }

    /** Waits for the exit of the wrapper after the end of the control stream. */
    private WrapperExit awaitExit(
            TaskScope.Task<Void> conversation, LongSupplier patience, BooleanSupplier cancelled, WrapperExit ifWell)
            throws InterruptedException {
        while (true) {
            long seen = changes.count();
            if (cancelled.getAsBoolean()) {
                abort(conversation, WrapperProcess.StopReason.CANCEL);
                return new WrapperExit.Cancelled();
            }
            Exit ended = exit;
            if (ended != null) {
                return switch (ended) {
                    case Exit.Code(int code) when code == 0 -> ifWell;
                    case Exit.Code(int code) -> unexpected(code);
                    case Exit.Signal(int number) -> unexpected(128 + number);
                    case Exit.TransportLost(ConnectionException cause) -> new WrapperExit.Lost(cause);
                    case Exit.StillRunning _ -> throw new IllegalStateException("awaited without a deadline");
                };
            }
            long left = patience.getAsLong();
            if (left <= 0) {
                abort(conversation, WrapperProcess.StopReason.ABORT);
                return new WrapperExit.TimedOut();
            }
            changes.await(seen, left);
        }
    }

    /** The control stream ended before the wrapper did: that is no timeout of the test. */
    private WrapperExit cutOff() {
        return switch (exit) {
            case Exit.TransportLost(ConnectionException cause) -> new WrapperExit.Lost(cause);
            case Exit.Code(int code) -> new WrapperExit.Unexpected(code);
            case Exit.Signal(int number) -> new WrapperExit.Unexpected(128 + number);
            case null, default ->
                new WrapperExit.Lost(new ConnectionException(
                        "the control stream of the test ended, and the end of its wrapper was not told"));
        };
    }

    private WrapperExit unexpected(int code) throws InterruptedException {
        sweep();
        return new WrapperExit.Unexpected(code);
    }

    /** Ends the test or script, by the wrapper first; returns when it has ended or cannot be reached. */
    private void abort(TaskScope.Task<Void> conversation, WrapperProcess.StopReason how) throws InterruptedException {
        MachineLog.debug(connection, () -> "wrapper is told to end (" + how + ")");
        aborting = how;
        WrapperProcess started = process;
        if (started == null) {
            conversation.interrupt();
        } else {
            started.abort(how);
        }
        if (!awaitEnd(how)) {
            WrapperProcess stubborn = process;
            if (stubborn != null) {
                stubborn.kill();
            }
        }
        awaitUntil(this::isDone, DRAIN); // what was reported until then counts
        sweep();
    }

    /** Waits for the exit; false if it does not exit. After a timeout it may continue as long as it sends files. */
    private boolean awaitEnd(WrapperProcess.StopReason how) throws InterruptedException {
        Deadline files = Deadline.after(FILES);
        long before = handler.reads();
        while (!awaitUntil(() -> exit != null || (process == null && isDone()), ABORT_GRACE)) {
            long now = handler.reads();
            if (how != WrapperProcess.StopReason.EXPIRE || now == before || files.isExpired()) {
                return false;
            }
            before = now;
        }
        return true;
    }

    /** Ends remaining processes of the test, unless its wrapper reported that there are none. */
    private void sweep() throws InterruptedException {
        if (process == null || SWEPT.equals(exit) || exit instanceof Exit.TransportLost) {
            return;
        }
        sweep(connection, workspace, job.mark());
    }

    /** Ends all processes with the mark of a run of the wrapper. */
    public static void sweep(Connection connection, Workspace workspace, ProcessMark mark) throws InterruptedException {
        try {
            connection.run(workspace.abort(mark), Deadline.after(SWEEP));
        } catch (ConnectionException e) {
            return; // out of reach; whoever gives the machine back sees to what is on it
        }
    }

    private boolean isDone() {
        return controlEnd != null || failure != null;
    }

    private boolean awaitUntil(BooleanSupplier condition, Duration time) throws InterruptedException {
        Deadline deadline = Deadline.after(time);
        while (true) {
            long seen = changes.count();
            if (condition.getAsBoolean()) {
                return true;
            }
            if (deadline.isExpired()) {
                return false;
            }
            changes.await(seen, deadline.remainingNanos());
        }
    }

    private void closeProcess() {
        WrapperProcess started = process;
        if (started != null) {
            started.close();
        }
    }
}
