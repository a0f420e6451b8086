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

/** The machines of a {@link RunModel}: past and current ones, requests, and times without a machine. Used by one thread at a time. */
public final class PoolModel {
    private final boolean timeline;
    private final List<MachineModel> all = new ArrayList<>();
    private final Map<String, MachineModel> present = new LinkedHashMap<>();
    private final Map<String, Integer> named = new HashMap<>();
    private final Map<String, Coming> coming = new LinkedHashMap<>();
    private final Map<String, Requests> requests = new LinkedHashMap<>();
    private final Set<String> left = new LinkedHashSet<>();
    private final List<Wait> waits = new ArrayList<>();
    /** The number of machines that are not being released: with many machines, a look at each for each event takes too long. */
    private int working;

    private @Nullable Duration waitingSince;
    private String waitFailure = "";
    private String lastProblem = "";

    /**
     * Creates a pool without machines.
     *
     * @param timeline whether to keep earlier activities, and machines that are gone
     */
    PoolModel(boolean timeline) {
        this.timeline = timeline;
    }

    /**
     * A machine that is being provisioned.
     *
     * @param provisioner its provisioner
     * @param state its current state
     * @param since start of that state, since the start of the run
     * @param facts everything that is known about it
     * @param isNew whether that state has just started
     * @param before duration of the state before that one, if there was one
     */
    public record Coming(
            String provisioner,
            String state,
            Duration since,
            Map<String, String> facts,
            boolean isNew,
            Optional<Duration> before) {}

    /**
     * A period in which tests were waiting and there was no machine for any of them.
     *
     * @param from its start, since the start of the run
     * @param to its end; the current time if it continues
     * @param reason what the tests were waiting for
     */
    public record Wait(Duration from, Duration to, String reason) {}

    // ---- events

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

    /** The provisioner provides no more machines. */
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

    /** Finds out which machine it is, and its provisioner. */
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
        boolean late = activity != Activity.RELEASE; // events of a machine that is being released
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

    /** Counts a machine that is being released or gone. */
    private void leaves(@Nullable MachineModel machine) {
        working -= machine == null || machine.activity() == Activity.RELEASE ? 0 : 1;
    }

    /** Sets the reason for the activity of a machine. */
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

    /** Ends the run: no more events of its machines will come. */
    void finished(Duration at) {
        List.copyOf(present.keySet()).forEach(name -> gone(at, name));
    }

    /** Forgets the machines of the earlier process. */
    void resumed(Duration at) {
        left.addAll(inUse());
        List.copyOf(present.keySet()).forEach(name -> gone(at, name));
        requests.clear();
        coming.clear();
        lastProblem = "";
    }

    /** Updates the current wait: a time with queued tests, and no machine that runs a test or will soon. */
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
            return "no machine was available: " + waitFailure;
        }
        return "waiting for a machine" + (requests.isEmpty() ? "" : " (" + String.join(", ", requests.keySet()) + ")");
    }

    private Requests requests(String provisioner) {
        return requests.computeIfAbsent(provisioner, _ -> new Requests());
    }

    // ---- state

    /** Returns all machines of the run, in order of arrival; none in a model without a timeline. */
    public List<MachineModel> machines() {
        return Collections.unmodifiableList(all);
    }

    /** Returns the current machines, in order of arrival. */
    public Collection<MachineModel> present() {
        return Collections.unmodifiableCollection(present.values());
    }

    private List<String> inUse() {
        return present.values().stream()
                .filter(MachineModel::isInUse)
                .map(MachineModel::name)
                .toList();
    }

    /** Returns the names of the machines that are in use, or were when a process of the run ended. */
    List<String> left() {
        Set<String> all = new LinkedHashSet<>(left);
        all.addAll(inUse());
        return List.copyOf(all);
    }

    /** Returns the machines that are being provisioned and about which something is known, by their future names. */
    public Map<String, Coming> coming() {
        return Collections.unmodifiableMap(coming);
    }

    /** Returns the number of open requests, by provisioner; only provisioners with open requests. */
    public Map<String, Integer> awaited() {
        Map<String, Integer> awaited = new LinkedHashMap<>();
        requests.forEach((provisioner, asked) -> {
            if (asked.size() > 0) {
                awaited.put(provisioner, asked.size());
            }
        });
        return awaited;
    }

    /** Returns why the last request failed; empty if a machine has come since. */
    public String lastProblem() {
        return lastProblem;
    }

    /** Returns the times without a machine, in order, the last one until {@code now} if it continues. */
    public List<Wait> waits(Duration now) {
        List<Wait> until = new ArrayList<>(waits);
        Duration since = waitingSince;
        if (since != null) {
            until.add(new Wait(since, now, waitReason()));
        }
        return until;
    }
}
