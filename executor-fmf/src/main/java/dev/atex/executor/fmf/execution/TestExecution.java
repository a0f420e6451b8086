package dev.atex.executor.fmf.execution;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.CommandResult;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Output;
import dev.atex.executor.Ending;
import dev.atex.executor.ExecutorException;
import dev.atex.executor.FailureClass;
import dev.atex.executor.Status;
import dev.atex.executor.fmf.control.ControlEnd;
import dev.atex.executor.fmf.control.ControlStream;
import dev.atex.executor.fmf.control.DurationClock;
import dev.atex.executor.fmf.control.TestAbortedException;
import dev.atex.executor.fmf.control.TestReport;
import dev.atex.executor.fmf.control.TestRequest;
import dev.atex.executor.fmf.machine.Cancellation;
import dev.atex.executor.fmf.machine.ChangeSignal;
import dev.atex.executor.fmf.machine.ControlHandler;
import dev.atex.executor.fmf.machine.DebugSwitches;
import dev.atex.executor.fmf.machine.MachineLog;
import dev.atex.executor.fmf.machine.ProcessMark;
import dev.atex.executor.fmf.machine.Supervised;
import dev.atex.executor.fmf.machine.Workspace;
import dev.atex.executor.fmf.machine.WrapperCommand;
import dev.atex.executor.fmf.machine.WrapperExit;
import dev.atex.executor.fmf.machine.WrapperRun;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.executor.fmf.test.Restarts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Runs one test from its first start to its end, with any number of restarts. */
public final class TestExecution implements ControlHandler {
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    /** The time limit for the command that reboots a machine. */
    private static final Duration REBOOT = Duration.ofMinutes(2);

    /** The exit code that stands for a lost connection. */
    private static final int LOST = 255;

    private static final String REBOOTS = "it reboots";
    private static final String TOO_MANY = "maximum restart attempts exceeded";

    private final Connection connection;
    private final FmfTest test;
    private final Restarts rules;
    private final TestVariables variables;
    private final TestReport report;
    private final Path output;
    private final DebugSwitches switches;
    private final Cancellation cancellation;
    private final ChangeSignal changes;
    private final DurationClock clock;
    private final int maxRestarts;

    private Workspace workspace;
    private int reboots;

    /** Restarts because of exit codes. */
    private int exitRestarts;

    /** The time limit for the next reboot. */
    private Optional<Duration> comeBack = Optional.empty();

    private volatile boolean abortAsked;

    /** Restarts in a row without a reboot or a result. */
    private int idleRestarts;

    private long reportedBefore;
    private Optional<ProcessMark> mark = Optional.empty();

    /** The test announced a reboot, and the machine has not booted since. */
    private boolean rebooting;

    public TestExecution(
            Connection connection,
            Workspace workspace,
            FmfTest test,
            TestVariables variables,
            TestReport report,
            Path output,
            Duration duration,
            int maxRestarts,
            DebugSwitches switches,
            Cancellation cancellation,
            ChangeSignal changes) {
        this.connection = connection;
        this.workspace = workspace;
        this.test = test;
        this.rules = test.restarts();
        this.variables = variables;
        this.report = report;
        this.output = output;
        this.maxRestarts = maxRestarts;
        this.switches = switches;
        this.cancellation = cancellation;
        this.changes = changes;
        this.clock = new DurationClock(duration, System.nanoTime());
    }

    /** Returns the work directory after the last reboot. */
    public Workspace workspace() {
        return workspace;
    }

    /** Returns whether the test requested to be aborted, together with the run. */
    public boolean abortRequested() {
        return abortAsked;
    }

