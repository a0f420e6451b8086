package dev.atex.executor.fmf.discovery;

import dev.atex.executor.fmf.metadata.InnerKeys;
import dev.atex.executor.fmf.metadata.KnownKeys;
import dev.atex.executor.fmf.plan.reader.PlanScope;
import dev.atex.executor.fmf.plan.reader.Section;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The values of a test that come from rules of its plan, and not from the test's own file. */
final class RulePlaces {
    private final Optional<PlanScope> scope;
    private final Section section;
    private final TestSelection.Found found;

    RulePlaces(Optional<PlanScope> scope, Section section, TestSelection.Found found) {
        this.scope = scope;
        this.section = section;
        this.found = found;
    }

    /** A rule of the plan: its index in its key, and the key of the test as the rule writes it. */
    private record Rule(String key, int index, String written) {}

    /** Returns the metadata without unknown keys that a rule added: these are reported for the plan. */
    Map<String, @Nullable Object> withoutUnknown() {
        Map<String, @Nullable Object> data = new LinkedHashMap<>(found.data());
        data.keySet()
                .removeIf(key ->
                        !KnownKeys.TEST_OR_PLAN.contains(key) && rule(key).isPresent());
        return data;
    }

    /** Returns the place of the rule that sets the value at a path; empty if none does. */
    Optional<String> place(Object... path) {
        if (path.length == 0 || !(path[0] instanceof String key)) {
            return Optional.empty();
        }
        return rule(key)
                .flatMap(rule -> scope.flatMap(plan ->
                        plan.place(null, "discover", section.index(), rule.key(), rule.index(), rule.written())));
    }

    /** Returns the text for messages. */
    String described(String key) {
        return scope.map(plan -> "plan '" + plan.plan() + "': ").orElse("")
                + rule(key).map(rule -> "discover: " + rule.key()).orElse("");
    }

    private Optional<Rule> rule(String key) {
        boolean given = scope.isPresent()
                && found.path().isEmpty()
                && !Objects.equals(found.data().get(key), found.node().data().get(key));
        if (!given) {
            return Optional.empty();
        }
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < section.rules().size(); i++) {
            add("adjust-tests", i, section.rules().get(i), key, rules);
        }
        for (int i = 0; i < section.tests().size(); i++) {
            add("test", i, section.tests().get(i).rule(), key, rules);
        }
        return rules.isEmpty() ? Optional.empty() : Optional.of(rules.getLast());
    }

    /** Prefers the rule that set the value to one that may have changed it. */
    private void add(String name, int index, Map<String, @Nullable Object> rule, String key, List<Rule> rules) {
        for (Map.Entry<String, @Nullable Object> entry : rule.entrySet()) {
            if (InnerKeys.unmerged(entry.getKey()).equals(key)) {
                Rule made = new Rule(name, index, key);
                boolean exact = Objects.equals(entry.getValue(), found.data().get(key));
                rules.add(exact ? rules.size() : 0, made);
            }
        }
    }
}
