package dev.atex.executor.fmf.execution;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.CommandResult;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Output;
import dev.atex.executor.ExecutorException;
import dev.atex.executor.FailureClass;
import dev.atex.executor.TestAbortedException;
import dev.atex.executor.fmf.control.ControlEnd;
import dev.atex.executor.fmf.control.ControlStream;
import dev.atex.executor.fmf.control.DurationClock;
import dev.atex.executor.fmf.control.TestReport;
import dev.atex.executor.fmf.control.TestRequest;
import dev.atex.executor.fmf.machine.Cancellation;
import dev.atex.executor.fmf.machine.ChangeSignal;
import dev.atex.executor.fmf.machine.ControlHandler;
import dev.atex.executor.fmf.machine.DebugSwitches;
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

/** One test, from its first start to its end, over any number of restarts. */
public final class TestExecution implements ControlHandler {
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    /** For the command that reboots a machine: it is lost, or has failed soon. */
    private static final Duration REBOOT = Duration.ofMinutes(2);

    /** As the exit code of a test that restarts, a connection that was lost. */
    private static final int LOST = 255;

    private final Connection connection;
    private final FmfTest test;
    private final Restarts rules;
    private final TestVariables variables;
    private final TestReport report;
    private final Path output;
    private final DebugSwitches switches;
    private final Cancellation cancellation;
    private final ChangeSignal bell;
    private final DurationClock clock;
    private final int maxRestarts;

    private Workspace workspace;
    private int reboots;

    /** For the exit codes that ask for them. */
    private int exitRestarts;

    /** Within which the machine is to come back from the next reboot. */
    private Optional<Duration> comeBack = Optional.empty();

    private volatile boolean abortAsked;

    /** In a row for which the remote has not booted and the test has reported nothing. */
    private int idleRestarts;

    private long reportedBefore;
    private Optional<ProcessMark> mark = Optional.empty();

    /** The test announced a reboot, and the remote has not booted since. */
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
            ChangeSignal bell) {
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
        this.bell = bell;
        this.clock = new DurationClock(duration, System.nanoTime());
    }

    /** The work directory as it is after the last reboot. */
    public Workspace workspace() {
        return workspace;
    }

    /** Runs it. */
    public TestEnd run() throws TestAbortedException, InterruptedException {
        while (true) {
            WrapperExit end = attempt().run(this::remainingOfAttempt, cancellation::isRequested);
            if (abortAsked && !(end instanceof WrapperExit.Cancelled)) {
                return new TestEnd.Aborted();
            }
            switch (end) {
                case WrapperExit.Exited(int code) -> {
                    if (!rules.codes().contains(code)) {
                        return new TestEnd.Exited(code);
                    }
                    Optional<TestEnd> last = restart(code);
                    if (last.isPresent()) {
                        return last.get();
                    }
                }
                case WrapperExit.Disconnected() -> {
                    reconnect();
                    reboots++;
                }
                case WrapperExit.Lost(var cause) -> {
                    if (rebooting) {
                        reconnect(); // that was the reboot
                    } else if (rules.codes().contains(LOST)) {
                        if (exitRestarts == rules.most()) {
                            return tooManyRestarts(LOST);
                        }
                        exitRestarts++;
                        reconnect();
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
                    reconnect();
                }
                case WrapperExit.Cancelled() -> throw cancelled();
                case WrapperExit.TimedOut() -> {
                    return new TestEnd.TimedOut();
                }
                case WrapperExit.Malformed(TestAbortedException cause) -> throw cause;
            }
        }
    }

    /** The test has ended with an exit code that asks for another start; empty if it gets one. */
    private Optional<TestEnd> restart(int code) throws TestAbortedException, InterruptedException {
        if (exitRestarts == rules.most()) {
            return Optional.of(tooManyRestarts(code));
        }
        exitRestarts++;
        if (!rules.reboot()) {
            return Optional.empty();
        }
        String script = "if [ -n \"$ATEX_MARK\" ]; then echo 'atex itself runs there'; exit 1; fi; sync; reboot -f";
        try {
            CommandResult result = connection.run(Command.of("sh", "-c", script), Deadline.after(REBOOT));
            String why = (result.stdoutText() + result.stderrText()).strip();
            if (result.exitCode() != 0) {
                return Optional.of(new TestEnd.NotRestarted(code, "the machine cannot be rebooted: " + why));
            }
        } catch (ConnectionException e) {
            // that is the reboot, if there is one
        }
        reconnect();
        return Optional.empty();
    }

    private static TestEnd tooManyRestarts(int code) {
        return new TestEnd.NotRestarted(code, "maximum restart attempts exceeded");
    }

    /** How often it was started before. */
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
        Output captured = switches.outputDescriptor().isPresent()
                ? Output.appendTo(
                        Path.of("/proc/self/fd/" + switches.outputDescriptor().getAsInt()))
                : Output.appendTo(output, job.endMark());
        return new WrapperRun(connection, workspace, job, captured, this, bell);
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
                    bell.ring();
                },
                this::asked);
        return stream.read();
    }

    private void asked(TestRequest request) {
        switch (request) {
            case TestRequest.Abort() -> {
                abortAsked = true;
                bell.ring();
            }
            case TestRequest.ComeBackWithin(Duration limit) -> comeBack = Optional.of(limit);
        }
    }

    /** None when the test asked for its end: what it has left is kept as it is for one that is over its time. */
    private long remainingOfAttempt() {
        return abortAsked ? 0 : remainingNanos();
    }

    private long remainingNanos() {
        Duration left = clock.remaining(System.nanoTime());
        return left.isNegative() ? 0 : left.compareTo(LONGEST) > 0 ? Long.MAX_VALUE : left.toNanos();
    }

    private void reconnect() throws TestAbortedException, InterruptedException {
        Optional<Duration> most = comeBack;
        comeBack = Optional.empty();
        Deadline back = most.map(Deadline::after).orElse(Deadline.never());
        Supervised.Outcome<Optional<Workspace>> outcome = Supervised.call(
                "reconnect",
                bell,
                () -> Math.min(remainingNanos(), back.remainingNanos()),
                cancellation::isRequested,
                () -> Workspace.reconnect(connection, workspace.identity()));
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

    /** A test that asks for nothing but to be started again would be for as long as its machine lives. */
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

    /** Somebody asked for the end. */
    public static TestAbortedException cancelled() {
        return aborted(FailureClass.CANCELLED, "cancel requested");
    }

    /** It was over its time. */
    public static TestAbortedException timedOut() {
        return aborted(FailureClass.TIMEOUT, "test duration timeout reached");
    }
}