    /**
     * Runs it to its end. A test that must not be restarted, or requested to be aborted, has a status and a note.
     *
     * @throws TestAbortedException it did not come to its own end, for another reason than its duration
     */
    public Ending run() throws TestAbortedException, InterruptedException {
        while (true) {
            WrapperExit end = attempt().run(this::remainingOfAttempt, cancellation::isRequested);
            if (abortAsked && !(end instanceof WrapperExit.Cancelled)) {
                return Ending.exited(1).reporting(Status.ERROR.word(), Optional.of("aborted by tmt-abort"));
            }
            switch (end) {
                case WrapperExit.Exited(int code) -> {
                    if (!rules.codes().contains(code)) {
                        return Ending.exited(code);
                    }
                    Optional<Ending> last = restart(code);
                    if (last.isPresent()) {
                        return last.get();
                    }
                }
                case WrapperExit.Disconnected() -> {
                    MachineLog.info(connection, () -> "test " + test.name() + " reboots the machine");
                    reconnect(REBOOTS);
                    reboots++;
                }
                case WrapperExit.Lost(var cause) -> {
                    if (rebooting) {
                        reconnect(REBOOTS); // that was the reboot
                    } else if (rules.codes().contains(LOST)) {
                        if (exitRestarts == rules.most()) {
                            return notRestarted(TOO_MANY);
                        }
                        exitRestarts++;
                        MachineLog.info(
                                connection,
                                () -> "test " + test.name() + " is restarted after the connection was lost: "
                                        + cause.getMessage());
                        reconnect("the connection was lost");
                        rebooting = false;
                    } else {
                        throw new TestAbortedException(
                                FailureClass.CONNECTION,
                                "connection lost and disconnect was not sent via test control: " + cause.getMessage(),
                                cause);
                    }
                }
                case WrapperExit.Unexpected(int code) -> {
                    if (!rebooting) {
                        throw aborted(
                                FailureClass.CONNECTION,
                                "test wrapper unexpectedly exited with " + code
                                        + " and disconnect was not sent via test control");
                    }
                    reconnect(REBOOTS);
                }
                case WrapperExit.Cancelled() -> throw cancelled();
                case WrapperExit.TimedOut() -> {
                    return timedOut().ending();
                }
                case WrapperExit.Malformed(TestAbortedException cause) -> throw cause;
            }
        }
    }

    /** Restarts a test because of its exit code; empty if it is restarted. */
    private Optional<Ending> restart(int code) throws TestAbortedException, InterruptedException {
        if (exitRestarts == rules.most()) {
            return Optional.of(notRestarted(TOO_MANY));
        }
        exitRestarts++;
        MachineLog.info(
                connection,
                () -> "test " + test.name() + " exited with " + code + " and is restarted, " + exitRestarts + " of "
                        + rules.most());
        if (!rules.reboot()) {
            return Optional.empty();
        }
        String script =
                "if [ -n \"$ATEX_THIS_HOST\" ]; then echo 'atex itself runs there'; exit 1; fi; sync; reboot -f";
        try {
            CommandResult result = connection.run(Command.of("sh", "-c", script), Deadline.after(REBOOT));
            String why = (result.stdoutText() + result.stderrText()).strip();
            if (result.exitCode() != 0) {
                return Optional.of(notRestarted("the machine cannot be rebooted: " + why));
            }
        } catch (ConnectionException e) {
            // that is the reboot, if there is one
        }
        reconnect(REBOOTS);
        return Optional.empty();
    }

    /** The exit code asks for a restart that is not possible or not allowed. */
    private static Ending notRestarted(String reason) {
        return Ending.exited(1).reporting(Status.ERROR.word(), Optional.of(reason));
    }

    /** Returns how often it was started before. */
    private int restarts() {
        return reboots + exitRestarts;
    }

    private WrapperRun attempt() {
        WrapperCommand job = WrapperCommand.ofTest(
                workspace,
                test,
                variables.statements(workspace, reboots, restarts()),
                variables.metadata(),
                restarts() == 0,
                rules.codesAfter(exitRestarts),
                switches);
        mark = Optional.of(job.mark());
        MachineLog.debug(
                connection,
                () -> "test " + test.name() + " starts, " + restarts() + " starts before: "
                        + MachineLog.firstLine(test.script()));
        Output captured = switches.outputDescriptor().isPresent()
                ? Output.appendTo(
                        Path.of("/proc/self/fd/" + switches.outputDescriptor().getAsInt()))
                : Output.appendTo(output, job.endMark());
        return new WrapperRun(connection, workspace, job, captured, this, changes);
    }

