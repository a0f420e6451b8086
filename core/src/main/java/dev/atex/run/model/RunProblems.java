package dev.atex.run.model;

import dev.atex.run.Limit;
import dev.atex.run.RunEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The problems of a run outside of tests, one sentence each. Used by one thread at a time. */
final class RunProblems {
    private final List<Problem> problems = new ArrayList<>();

    /**
     * A problem.
     *
     * @param test the test whose results are concerned; {@code ""} if none
     * @param lasting whether it still matters when the run is resumed
     * @param same equal for problems that are reported together
     */
    private record Problem(String text, String test, boolean lasting, String same) {}

    /** Adds the problem of an event, if there is one. Problems that an interrupt caused are forgotten when the run is resumed. */
    void on(RunEvent event, boolean interrupted) {
        switch (event) {
            case RunEvent.ProvisionFailed e ->
                add(e.provisioner() + " could not provide a machine: " + e.message(), !interrupted);
            case RunEvent.ProvisionerFailed e ->
                add(e.provisioner() + " failed and provides no more machines: " + e.message(), !interrupted);
            case RunEvent.ProvisionerStopped e ->
                e.problem().ifPresent(text -> add("stopping " + e.provisioner() + " failed: " + text, true));
            case RunEvent.SetUpFailed e ->
                problems.add(new Problem(
                        "set-up of " + e.remote() + " failed: " + e.message(),
                        "",
                        !interrupted,
                        e.way().map(way -> "set-up: " + way).orElse(e.message())));
            case RunEvent.IngestFailed e -> {
                String text = "results of " + e.test() + " could not be stored, they are in " + e.artifacts() + ": "
                        + e.message();
                problems.add(new Problem(text, e.test(), true, text));
            }
            case RunEvent.ReleaseFailed e ->
                add("release of " + e.remote() + " failed, it may still exist: " + e.message(), true);
            case RunEvent.HookFailed e -> add(e.hook() + " failed: " + e.message(), !interrupted);
            case RunEvent.DeadlineExpired e
            when e.limit() != Limit.IDLE -> // this one is no problem: it saves a machine
                add(e.limit().exceeded(e.subject()), !interrupted);
            default -> {}
        }
    }

    private void add(String text, boolean lasting) {
        problems.add(new Problem(text, "", lasting, text));
    }

    /** Forgets the problem of results that were stored after an earlier failure. */
    void stored(String test) {
        problems.removeIf(problem -> problem.test().equals(test));
    }

    /** Handles the resume of the run with these tests. */
    void resumed(Set<String> tests) {
        problems.removeIf(problem -> !problem.lasting() || tests.contains(problem.test()));
    }

    /** Returns the problems; equal ones are combined. */
    List<String> told() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        Map<String, String> first = new LinkedHashMap<>();
        for (Problem problem : problems) {
            counts.merge(problem.same(), 1, Integer::sum);
            first.putIfAbsent(problem.same(), problem.text());
        }
        List<String> told = new ArrayList<>();
        first.forEach((same, text) -> {
            int count = counts.getOrDefault(same, 1);
            told.add(count == 1 ? text : count + " times: " + text);
        });
        return told;
    }
}
