package dev.atex.run.schedule;

import dev.atex.run.Limit;

/** An action that the scheduler requests. Each lists the events that answer it. */
public sealed interface Action {

    /** Request machines from a provisioner. Each is answered by {@code RemoteReady} or {@code ProvisionFailed}. */
    record Provision(String provisioner, int count) implements Action {}

    /** Drop requests that are not in progress. Answered by {@code ProvisionCleared} or {@code ProvisionerFailed}. */
    record Clear(String provisioner) implements Action {}

    /** Stop a provisioner. Answered by {@code ProvisionerStopped}, its last event. */
    record StopProvisioner(String provisioner) implements Action {}

    /** Set a machine up. Answered by {@code SetUpFinished} or {@code SetUpFailed}. */
    record SetUp(String remote) implements Action {}

    /** Cancel the set-up of a machine. Not answered: a release follows. */
    record CancelSetUp(String remote) implements Action {}

    /** Run a test. Answered by {@code TestFinished}. */
    record RunTest(String remote, String test, int attempt) implements Action {}

    /** Cancel the running test, so that its {@code TestFinished} comes sooner. */
    record CancelTest(String remote) implements Action {}

    /** Store the final results of a test. Answered by {@code AttemptIngested} or {@code IngestFailed}. */
    record Ingest(String test, int attempt) implements Action {}

    /** Put superseded results away. Answered by {@code AttemptSuperseded}, {@code AttemptIngested} or {@code IngestFailed}. */
    record Supersede(String test, int attempt) implements Action {}

    /**
     * Store a result for a test that has none. Answered by {@code AttemptIngested} or {@code IngestFailed}.
     *
     * @param attempt the number of the attempt for the result
     * @param lost whether this attempt was started and did not end; otherwise the test was not run
     * @param wanted whether it was not run on request: the result is {@code skip}, otherwise {@code infra}
     */
    record ReportNotRun(String test, int attempt, boolean lost, boolean wanted, String reason) implements Action {}

    /** Log {@code StopRequested}: the scheduler decided to start no more tests. Not answered. */
    record Stop(String reason) implements Action {}

    /** Release a machine. Answered by {@code RemoteReleased} or {@code ReleaseFailed}. */
    record Release(String remote) implements Action {}

    /** Interrupt everything but releases. Not answered. */
    record Hurry() implements Action {}

    /** Start a timer. Answered by {@code DeadlineExpired}, unless stopped. One timer for each limit and subject. */
    record StartTimer(Limit limit, String subject) implements Action {}

    /** Stop a timer, if there is one. Not answered. */
    record StopTimer(Limit limit, String subject) implements Action {}

    /** End the run. The last action. */
    record Finish() implements Action {}
}
