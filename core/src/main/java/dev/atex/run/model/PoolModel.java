package dev.atex.run.model;

import dev.atex.provisioner.MachineProgress;
import dev.atex.run.RunEvent;
import dev.atex.run.model.MachineModel.Activity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The machines of a {@link RunModel}: those that are there or were, those that are waited for, and when there was none. Used by one thread at a time. */
public final class PoolModel {
    private final boolean timeline;
    private final List<MachineModel> all = new ArrayList<>();
    private final Map<String, MachineModel> present = new LinkedHashMap<>();
    private final Map<String, Integer> named = new HashMap<>();
    private final Map<String, Coming> coming = new LinkedHashMap<>();
    private final Map<String, Requests> requests = new LinkedHashMap<>();
    private final Set<String> left = new LinkedHashSet<>();
    private final List<Wait> waits = new ArrayList<>();
    /** How many are there and are not being given back: with many machines, looking at each for each event takes too long. */
    private int working;

    private @Nullable Duration waitingSince;
    private String waitFailure = "";
    private String lastProblem = "";

    /**
     * A pool without machines.
     *
     * @param timeline whether to keep what machines did earlier, and machines that are gone
     */
    PoolModel(boolean timeline) {
        this.timeline = timeline;
    }

    /**
     * A machine that is being made.
     *
     * @param provisioner where
     * @param state what it waits for
     * @param since when that began, since the start of the run
     * @param facts all that is known about it
     * @param isNew whether that state has just begun
     * @param before how long the state before that one lasted, if there was one
     */
    public record Coming(
            String provisioner,
            String state,
            Duration since,
            Map<String, String> facts,
            boolean isNew,
            Optional<Duration> before) {}

    /**
     * A time in which tests were to be run and no machine was there for any of them.
     *
     * @param from since the start of the run
     * @param to until now if it goes on
     * @param reason what was waited for
     */
    public record Wait(Duration from, Duration to, String reason) {}

    // ---- what events say

    void requested(RunEvent.ProvisionRequested e) {
        requests(e.provisioner()).add(e.at(), e.count());
    }

    void cleared(RunEvent.ProvisionCleared e) {
        requests(e.provisioner()).dropLast(e.dropped());
    }

    void failed(RunEvent.ProvisionFailed e) {
        Duration _ = requests(e.provisioner()).takeFirst();
        lastProblem = e.message();
        waitFailure = e.message();
    }

    /** Nothing more comes from it. */
    void ended(String provisioner) {
        requests(provisioner).clear();
        coming.values().removeIf(each -> each.provisioner().equals(provisioner));
    }

    void failedForGood(RunEvent.ProvisionerFailed e) {
        ended(e.provisioner());
        lastProblem = e.message();
        waitFailure = e.message();
    }

    void progressed(RunEvent.ProvisionProgress e) {
        Optional<Coming> before = Optional.ofNullable(coming.remove(e.remote()));
        if (e.facts().isEmpty()) {
            return;
        }
        String state = e.facts().getOrDefault(MachineProgress.STATE, "");
        Optional<Coming> same = before.filter(each -> each.state().equals(state));
        coming.put(
                e.remote(),
                new Coming(
                        e.provisioner(),
                        state,
                        same.map(Coming::since).orElse(e.at()),
                        e.facts(),
                        same.isEmpty(),
                        before.map(each -> e.at().minus(each.since()))));
    }

    void ready(RunEvent.RemoteReady e) {
        Duration asked = requests(e.provisioner()).takeFirst();
        Coming known = coming.remove(e.remote());
        MachineModel machine = new MachineModel(
                e.remote(),
                timeline ? label(e.remote()) : e.remote(),
                e.provisioner(),
                asked == null ? e.at() : asked,
                known == null ? "" : told(known.facts()),
                timeline);
        machine.turn(e.at(), Activity.SET_UP, "", 0);
        if (timeline) {
            all.add(machine);
        }
        leaves(present.put(e.remote(), machine));
        working++;
        lastProblem = "";
    }

    private String label(String name) {
        int number = named.merge(name, 1, Integer::sum);
        return number == 1 ? name : name + " (" + number + ")";
    }

    /** Which machine it is, where it came from. */
    private static String told(Map<String, String> facts) {
        return facts.entrySet().stream()
                .filter(fact -> !fact.getKey().equals(MachineProgress.STATE)
                        && !fact.getKey().equals(MachineProgress.USUALLY)
                        && !fact.getValue().isEmpty())
                .map(fact -> fact.getKey() + " " + fact.getValue())
                .collect(Collectors.joining(", "));
    }

