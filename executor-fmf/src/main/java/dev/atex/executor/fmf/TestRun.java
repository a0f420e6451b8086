package dev.atex.executor.fmf;

import dev.atex.connection.Connection;
import dev.atex.connection.Output;
import dev.atex.executor.ExecutorException;
import dev.atex.executor.FailureClass;
import dev.atex.executor.TestAbortedException;
import dev.atex.executor.fmf.control.ControlEnd;
import dev.atex.executor.fmf.control.ControlStream;
import dev.atex.executor.fmf.control.DurationClock;
import dev.atex.executor.fmf.control.TestReport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** One test, from its first start to its end, over any number of restarts. */
final class TestRun {
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private final Connection connection;
    private final FmfTest test;
    private final Optional<Beakerlib> beakerlib;
    private final Map<String, String> environment;
    private final TestReport report;
    private final Path output;
    private final DebugSwitches switches;
    private final Cancellation cancellation;
    private final Bell bell;
    private final DurationClock clock;
    private final int maxRestarts;

    private Workspace workspace;
    private int restarts;

    /** In a row for which the remote has not booted and the test has reported nothing. */
    private int idleRestarts;

    private long reportedBefore;
    private Optional<JobMark> mark = Optional.empty();

    /** The test announced a reboot, and the remote has not booted since. */
    private boolean rebooting;

    TestRun(
            Connection connection,
            Workspace workspace,
            FmfTest test,
            Optional<Beakerlib> beakerlib,
            Map<String, String> environment,
            TestReport report,
            Path output,
            int maxRestarts,
            DebugSwitches switches,
            Cancellation cancellation,
            Bell bell) {
        this.connection = connection;
        this.workspace = workspace;
        this.test = test;
        this.beakerlib = beakerlib;
        this.environment = environment;
        this.report = report;
        this.output = output;
        this.maxRestarts = maxRestarts;
        this.switches = switches;
        this.cancellation = cancellation;
        this.bell = bell;
        this.clock = new DurationClock(test.duration(), System.nanoTime());
    }

    /** The work directory as it is after the last reboot. */
    Workspace workspace() {
        return workspace;
    }

    /** Runs it and returns its exit code. */
    int run() throws TestAbortedException, InterruptedException {
        while (true) {
            AttemptEnd end = attempt().run(this::remainingNanos, cancellation::isRequested);
            switch (end) {
                case AttemptEnd.Exited(int code) -> {
                    return code;
                }
                case AttemptEnd.Disconnected() -> {
                    reconnect();
                    restarts++;
                }
                case AttemptEnd.Lost(var cause) -> {
                    if (!rebooting) {
                        throw new TestAbortedException(
                                FailureClass.CONNECTION,
                                "TestAbortedError",
                                "connection lost and disconnect was not sent via test control: " + cause.getMessage(),
                                cause);
                    }
                    reconnect(); // that was the reboot
                }
                case AttemptEnd.Unexpected(int code) -> {
                    if (!rebooting) {
                        throw aborted(
                                FailureClass.CONNECTION,
                                "test wrapper unexpectedly exited with " + code
                                        + " and disconnect was not sent via test control");
                    }
                    reconnect();
                }
                case AttemptEnd.Cancelled() -> throw cancelled();
                case AttemptEnd.TimedOut() -> throw timedOut();
                case AttemptEnd.Malformed(TestAbortedException cause) -> throw cause;
            }
        }
    }

    private Attempt attempt() {
        Job job = Job.ofTest(workspace, test, beakerlib, environment, restarts, switches);
        mark = Optional.of(job.mark());
        Output captured = switches.outputDescriptor().isPresent()
                ? Output.appendTo(
                        Path.of("/proc/self/fd/" + switches.outputDescriptor().getAsInt()))
                : Output.appendTo(output, job.endMark());
        return new Attempt(connection, workspace, job, captured, this::read, bell);
    }

    private Verdict read(InputStream control) throws TestAbortedException, IOException, InterruptedException {
        ControlStream stream = new ControlStream(control, report, word -> {
            clock.apply(word, System.nanoTime());
            bell.ring();
        });
        try {
            return switch (stream.read()) {
                case ControlEnd.Exited(int code) -> new Verdict.Exited(code);
                case ControlEnd.Disconnect() -> new Verdict.Disconnected();
                case ControlEnd.EndOfStream() -> new Verdict.EndOfStream();
            };
        } catch (TestAbortedException e) {
            if (e.failureClass() == FailureClass.CONTROL) {
                return new Verdict.Malformed(e);
            }
            throw e;
        }
    }

    private long remainingNanos() {
        Duration left = clock.remaining(System.nanoTime());
        return left.isNegative() ? 0 : left.compareTo(LONGEST) > 0 ? Long.MAX_VALUE : left.toNanos();
    }

    private void reconnect() throws TestAbortedException, InterruptedException {
        Reconnection reconnection = new Reconnection(connection, workspace.identity());
        Supervised.Outcome<Optional<Workspace>> outcome = Supervised.call(
                "reconnect", bell, this::remainingNanos, cancellation::isRequested, reconnection::await);
        switch (outcome) {
            case Supervised.Outcome.Done<Optional<Workspace>>(var found) -> {
                Workspace now = found.orElseThrow(() ->
                        aborted(FailureClass.CONNECTION, "the remote has lost the directory " + workspace.path()));
                rebooting = now.boot().equals(workspace.boot());
                workspace = now;
                limitIdleRestarts();
            }
            case Supervised.Outcome.Cancelled<?> _ -> throw cancelled();
            case Supervised.Outcome.TimedOut<?> _ -> throw timedOut();
            case Supervised.Outcome.Failed<?>(Exception why) -> {
                switch (why) {
                    case ExecutorException e ->
                        throw new TestAbortedException(
                                FailureClass.CONNECTION, "TestAbortedError", String.valueOf(e.getMessage()), e);
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
                Attempt.sweep(connection, workspace, mark.get());
            }
            throw aborted(
                    FailureClass.CONTROL,
                    "started again " + maxRestarts
                            + " times in a row by 'disconnect', without a reboot or a result (see --max-restarts)");
        }
    }

    private static TestAbortedException aborted(FailureClass failureClass, String reason) {
        return new TestAbortedException(failureClass, "TestAbortedError", reason);
    }

    /** Somebody asked for the end. */
    static TestAbortedException cancelled() {
        return aborted(FailureClass.CANCELLED, "cancel requested");
    }

    private static TestAbortedException timedOut() {
        return aborted(FailureClass.TIMEOUT, "test duration timeout reached");
    }
}
