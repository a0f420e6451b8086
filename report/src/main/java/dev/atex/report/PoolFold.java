package dev.atex.report;

import dev.atex.orchestrator.Limit;
import dev.atex.orchestrator.RunEvent;
import dev.atex.orchestrator.RunListener;
import dev.atex.provisioner.MachineProgress;
import dev.atex.report.ReportedMachine.Activity;
import dev.atex.report.ReportedMachine.Span;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What each machine did when, and when there was none: from the events of a run. Used by one thread at a time. */
final class PoolFold implements RunListener {
    private final List<History> all = new ArrayList<>();
    private final Map<String, History> alive = new HashMap<>();
    private final Map<String, Map<String, String>> coming = new HashMap<>();
    private final Map<String, Deque<Duration>> requests = new LinkedHashMap<>();
    private final Set<String> queued = new HashSet<>();
    private final List<Wait> waits = new ArrayList<>();
    private @Nullable Duration waitingSince;
    private String failure = "";
    private boolean interrupted;

    /** One machine. */
    private static final class History {
        final String name;
        final String provisioner;
        final List<Span> spans = new ArrayList<>();
        Activity activity;
        Duration since;
        String text = "";
        int attempt;

        History(String name, String provisioner, Activity activity, Duration since) {
            this.name = name;
            this.provisioner = provisioner;
            this.activity = activity;
            this.since = since;
        }

        void turn(Duration at, Activity next, String what, int number) {
            end(at);
            activity = next;
            since = at;
            text = what;
            attempt = number;
        }

        void end(Duration at) {
            if (at.compareTo(since) > 0) {
                spans.add(new Span(activity, since, at, text, attempt));
            }
        }

        ReportedMachine reported(Duration now, boolean open) {
            List<Span> until = spans;
            if (open) {
                until = new ArrayList<>(spans);
                until.add(new Span(activity, since, now, text, attempt));
            }
            return new ReportedMachine(name, provisioner, until);
        }
    }

    @Override
    public void on(RunEvent event) {
        Duration at = event.at();
        switch (event) {
            case RunEvent.RunStarted e -> queued.addAll(e.tests());
            case RunEvent.RunResumed e -> resumed(at, e.tests());
            case RunEvent.ProvisionRequested e -> {
                for (int i = 0; i < e.count(); i++) {
                    requested(e.provisioner()).add(at);
                }
            }
            case RunEvent.ProvisionCleared e -> {
                for (int i = 0; i < e.dropped(); i++) {
                    requested(e.provisioner()).pollLast();
                }
            }
            case RunEvent.ProvisionFailed e -> {
                requested(e.provisioner()).pollFirst();
                failure = e.message();
            }
            case RunEvent.ProvisionerFailed e -> {
                requested(e.provisioner()).clear();
                failure = e.message();
            }
            case RunEvent.RemoteReady e -> ready(at, e);
            case RunEvent.SetUpFinished e -> turn(at, e.remote(), Activity.IDLE, reason(), 0);
            case RunEvent.SetUpFailed e -> turn(at, e.remote(), Activity.RELEASE, "set-up failed: " + e.message(), 0);
            case RunEvent.TestStarted e -> {
                queued.remove(e.test());
                turn(at, e.remote(), Activity.TEST, e.test(), e.attempt());
            }
            case RunEvent.TestFinished e -> {
                if (e.rerun()) {
                    queued.add(e.test());
                }
                if (e.ended().compareTo(at) < 0) {
                    turn(e.ended(), e.remote(), Activity.IDLE, "held for somebody who looks at it", 0);
                }
                turn(at, e.remote(), Activity.IDLE, e.destroyed() ? "used up by its test" : reason(), 0);
            }
            case RunEvent.TestNotRun e -> queued.remove(e.test());
            case RunEvent.ReleaseStarted e -> turn(at, e.remote(), Activity.RELEASE, released(e.remote()), 0);
            case RunEvent.RemoteReleased e -> gone(at, e.remote());
            case RunEvent.ReleaseFailed e -> {
                failed(e.remote(), "could not be given back: " + e.message());
                gone(at, e.remote());
            }
            case RunEvent.DeadlineExpired e -> {
                History machine = alive.get(e.subject());
                if (e.limit() == Limit.IDLE && machine != null) {
                    machine.text = "no test for it within the limit on idle time";
                }
            }
            case RunEvent.Interrupted _ -> interrupted = true;
            case RunEvent.ProvisionerStopped e -> requested(e.provisioner()).clear();
            case RunEvent.RunFinished _ -> queued.clear();
            case RunEvent.ProvisionProgress e -> coming.put(e.remote(), e.facts());
            case RunEvent.AttemptIngested _,
                    RunEvent.AttemptRecovered _,
                    RunEvent.IngestFailed _,
                    RunEvent.AttemptSuperseded _,
                    RunEvent.StopRequested _,
                    RunEvent.HookFailed _,
                    RunEvent.Unknown _ -> {}
        }
        look(at);
    }

