package dev.atex.run;

import dev.atex.aggregator.Commit;
import dev.atex.executor.Ending;
import dev.atex.executor.FailedSubtests;
import dev.atex.executor.OwnResult;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An event of a run. The event log contains all events in order, and every view of a run (progress, summary, reports, resume)
 * is computed from them. Remotes and provisioners have unique names.
 */
public sealed interface RunEvent {

    /** Returns the time since the start of the run, on the monotonic clock, without the time between sessions. */
    Duration at();

    /** An event of one test. */
    sealed interface AboutTest extends RunEvent {

        /** Returns the name of the test. */
        String test();
    }

    /**
     * The run started.
     *
     * @param notes notes from before the run; none in logs of older versions
     */
    record RunStarted(
            Duration at, Instant wallClock, String runId, String platform, List<String> tests, List<RunNote> notes)
            implements RunEvent {
        /** Creates an event without notes. */
        public RunStarted(Duration at, Instant wallClock, String runId, String platform, List<String> tests) {
            this(at, wallClock, runId, platform, tests, List.of());
        }
    }

    /**
     * The run was resumed, after it was interrupted or its process ended. Times continue where they ended.
     *
     * @param tests the tests that are still to be run, in order; earlier events about them are void
     */
    record RunResumed(Duration at, Instant wallClock, List<String> tests) implements RunEvent {}

    /** The run requested more machines from a provisioner. */
    record ProvisionRequested(Duration at, String provisioner, int count) implements RunEvent {}

    /**
     * A machine that is being provisioned made progress.
     *
     * @param remote its future name
     * @param facts everything that is known about it, by name
     */
    record ProvisionProgress(Duration at, String provisioner, String remote, Map<String, String> facts)
            implements RunEvent {}

    /** A provisioner dropped requests that were not in progress, because no more machines are needed. */
    record ProvisionCleared(Duration at, String provisioner, int dropped) implements RunEvent {}

    /** A provisioner failed to provide a requested machine; this ends the request. */
    record ProvisionFailed(Duration at, String provisioner, String message) implements RunEvent {}

    /** A provisioner failed permanently: it provides no more machines. */
    record ProvisionerFailed(Duration at, String provisioner, String message) implements RunEvent {}

    /**
     * A provisioner was stopped.
     *
     * @param problem the machines that may still exist
     */
    record ProvisionerStopped(Duration at, String provisioner, Optional<String> problem) implements RunEvent {}

    /**
     * A machine is connected.
     *
     * @param until when its owner will take it away, since the start of the run; empty if never
     */
    record RemoteReady(Duration at, String remote, String provisioner, Optional<Duration> until) implements RunEvent {

        /** Creates an event for a machine without a limited lifetime. */
        public RemoteReady(Duration at, String remote, String provisioner) {
            this(at, remote, provisioner, Optional.empty());
        }
    }

    /** The machine is ready for tests. */
    record SetUpFinished(Duration at, String remote) implements RunEvent {}

    /**
     * The set-up of the machine failed; it is released.
     *
     * @param way a text that is the same for all failures of one kind; empty if that is unknown, as for a lost connection
     */
    record SetUpFailed(Duration at, String remote, String message, Optional<String> way) implements RunEvent {

        /** Creates an event for a failure whose kind is unknown. */
        public SetUpFailed(Duration at, String remote, String message) {
            this(at, remote, message, Optional.empty());
        }
    }

    /** An attempt at a test started. */
    record TestStarted(Duration at, String remote, String test, int attempt) implements AboutTest {}

    /**
     * An attempt at a test ended.
     *
     * @param rerun whether the test should be rerun; it is not if the run is already ending
     * @param destroyed whether it used its machine up
     * @param ended when the test itself ended; earlier than {@code at} if an {@link AfterTest} held its machine
     */
    record TestFinished(
            Duration at,
            String remote,
            String test,
            int attempt,
            Ending ending,
            boolean rerun,
            boolean destroyed,
            Duration ended)
            implements AboutTest {

        /** Returns a copy with another ending. */
        public TestFinished withEnding(Ending other) {
            return new TestFinished(at, remote, test, attempt, other, rerun, destroyed, ended);
        }

        /** Creates an event for a test whose machine was not held. */
        public TestFinished(
                Duration at, String remote, String test, int attempt, Ending ending, boolean rerun, boolean destroyed) {
            this(at, remote, test, attempt, ending, rerun, destroyed, at);
        }
    }

    /** The results of an attempt were stored; for the last attempt of a test, this is its final outcome. */
    record AttemptIngested(Duration at, String test, int attempt, boolean last, Commit commit) implements AboutTest {}

    /**
     * A resumed run found the results of an attempt in the output, although its end is not in the log. This is the final
     * outcome of the test.
     *
     * @param own the result for the test itself in the output
     * @param subtests the failed subtests
     */
    record AttemptRecovered(
            Duration at, String test, int attempt, OwnResult own, FailedSubtests subtests, Commit commit)
            implements AboutTest {

        /** Creates an event without failed subtests. */
        public AttemptRecovered(Duration at, String test, int attempt, OwnResult own, Commit commit) {
            this(at, test, attempt, own, FailedSubtests.NONE, commit);
        }

        /** Returns the ending as far as it is known, without the exit code. */
        public Ending ending() {
            return new Ending(OptionalInt.empty(), Optional.empty(), own.status(), own.note(), own.log(), subtests);
        }
    }

    /** The results of an attempt could not be stored; they are still in {@code artifacts}. */
    record IngestFailed(Duration at, String test, int attempt, Path artifacts, String message) implements AboutTest {}

    /**
     * An attempt is superseded, because the test is rerun.
     *
     * @param kept where its artifacts are now; empty if they were dropped or there are none
     */
    record AttemptSuperseded(Duration at, String test, int attempt, Optional<Path> kept) implements AboutTest {}

    /**
     * A test will not be run, or not be rerun.
     *
     * @param status status of its result: {@code infra}, or {@code skip} if that was requested
     */
    record TestNotRun(Duration at, String test, String reason, String status) implements AboutTest {

        /** Creates an event for a test that could not be run. */
        public TestNotRun(Duration at, String test, String reason) {
            this(at, test, reason, "infra");
        }
    }

    /** The release of a machine started. */
    record ReleaseStarted(Duration at, String remote) implements RunEvent {}

    /** A machine was released, and is verified to be gone. */
    record RemoteReleased(Duration at, String remote) implements RunEvent {}

    /** The release of a machine failed; it may still exist. */
    record ReleaseFailed(Duration at, String remote, String message) implements RunEvent {}

    /** A policy or hook threw an exception; the run continues. */
    record HookFailed(Duration at, String hook, String message) implements RunEvent {}

    /**
     * A limit expired.
     *
     * @param subject the machine or provisioner; {@code ""} if the limit is not about one
     */
    record DeadlineExpired(Duration at, Limit limit, String subject) implements RunEvent {}

    /** A request to start no more tests; running tests continue to their end. */
    record StopRequested(Duration at, String reason) implements RunEvent {}

    /** A request to end the run; {@code urgency} 1: results are stored, 2: only releases. */
    record Interrupted(Duration at, int urgency, String reason) implements RunEvent {}

    /** The run is over, and all machines that could be released are. */
    record RunFinished(Duration at) implements RunEvent {}

    /**
     * An event of a newer version of atex that this one does not know. Only read, never written.
     *
     * @param kind its name in the log
     */
    record Unknown(Duration at, String kind) implements RunEvent {}
}
