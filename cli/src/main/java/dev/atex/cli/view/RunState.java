package dev.atex.cli.view;

import dev.atex.orchestrator.Ending;
import dev.atex.orchestrator.RunEvent;
import dev.atex.orchestrator.RunSummary;
import dev.atex.provisioner.MachineProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What is going on in a run: a fold over its events. Used by one thread at a time. */
final class RunState {
    private final Map<String, Activity> machines = new LinkedHashMap<>();
    private final Map<String, Coming> coming = new LinkedHashMap<>();
    private Function<Map<String, String>, String> usually = _ -> "";
    private final Set<String> releasing = new LinkedHashSet<>();
    private Optional<RunSummary> before = Optional.empty();
    private final Map<String, Integer> requested = new LinkedHashMap<>();
    private final Map<String, Duration> began = new HashMap<>();

    /** How long the last attempt took, of tests that are not done. */
    private final Map<String, Duration> known = new HashMap<>();

    private String lastProblem = "";
    private Duration spent = Duration.ZERO;
    private int ended;
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

    /**
     * A machine that is being made.
     *
     * @param state what it waits for
     * @param since when that began, since the start of the run
     * @param facts all that is known about it
     * @param usually how long it usually is in that state, or nothing
     * @param isNew whether that state has just begun
     * @param before how long the state before that one lasted, if there was one
     */
    record Coming(
            String provisioner,
            String state,
            Duration since,
            Map<String, String> facts,
            String usually,
            boolean isNew,
            Optional<Duration> before) {

        /** The same with the word before it. */
        String butUsually() {
            return usually.isEmpty() ? "" : ", usually " + usually;
        }

        /** What is known besides: addresses first, as what is in them need not be said again, and the line may be cut. */
        String rest() {
            List<String> links = facts.values().stream().filter(Coming::isLink).toList();
            List<String> parts = new ArrayList<>(links);
            facts.forEach((name, value) -> {
                boolean isSaid = name.equals(MachineProgress.STATE)
                        || name.equals(MachineProgress.USUALLY)
                        || links.stream().anyMatch(link -> link.contains(value)); // also what is empty
                if (!isSaid && !value.isEmpty()) {
                    parts.add(name + " " + value);
                }
            });
            return String.join(", ", parts);
        }

        private static boolean isLink(String value) {
            return value.startsWith("https://") || value.startsWith("http://");
        }
    }

    /** The run goes on: what its next event says is still to be run counts, and of the rest how it ended. */
    void goesOn(RunSummary soFar) {
        before = Optional.of(soFar);
    }

    void on(RunEvent event) {
        switch (event) {
            case RunEvent.RunStarted e -> total = e.tests().size();
            case RunEvent.RunResumed e -> resumed(e.tests());
            case RunEvent.AttemptRecovered e -> finished(e.ending());
            case RunEvent.RemoteReady e -> {
                requested.merge(e.provisioner(), -1, Integer::sum);
                lastProblem = "";
                coming.remove(e.remote());
                machines.put(e.remote(), new Activity("", 0, e.at()));
            }
            case RunEvent.ProvisionRequested e -> requested.merge(e.provisioner(), e.count(), Integer::sum);
            case RunEvent.ProvisionProgress e -> progressed(e);
            case RunEvent.ProvisionCleared e -> requested.merge(e.provisioner(), -e.dropped(), Integer::sum);
            case RunEvent.ProvisionFailed e -> {
                requested.merge(e.provisioner(), -1, Integer::sum);
                lastProblem = e.message();
            }
            case RunEvent.SetUpFinished e -> machines.remove(e.remote());
            case RunEvent.SetUpFailed e -> machines.remove(e.remote());
            case RunEvent.TestStarted e -> {
                machines.put(e.remote(), new Activity(e.test(), e.attempt(), e.at()));
                began.put(e.test(), e.at());
                running++;
            }
            case RunEvent.TestFinished e -> {
                machines.remove(e.remote());
                running--;
                Duration since = began.remove(e.test());
                if (since != null) {
                    Duration took = e.ended().minus(since);
                    spent = spent.plus(took);
                    ended++;
                    if (e.rerun()) {
                        known.put(e.test(), took);
                    } else {
                        known.remove(e.test());
                    }
                }
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
            case RunEvent.ProvisionerStopped e ->
                coming.values().removeIf(each -> each.provisioner().equals(e.provisioner()));
            case RunEvent.StopRequested _,
                    RunEvent.ProvisionerFailed _,
                    RunEvent.AttemptIngested _,
                    RunEvent.IngestFailed _,
                    RunEvent.AttemptSuperseded _,
                    RunEvent.HookFailed _,
                    RunEvent.DeadlineExpired _,
                    RunEvent.Unknown _ -> {}
        }
    }

    /** How long machines are usually in the state that they are in. */
    void usually(Function<Map<String, String>, String> known) {
        usually = known;
    }

    private void progressed(RunEvent.ProvisionProgress e) {
        Optional<Coming> before = Optional.ofNullable(coming.remove(e.remote())); // also those of an earlier sitting
        if (!e.facts().isEmpty()) {
            String state = e.facts().getOrDefault(MachineProgress.STATE, "");
            Optional<Coming> same = before.filter(each -> each.state().equals(state));
            coming.put(
                    e.remote(),
                    new Coming(
                            e.provisioner(),
                            state,
                            same.map(Coming::since).orElse(e.at()),
                            e.facts(),
                            e.facts().getOrDefault(MachineProgress.USUALLY, usually.apply(e.facts())),
                            same.isEmpty(),
                            before.map(each -> e.at().minus(each.since()))));
        }
    }

    private void resumed(List<String> tests) {
        coming.clear();
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

    /** Machines that are being made and of which something is known, the oldest news first. */
    Map<String, Coming> coming() {
        return coming;
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

    /**
     * How long it will still take if the rest goes on as before, on as many machines as now, and at least as long as a test that is
     * run again took before. Empty while nothing is known: no test has ended, or those that run take longer than the others did.
     */
    Optional<Duration> remaining(Duration now) {
        if (ended == 0 || interrupts > 0 || queued() + running == 0) {
            return Optional.empty();
        }
        Duration each = spent.dividedBy(ended);
        Duration left = each.multipliedBy(queued() + running);
        Map<String, Duration> running = new HashMap<>();
        for (Activity activity : machines.values()) {
            if (!activity.test().isEmpty()) {
                Duration done = now.minus(activity.since());
                left = left.minus(done.compareTo(each) < 0 ? done : each);
                running.put(activity.test(), done);
            }
        }
        Duration together = left.dividedBy(Math.max(1, machines.size()));
        for (Map.Entry<String, Duration> test : known.entrySet()) {
            Duration still = test.getValue().minus(running.getOrDefault(test.getKey(), Duration.ZERO));
            together = still.compareTo(together) > 0 ? still : together;
        }
        return together.toSeconds() > 0 ? Optional.of(together) : Optional.empty(); // longer than the others already
    }

    /** Machines that were asked for and are not there, and from where. */
    String awaited() {
        int count = 0;
        StringBuilder from = new StringBuilder();
        for (Map.Entry<String, Integer> each : requested.entrySet()) {
            if (each.getValue() > 0) {
                count += each.getValue();
                from.append(from.isEmpty() ? "" : ", ").append(each.getKey());
            }
        }
        return count == 0 ? "a machine" : EventLines.count(count, "machine") + " from " + from;
    }

    /** Why the last machine that was asked for could not be had; empty if there is one since. */
    String lastProblem() {
        return lastProblem;
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
