package dev.atex.run.schedule;

import dev.atex.run.Limit;

/** Something to be done. Each says which events answer it. */
public sealed interface Action {

    /** Ask a provisioner for machines: {@code RemoteReady} or {@code ProvisionFailed} for each, in time. */
    record Provision(String provisioner, int count) implements Action {}

    /** Let a provisioner forget what it has not begun with: {@code ProvisionCleared} or {@code ProvisionerFailed}. */
    record Clear(String provisioner) implements Action {}

    /** Stop a provisioner: {@code ProvisionerStopped}, and nothing more from it after that. */
    record StopProvisioner(String provisioner) implements Action {}

    /** Make a machine ready: {@code SetUpFinished} or {@code SetUpFailed}. */
    record SetUp(String remote) implements Action {}

    /** Do not go on with making a machine ready. Not answered: a release follows. */
    record CancelSetUp(String remote) implements Action {}

    /** Run a test: {@code TestFinished}. */
    record RunTest(String remote, String test, int attempt) implements Action {}

    /** End the running test: its {@code TestFinished} comes sooner. */
    record CancelTest(String remote) implements Action {}

    /** Store the final results of a test: {@code AttemptIngested} or {@code IngestFailed}. */
    record Ingest(String test, int attempt) implements Action {}

    /** Put results away that do not count: {@code AttemptSuperseded}, {@code AttemptIngested}, {@code IngestFailed}. */
    record Supersede(String test, int attempt) implements Action {}

    /**
     * Store a result for a test that has none: {@code AttemptIngested} or {@code IngestFailed}.
     *
     * @param attempt the number to store it under
     * @param lost whether this attempt was begun and has not come back; else the test was not run
     * @param wanted whether it was not run because somebody wanted it so: the result is {@code skip}, else {@code infra}
     */
    record ReportNotRun(String test, int attempt, boolean lost, boolean wanted, String reason) implements Action {}

    /** No test is begun any more: {@code StopRequested} is to be logged, as this was decided here. Not answered. */
    record Stop(String reason) implements Action {}

    /** Give a machine back: {@code RemoteReleased} or {@code ReleaseFailed}. */
    record Release(String remote) implements Action {}

    /** Releases only from now on: whatever else is waited for is interrupted. Not answered. */
    record Hurry() implements Action {}

    /** Begin to wait: {@code DeadlineExpired}, unless stopped. One timer for each limit and subject. */
    record StartTimer(Limit limit, String subject) implements Action {}

    /** The wait is over. Not answered; there need be no such timer. */
    record StopTimer(Limit limit, String subject) implements Action {}

    /** The run is over. The last action. */
    record Finish() implements Action {}
}
