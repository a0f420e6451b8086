package dev.atex.executor.fmf.plan;

import dev.atex.executor.fmf.metadata.Metadata;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a plan that apply when tests are run: its environment, the phases that prepare and finish a machine, and
 * the machine that it requires.
 *
 * @param name {@code "/plans/smoke"}; empty when tests were discovered without a plan
 * @param data its metadata
 * @param environment its variables
 * @param prepare what is done on a machine before its first test, in this order
 * @param finish what is done on a machine after its last test, in this order
 * @param machine the machine that it asks for
 * @param guests what tests and scripts are told of their machine; several if the plan wants several, which the one machine is then
 */
public record FmfPlan(
        String name,
        Map<String, @Nullable Object> data,
        Map<String, String> environment,
        List<Phase> prepare,
        List<Phase> finish,
        PlanMachine machine,
        List<PlanMachine.Guest> guests) {

    /** Copies its arguments. */
    public FmfPlan {
        data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        prepare = List.copyOf(prepare);
        finish = List.copyOf(finish);
        guests = List.copyOf(guests);
        if (guests.isEmpty()) {
            throw new IllegalArgumentException("there is always a machine");
        }
    }

    /** Creates a plan for one machine. */
    public FmfPlan(
            String name,
            Map<String, @Nullable Object> data,
            Map<String, String> environment,
            List<Phase> prepare,
            List<Phase> finish,
            PlanMachine machine,
            PlanMachine.Guest guest) {
        this(name, data, environment, prepare, finish, machine, List.of(guest));
    }

    /** Returns the guest that a single machine is: the first. */
    public PlanMachine.Guest guest() {
        return guests.getFirst();
    }

    /** Returns the variables of all guests, with the lowest precedence; those of the first guest win. */
    public Map<String, String> guestEnvironment() {
        Map<String, String> all = new LinkedHashMap<>();
        guests.reversed().forEach(guest -> all.putAll(guest.environment()));
        return all;
    }

    /** Returns all phases, before and after the tests. */
    public List<Phase> phases() {
        List<Phase> all = new ArrayList<>(prepare);
        all.addAll(finish);
        return all;
    }

    /** Returns a plan for tests that were discovered without one. */
    public static FmfPlan none() {
        return new FmfPlan(
                "", Map.of(), Map.of(), List.of(), List.of(), new PlanMachine.Unspecified(), PlanMachine.Guest.USUAL);
    }

    /** Returns whether no test is started after the first that failed ({@code exit-first}). */
    public boolean exitFirst() {
        return ofExecute("exit-first");
    }

    /** Returns whether tests have no time limit of their own ({@code ignore-duration}). */
    public boolean ignoreDuration() {
        return ofExecute("ignore-duration");
    }

    /** Returns whether tests get the variables of Restraint ({@code restraint-compatible}). */
    public boolean restraintCompatible() {
        return ofExecute("restraint-compatible");
    }

    private boolean ofExecute(String key) {
        List<?> phases = Metadata.items(data.get("execute"));
        return !phases.isEmpty() && phases.getFirst() instanceof Map<?, ?> phase && Boolean.TRUE.equals(phase.get(key));
    }
}
