package dev.atex.executor.fmf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What of a plan counts when tests are run: its environment, what prepares a machine and finishes with it, and the machine
 * that it asks for.
 *
 * @param name {@code "/plans/smoke"}; empty when tests were discovered without a plan
 * @param data its metadata
 * @param environment its variables
 * @param prepare what is done on a machine before its first test, in this order
 * @param finish what is done on a machine after its last test, in this order
 * @param machine the machine that it asks for
 * @param guest what tests and scripts are told of their machine
 */
public record FmfPlan(
        String name,
        Map<String, @Nullable Object> data,
        Map<String, String> environment,
        List<Phase> prepare,
        List<Phase> finish,
        PlanMachine machine,
        PlanMachine.Guest guest) {

    /** Copies its arguments. */
    public FmfPlan {
        data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        prepare = List.copyOf(prepare);
        finish = List.copyOf(finish);
    }

    /** What is done on a machine, before and after its tests. */
    List<Phase> phases() {
        List<Phase> all = new ArrayList<>(prepare);
        all.addAll(finish);
        return all;
    }

    /** No plan. */
    public static FmfPlan none() {
        return of("", Map.of());
    }

    /**
     * The plan with these metadata.
     *
     * @throws IllegalArgumentException a value is not what its key needs; the message names plan and key
     */
    static FmfPlan of(String name, Map<String, @Nullable Object> data) {
        try {
            return new FmfPlan(
                    name,
                    data,
                    Metadata.environment(data.get("environment")),
                    phases(data, "prepare"),
                    phases(data, "finish"),
                    new PlanMachine.Unspecified(),
                    PlanMachine.Guest.USUAL);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("plan '" + name + "': " + e.getMessage(), e);
        }
    }

    private static List<Phase> phases(Map<String, @Nullable Object> data, String key) {
        List<Phase> phases = new ArrayList<>();
        for (Object item : Metadata.items(data.get(key))) {
            if (!(item instanceof Map<?, ?> phase)) {
                throw Metadata.wrong(key, "a mapping or a list of mappings", item);
            }
            String name = "default-" + phases.size();
            Object how = phase.get("how");
            if ("shell".equals(how)) {
                phases.add(new Phase.Scripts(
                        name, 50, Metadata.strings(key + ": script", phase.get("script")), Optional.empty()));
            } else if ("install".equals(how)) {
                List<String> packages = Metadata.strings(key + ": package", phase.get("package"));
                phases.add(new Phase.Install(name, 50, packages, List.of(), List.of(), List.of(), false, true));
            }
        }
        return phases;
    }
}