    private Deque<Duration> requested(String provisioner) {
        return requests.computeIfAbsent(provisioner, _ -> new ArrayDeque<>());
    }

    /** Machines of an earlier sitting are gone with it. */
    private void resumed(Duration at, List<String> tests) {
        List.copyOf(alive.keySet()).forEach(name -> gone(at, name));
        requests.clear();
        coming.clear();
        queued.clear();
        queued.addAll(tests);
        interrupted = false;
    }

    private void ready(Duration at, RunEvent.RemoteReady e) {
        Duration asked = requested(e.provisioner()).pollFirst();
        History machine = new History(e.remote(), e.provisioner(), Activity.PROVISION, asked == null ? at : asked);
        machine.text = known(coming.getOrDefault(e.remote(), Map.of()));
        coming.remove(e.remote());
        machine.turn(at, Activity.SET_UP, "", 0);
        all.add(machine);
        alive.put(e.remote(), machine);
    }

    /** Which machine it is, where it came from. */
    private static String known(Map<String, String> facts) {
        return facts.entrySet().stream()
                .filter(fact -> !fact.getKey().equals(MachineProgress.STATE)
                        && !fact.getKey().equals(MachineProgress.USUALLY)
                        && !fact.getValue().isEmpty())
                .map(fact -> fact.getKey() + " " + fact.getValue())
                .collect(Collectors.joining(", "));
    }

    private void turn(Duration at, String name, Activity activity, String text, int attempt) {
        History machine = alive.get(name);
        if (machine != null) {
            machine.turn(at, activity, text, attempt);
        }
    }

    private void failed(String name, String why) {
        History machine = alive.get(name);
        if (machine != null) {
            machine.text = why;
        }
    }

    private String released(String name) {
        History machine = alive.get(name);
        return machine != null && machine.activity == Activity.RELEASE ? machine.text : "";
    }

    private void gone(Duration at, String name) {
        History machine = alive.remove(name);
        if (machine != null) {
            machine.end(at);
        }
    }

    /** Why a machine that is ready does not run a test now. */
    private String reason() {
        if (interrupted) {
            return "the run was ending";
        }
        return queued.isEmpty() ? "no test was left to be run" : "between two tests";
    }

    /** A wait is a time with something to run and nothing that runs or is about to. */
    private void look(Duration at) {
        boolean waiting = !queued.isEmpty()
                && !interrupted
                && alive.values().stream().noneMatch(machine -> machine.activity != Activity.RELEASE);
        Duration since = waitingSince;
        if (waiting && since == null) {
            waitingSince = at;
        } else if (!waiting && since != null) {
            waitingSince = null;
            addWait(since, at);
        }
    }

    private void addWait(Duration since, Duration at) {
        if (at.compareTo(since) > 0) {
            waits.add(new Wait(since, at, waitReason()));
        }
        failure = "";
    }

    private String waitReason() {
        if (!failure.isEmpty()) {
            return "no machine could be had: " + failure;
        }
        List<String> from = requests.keySet().stream().toList();
        return "a machine was waited for" + (from.isEmpty() ? "" : " (" + String.join(", ", from) + ")");
    }

    List<ReportedMachine> machines(Duration now) {
        Set<History> open = Set.copyOf(alive.values());
        return all.stream()
                .map(machine -> machine.reported(now, open.contains(machine)))
                .toList();
    }

    List<Wait> waits(Duration now) {
        List<Wait> until = new ArrayList<>(waits);
        Duration since = waitingSince;
        if (since != null) {
            until.add(new Wait(since, now, waitReason()));
        }
        return until;
    }
}