    @Override
    public long reads() {
        return report.reads();
    }

    @Override
    public ControlEnd read(InputStream control) throws TestAbortedException, IOException, InterruptedException {
        ControlStream stream = new ControlStream(
                control,
                report,
                word -> {
                    clock.apply(word, System.nanoTime());
                    changes.signal();
                },
                this::asked);
        return stream.read();
    }

    private void asked(TestRequest request) {
        switch (request) {
            case TestRequest.Abort() -> {
                abortAsked = true;
                changes.signal();
            }
            case TestRequest.ComeBackWithin(Duration limit) -> comeBack = Optional.of(limit);
        }
    }

    /** Zero after a request to abort: files are kept as after a timeout. */
    private long remainingOfAttempt() {
        return abortAsked ? 0 : remainingNanos();
    }

    private long remainingNanos() {
        Duration left = clock.remaining(System.nanoTime());
        return left.isNegative() ? 0 : left.compareTo(LONGEST) > 0 ? Long.MAX_VALUE : left.toNanos();
    }

    private void reconnect(String event) throws TestAbortedException, InterruptedException {
        Optional<Duration> most = comeBack;
        comeBack = Optional.empty();
        Deadline back = most.map(Deadline::after).orElse(Deadline.never());
        Supervised.Outcome<Optional<Workspace>> outcome = Supervised.call(
                "reconnect",
                changes,
                () -> Math.min(remainingNanos(), back.remainingNanos()),
                cancellation::isRequested,
                () -> Workspace.reconnect(connection, workspace.identity(), event));
        switch (outcome) {
            case Supervised.Outcome.Done<Optional<Workspace>>(var found) -> {
                Workspace now = found.orElseThrow(() ->
                        aborted(FailureClass.CONNECTION, "the remote has lost the directory " + workspace.path()));
                rebooting = now.boot().equals(workspace.boot());
                workspace = now;
                limitIdleRestarts();
            }
            case Supervised.Outcome.Cancelled<?> _ -> throw cancelled();
            case Supervised.Outcome.TimedOut<?> _ ->
                throw remainingNanos() <= 0
                        ? timedOut()
                        : aborted(
                                FailureClass.CONNECTION,
                                "the machine did not come back within "
                                        + most.orElseThrow().toSeconds() + " s (tmt-reboot -t)");
            case Supervised.Outcome.Failed<?>(Exception why) -> {
                switch (why) {
                    case ExecutorException e ->
                        throw new TestAbortedException(FailureClass.CONNECTION, String.valueOf(e.getMessage()), e);
                    case RuntimeException e -> throw e;
                    default -> throw new IllegalStateException(why);
                }
            }
        }
    }

    /** Limits restarts of a test that only asks for restarts. */
    private void limitIdleRestarts() throws TestAbortedException, InterruptedException {
        boolean progress = !rebooting || report.reportedBytes() > reportedBefore;
        reportedBefore = report.reportedBytes();
        idleRestarts = progress ? 0 : idleRestarts + 1;
        if (idleRestarts > maxRestarts) {
            if (mark.isPresent()) {
                WrapperRun.sweep(connection, workspace, mark.get());
            }
            throw aborted(
                    FailureClass.CONTROL,
                    "started again " + maxRestarts
                            + " times in a row by 'disconnect', without a reboot or a result (see --max-restarts)");
        }
    }

    private static TestAbortedException aborted(FailureClass failureClass, String reason) {
        return new TestAbortedException(failureClass, reason);
    }

    /** The test or script was cancelled. */
    public static TestAbortedException cancelled() {
        return aborted(FailureClass.CANCELLED, "cancel requested");
    }

    /** The test exceeded its duration. */
    public static TestAbortedException timedOut() {
        return aborted(FailureClass.TIMEOUT, "test duration timeout reached");
    }
}
