package dev.atex.cli.view;

import dev.atex.orchestrator.Ending;
import dev.atex.orchestrator.RunEvent;
import dev.atex.orchestrator.RunSummary;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is going on in a run: a fold over its events. Used by one thread at a time. */
final class RunState {
    private final Map<String, Activity> machines = new LinkedHashMap<>();
    private final Set<String> releasing = new LinkedHashSet<>();
    private Optional<RunSummary> before = Optional.empty();
    private int total;
    private int running;
    private int finished;
    private int passed;
    private int failed;
    private int infra;
    private int reruns;
    private int interrupts;
    private boolean over;

    /**
     * What a machine is busy with.
     *
     * @param test the test that it runs, or {@code ""} while it is being set up
     * @param since when that began, since the start of the run
     */
    record Activity(String test, int attempt, Duration since) {}

    /** The run goes on: what its next event says is still to be run counts, and of the rest how it ended. */
    void goesOn(RunSummary soFar) {
        before = Optional.of(soFar);
    }

    void on(RunEvent event) {
        switch (event) {
            case RunEvent.RunStarted e -> total = e.tests().size();
            case RunEvent.RunResumed e -> resumed(e.tests());
            case RunEvent.AttemptRecovered e -> finished(e.ending());
            case RunEvent.RemoteReady e -> machines.put(e.remote(), new Activity("", 0, e.at()));
            case RunEvent.SetUpFinished e -> machines.remove(e.remote());
            case RunEvent.SetUpFailed e -> machines.remove(e.remote());
            case RunEvent.TestStarted e -> {
                machines.put(e.remote(), new Activity(e.test(), e.attempt(), e.at()));
                running++;
            }
            case RunEvent.TestFinished e -> {
                machines.remove(e.remote());
                running--;
                if (e.rerun()) {
                    reruns++;
                } else {
                    finished(e.ending());
                }
            }
            case RunEvent.TestNotRun e -> {
                finished++;
                infra++;
            }
            case RunEvent.ReleaseStarted e -> {
                machines.remove(e.remote());
                releasing.add(e.remote());
            }
            case RunEvent.RemoteReleased e -> releasing.remove(e.remote());
            case RunEvent.ReleaseFailed e -> releasing.remove(e.remote());
            case RunEvent.Interrupted e -> interrupts = Math.max(interrupts, e.urgency());
            case RunEvent.RunFinished e -> over = true;
            case RunEvent.ProvisionRequested _,
                    RunEvent.ProvisionCleared _,
                    RunEvent.ProvisionFailed _,
                    RunEvent.ProvisionerFailed _,
                    RunEvent.ProvisionerStopped _,
                    RunEvent.AttemptIngested _,
                    RunEvent.IngestFailed _,
                    RunEvent.AttemptSuperseded _,
                    RunEvent.HookFailed _,
                    RunEvent.DeadlineExpired _ -> {}
        }
    }

    private void resumed(List<String> tests) {
        Set<String> toRun = new HashSet<>(tests);
        total = 0;
        for (RunSummary.Outcome outcome : before.map(RunSummary::outcomes).orElse(List.of())) {
            switch (outcome.verdict()) {
                case PASSED, FLAKY, FAILED, INFRA -> {
                    if (!toRun.contains(outcome.test())) {
                        finished(outcome.verdict());
                    }
                }
                case CANCELLED, NOT_RUN -> {}
            }
            total++;
        }
    }

    private void finished(Ending ending) {
        finished(ending.verdict());
    }

    private void finished(RunSummary.Verdict verdict) {
        finished++;
        switch (verdict) {
            case PASSED, FLAKY -> passed++;
            case FAILED -> failed++;
            case INFRA, CANCELLED, NOT_RUN -> infra++;
        }
    }

    /** Machines that are being set up or run a test, in the order in which they began. */
    Map<String, Activity> machines() {
        return machines;
    }

    Set<String> releasing() {
        return releasing;
    }

    int total() {
        return total;
    }

    int running() {
        return running;
    }

    int finished() {
        return finished;
    }

    int passed() {
        return passed;
    }

    int failed() {
        return failed;
    }

    int infra() {
        return infra;
    }

    int reruns() {
        return reruns;
    }

    int queued() {
        return Math.max(0, total - finished - running);
    }

    int settingUp() {
        return machines.size() - running;
    }

    /** 0: nobody asked for the end; 1: results are kept; 2: releases only. */
    int interrupts() {
        return interrupts;
    }

    boolean over() {
        return over;
    }
}
