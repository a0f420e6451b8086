package dev.atex.executor.fmf.metadata;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reports unknown keys of mappings inside of values: checks, requirements, adjust rules. */
public final class InnerKeys {
    private static final String ADJUST = "adjust";

    private InnerKeys() {}

    @FunctionalInterface
    private interface Inside {
        void of(Map<?, ?> mapping, int index);
    }

    private static void each(@Nullable Object value, Inside inside) {
        List<?> items = Metadata.items(value);
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Map<?, ?> mapping) {
                inside.of(mapping, i);
            }
        }
    }

    public static void ofTest(Map<String, @Nullable Object> data, Findings findings, Place place) {
        each(data.get("check"), (check, index) -> {
            if (!KnownKeys.ofCheck(check.get("how")).isEmpty()) { // any other is a mistake of its own
                KnownKeys.check(
                        check,
                        KnownKeys.ofCheck(check.get("how")),
                        "a test's check '" + check.get("how") + "'",
                        findings,
                        key -> place.of(check.get(key), "check", index, key));
            }
        });
        for (String key : List.of("require", "recommend")) {
            each(
                    data.get(key),
                    (wanted, index) -> KnownKeys.check(
                            wanted,
                            KnownKeys.REQUIREMENT,
                            "an item of a test's '" + key + "'",
                            findings,
                            each -> place.of(wanted.get(each), key, index, each)));
        }
        ofRules(data, findings, place);
    }

    /** Reports unknown keys of the adjust rules of a test or a plan, except those that the rules already added to it. */
    public static void ofRules(Map<String, @Nullable Object> data, Findings findings, Place place) {
        rules(data.get(ADJUST), "an adjust rule", data, findings, place, ADJUST);
    }

    /** Returns a key of a rule without its operator for merging. */
    public static String unmerged(String written) {
        return written.replaceFirst("[-+~<>]+$", "");
    }

    /**
     * Reports unknown keys of rules at any place.
     *
     * @param given what they were for, of which unknown keys were told
     */
    public static void rules(
            @Nullable Object rules,
            String what,
            Map<String, @Nullable Object> given,
            Findings findings,
            Place place,
            Object... at) {
        each(rules, (rule, index) -> {
            for (Map.Entry<?, ?> entry : rule.entrySet()) {
                if (!(entry.getKey() instanceof String written)) {
                    continue;
                }
                String key = unmerged(written);
                boolean toldOfGiven = given.containsKey(key)
                        && KnownKeys.meant(key, KnownKeys.TEST_OR_PLAN).isPresent();
                Optional<String> meant = KnownKeys.RULE.contains(key) || key.equals("name") || toldOfGiven
                        ? Optional.empty()
                        : KnownKeys.meant(key, KnownKeys.RULE);
                if (meant.isPresent()) {
                    Object[] path = new Object[at.length + 2];
                    System.arraycopy(at, 0, path, 0, at.length);
                    path[at.length] = index;
                    path[at.length + 1] = key;
                    findings.note(
                            "unknown-key",
                            what + " has an unknown key '" + key + "' (did you mean '" + meant.get() + "'?)",
                            place.of(entry.getValue(), path));
                }
            }
        });
    }
}
