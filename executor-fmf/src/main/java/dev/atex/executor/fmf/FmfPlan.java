package dev.atex.executor.fmf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What of a plan counts when tests are run: its environment, and what prepares a machine and finishes with it.
 *
 * @param name {@code "/plans/smoke"}; empty when tests were discovered without a plan
 * @param data its metadata
 */
public record FmfPlan(String name, Map<String, @Nullable Object> data) {

    /** A step of {@code prepare} or {@code finish}. */
    public sealed interface Step {
        /** Packages to install. */
        record Install(List<String> packages) implements Step {}

        /** A script for bash. */
        record Script(String text) implements Step {}
    }

    /**
     * Checks the keys that matter.
     *
     * @throws IllegalArgumentException a value is not what its key needs; the message names plan and key
     */
    public FmfPlan {
        data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
        try {
            Metadata.environment(data.get("environment"));
            steps(data, "prepare");
            steps(data, "finish");
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("plan '" + name + "': " + e.getMessage(), e);
        }
    }

    /** No plan. */
    public static FmfPlan none() {
        return new FmfPlan("", Map.of());
    }

    /** Its variables. */
    public Map<String, String> environment() {
        return Metadata.environment(data.get("environment"));
    }

    /** What is done on a machine before its first test, in this order. */
    public List<Step> prepare() {
        return steps(data, "prepare");
    }

    /** What is done on a machine after its last test, in this order. */
    public List<Step> finish() {
        return steps(data, "finish");
    }

    private static List<Step> steps(Map<String, @Nullable Object> data, String key) {
        List<Step> steps = new ArrayList<>();
        for (Object item : Metadata.items(data.get(key))) {
            if (!(item instanceof Map<?, ?> step)) {
                throw Metadata.wrong(key, "a mapping or a list of mappings", item);
            }
            Object how = step.get("how");
            if ("shell".equals(how)) {
                Metadata.strings(key + ": script", step.get("script"))
                        .forEach(script -> steps.add(new Step.Script(script)));
            } else if ("install".equals(how)) {
                steps.add(new Step.Install(Metadata.strings(key + ": package", step.get("package"))));
            }
        }
        return steps;
    }
}
