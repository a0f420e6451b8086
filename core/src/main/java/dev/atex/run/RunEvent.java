package dev.atex.run;

import dev.atex.aggregator.Commit;
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
 * Something that happened in a run. Appended to the run's event log in this order; every view of a run (progress,
 * summary, reports, resuming) is a fold over these. Remotes and provisioners are named by their unique names.
 */
public sealed interface RunEvent {

    /** When, since the start of the run, on the monotonic clock, without the time between two sessions. */
    Duration at();

    /** Something that happened to one test. */
    sealed interface AboutTest extends RunEvent {

        /** Its name. */
        String test();
    }

    /**
     * The run began.
     *
     * @param notes what was said of it before; none in logs of older versions
     */
    record RunStarted(
            Duration at, Instant wallClock, String runId, String platform, List<String> tests, List<RunNote> notes)
            implements RunEvent {
        /** Nothing was said of it before. */
        public RunStarted(Duration at, Instant wallClock, String runId, String platform, List<String> tests) {
            this(at, wallClock, runId, platform, tests, List.of());
        }
    }

    /**
     * The run goes on, after it was interrupted or its process ended; times go on where they ended.
     *
     * @param tests those that are still to be run, in order; what was said of them before does not count any more
     */
    record RunResumed(Duration at, Instant wallClock, List<String> tests) implements RunEvent {}

    /** A provisioner was asked for more machines. */
    record ProvisionRequested(Duration at, String provisioner, int count) implements RunEvent {}

    /**
     * A machine that is being made is further than before.
     *
     * @param remote the name that it will have
     * @param facts all that is known about it now, by name
     */
    record ProvisionProgress(Duration at, String provisioner, String remote, Map<String, String> facts)
            implements RunEvent {}

    /** A provisioner forgot requests that it had not begun with, because no more machines are needed. */
    record ProvisionCleared(Duration at, String provisioner, int dropped) implements RunEvent {}

    /** A provisioner could not give a machine that it was asked for; the request is used up. */
    record ProvisionFailed(Duration at, String provisioner, String message) implements RunEvent {}

    /** A provisioner failed for good: nothing more comes from it, whatever was asked for. */
    record ProvisionerFailed(Duration at, String provisioner, String message) implements RunEvent {}

    /**
     * A provisioner ended.
     *
     * @param problem what may still exist
     */
    record ProvisionerStopped(Duration at, String provisioner, Optional<String> problem) implements RunEvent {}

    /**
     * A machine is there, connected.
     *
     * @param until when it will be taken away, since the start of the run; empty if nobody does that
     */
    record RemoteReady(Duration at, String remote, String provisioner, Optional<Duration> until) implements RunEvent {

        /** One that stays. */
        public RemoteReady(Duration at, String remote, String provisioner) {
            this(at, remote, provisioner, Optional.empty());
        }
    }

    /** The machine is ready for tests. */
    record SetUpFinished(Duration at, String remote) implements RunEvent {}

    /**
     * The machine could not be made ready; it is released.
     *
     * @param way the same text wherever the same has failed in the same way; empty if that cannot be told, as for a machine that
     *     was lost
     */
    record SetUpFailed(Duration at, String remote, String message, Optional<String> way) implements RunEvent {

        /** One of which nobody knows whether others fail in the same way. */
        public SetUpFailed(Duration at, String remote, String message) {
            this(at, remote, message, Optional.empty());
        }
    }

    /** An attempt at a test began. */
    record TestStarted(Duration at, String remote, String test, int attempt) implements AboutTest {}

    /**
     * An attempt at a test ended.
     *
     * @param rerun whether the test is to be run again; it is not when the run is already ending
     * @param destroyed whether the machine is used up by it
     * @param ended when the test itself had ended; earlier than {@code at} if its machine was held by an {@link AfterTest}
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

        /** The same with another ending. */
        public TestFinished withEnding(Ending other) {
            return new TestFinished(at, remote, test, attempt, other, rerun, destroyed, ended);
        }

        /** One whose machine was not held. */
        public TestFinished(
                Duration at, String remote, String test, int attempt, Ending ending, boolean rerun, boolean destroyed) {
            this(at, remote, test, attempt, ending, rerun, destroyed, at);
        }
    }

    /** The results of an attempt are in the output; for the last attempt of a test this is its final outcome. */
    record AttemptIngested(Duration at, String test, int attempt, boolean last, Commit commit) implements AboutTest {}

    /**
     * The results of an attempt were found in the output when the run was resumed, though the log had not come to its end
     * yet. This is the test's final outcome.
     *
     * @param own what the output says of the test itself
     * @param subtests those that failed
     */
    record AttemptRecovered(
            Duration at, String test, int attempt, OwnResult own, FailedSubtests subtests, Commit commit)
            implements AboutTest {

        /** One without failed subtests. */
        public AttemptRecovered(Duration at, String test, int attempt, OwnResult own, Commit commit) {
            this(at, test, attempt, own, FailedSubtests.NONE, commit);
        }

        /** As far as it is known: without the exit code. */
        public Ending ending() {
            return new Ending(OptionalInt.empty(), Optional.empty(), own.status(), own.note(), own.log(), subtests);
        }
    }

    /** The results of an attempt could not be stored; they are still in {@code artifacts}. */
    record IngestFailed(Duration at, String test, int attempt, Path artifacts, String message) implements AboutTest {}

    /**
     * An attempt does not count any more, because the test is run again.
     *
     * @param kept where its artifacts are now; empty when they were dropped or there are none
     */
    record AttemptSuperseded(Duration at, String test, int attempt, Optional<Path> kept) implements AboutTest {}

    /**
     * A test is given up without having been run, or without having been run again.
     *
     * @param status of the result that is stored for it: {@code infra}; {@code skip} if somebody wanted it so
     */
    record TestNotRun(Duration at, String test, String reason, String status) implements AboutTest {

        /** One that could not be run. */
        public TestNotRun(Duration at, String test, String reason) {
            this(at, test, reason, "infra");
        }
    }

    /** A machine is being given back. */
    record ReleaseStarted(Duration at, String remote) implements RunEvent {}

    /** A machine is gone, verified. */
    record RemoteReleased(Duration at, String remote) implements RunEvent {}

    /** A machine may still exist. */
    record ReleaseFailed(Duration at, String remote, String message) implements RunEvent {}

    /** A user's policy or hook threw; the run goes on. */
    record HookFailed(Duration at, String hook, String message) implements RunEvent {}

    /**
     * A limit on waiting ran out.
     *
     * @param subject the machine or provisioner waited for; {@code ""} where the limit is not about one
     */
    record DeadlineExpired(Duration at, Limit limit, String subject) implements RunEvent {}

    /** Somebody asked that no test is begun any more; those that run go on to their end. */
    record StopRequested(Duration at, String reason) implements RunEvent {}

    /** Somebody asked the run to end; {@code urgency} 1: results are kept, 2: releases only. */
    record Interrupted(Duration at, int urgency, String reason) implements RunEvent {}

    /** The run is over and everything that could be released is. */
    record RunFinished(Duration at) implements RunEvent {}

    /**
     * Only read, never written: an event that a newer version of atex wrote and that this one does not know.
     *
     * @param kind what the log calls it
     */
    record Unknown(Duration at, String kind) implements RunEvent {}
}