    void turn(Duration at, String name, Activity activity, String text, int attempt) {
        MachineModel machine = present.get(name);
        boolean late = activity != Activity.RELEASE; // what still comes of a machine that is being given back
        if (machine != null && !(late && machine.activity() == Activity.RELEASE)) {
            if (activity == Activity.RELEASE) {
                leaves(machine);
            }
            machine.turn(at, activity, text, attempt);
        }
    }

    void releasing(RunEvent.ReleaseStarted e) {
        MachineModel machine = present.get(e.remote());
        if (machine != null) {
            String why = machine.activity() == Activity.RELEASE ? machine.text() : "";
            leaves(machine);
            machine.turn(e.at(), Activity.RELEASE, why, 0);
        }
    }

    /** Before it is given back or is gone. */
    private void leaves(@Nullable MachineModel machine) {
        working -= machine == null || machine.activity() == Activity.RELEASE ? 0 : 1;
    }

    /** Says why something is so, of a machine that is there. */
    void say(String name, String why) {
        MachineModel machine = present.get(name);
        if (machine != null) {
            machine.say(why);
        }
    }

    void gone(Duration at, String name) {
        MachineModel machine = present.remove(name);
        if (machine != null) {
            leaves(machine);
            machine.leave(at);
        }
    }

    /** The run is over: of what is still there nothing more will be known. */
    void finished(Duration at) {
        List.copyOf(present.keySet()).forEach(name -> gone(at, name));
    }

    /** Machines of the process before are gone with it. */
    void resumed(Duration at) {
        left.addAll(inUse());
        List.copyOf(present.keySet()).forEach(name -> gone(at, name));
        requests.clear();
        coming.clear();
        lastProblem = "";
    }

    /** A wait is a time with something to run, and nothing that runs or is about to. */
    void look(Duration at, boolean hasWork) {
        boolean waiting = hasWork && working == 0;
        Duration since = waitingSince;
        if (waiting && since == null) {
            waitingSince = at;
        } else if (!waiting && since != null) {
            waitingSince = null;
            if (at.compareTo(since) > 0) {
                waits.add(new Wait(since, at, waitReason()));
            }
            waitFailure = "";
        }
    }

    private String waitReason() {
        if (!waitFailure.isEmpty()) {
            return "no machine could be had: " + waitFailure;
        }
        return "a machine was waited for"
                + (requests.isEmpty() ? "" : " (" + String.join(", ", requests.keySet()) + ")");
    }

    private Requests requests(String provisioner) {
        return requests.computeIfAbsent(provisioner, _ -> new Requests());
    }

    // ---- how it stands

    /** All that ever came, in that order; none in a model without a timeline. */
    public List<MachineModel> machines() {
        return Collections.unmodifiableList(all);
    }

    /** Those that are there, in the order in which they came. */
    public Collection<MachineModel> present() {
        return Collections.unmodifiableCollection(present.values());
    }

    private List<String> inUse() {
        return present.values().stream()
                .filter(MachineModel::isInUse)
                .map(MachineModel::name)
                .toList();
    }

    /** Names of those that were in use when the process of the run ended, and of those that are. */
    List<String> left() {
        Set<String> all = new LinkedHashSet<>(left);
        all.addAll(inUse());
        return List.copyOf(all);
    }

    /** Those that are being made and of which something is known, by the name that they will have. */
    public Map<String, Coming> coming() {
        return Collections.unmodifiableMap(coming);
    }

    /** How many were asked for and are not there, by provisioner; those of which none is awaited are not in it. */
    public Map<String, Integer> awaited() {
        Map<String, Integer> awaited = new LinkedHashMap<>();
        requests.forEach((provisioner, asked) -> {
            if (asked.size() > 0) {
                awaited.put(provisioner, asked.size());
            }
        });
        return awaited;
    }

    /** Why the last machine that was asked for could not be had; empty if there is one since. */
    public String lastProblem() {
        return lastProblem;
    }

    /** Times without a machine, in order; until {@code now} if it is so. */
    public List<Wait> waits(Duration now) {
        List<Wait> until = new ArrayList<>(waits);
        Duration since = waitingSince;
        if (since != null) {
            until.add(new Wait(since, now, waitReason()));
        }
        return until;
    }
}
