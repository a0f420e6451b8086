package dev.atex.fmf;

import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PyText;
import dev.atex.fmf.python.PyTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Applies adjust rules to nodes, one after the other. */
final class Adjuster {
    private static final Set<String> CONTROL_KEYS = Set.of("because", "continue", "when");

    private final Tree tree;
    private final Context context;
    private final AdjustOptions options;
    private final List<Object> additional = new ArrayList<>();

    Adjuster(Tree tree, Context context, AdjustOptions options) throws FmfException {
        this.tree = tree;
        this.context = context.withCaseSensitive(options.caseSensitive());
        this.options = options;
        if (!options.additionalRules().isEmpty()) {
            // All nodes get the same mappings: a change of one in place is visible in every node.
            tree.becomeExact();
            Values.Importer importer = new Values.Importer();
            for (Map<String, ?> rule : options.additionalRules()) {
                additional.add(importer.importMap(rule));
            }
        }
    }

    void adjust(Node node) throws FmfException {
        Object rules = node.get(options.key());
        if (rules != null || node.rawData().containsKey(options.key())) {
            new Pass(node, ruleList(node, rules), true).run();
        }
        if (!additional.isEmpty() && options.additionalRulesFor().test(node)) {
            new Pass(node, additional, false).run();
        }
    }

    private List<?> ruleList(Node node, @Nullable Object rules) throws FmfException {
        if (rules instanceof List<?> list) {
            return list;
        }
        if (rules instanceof Map<?, ?>) {
            return List.of(rules);
        }
        LoadException e = new LoadException(
                LoadException.Kind.FORMAT,
                "Invalid adjust rule format in '" + node.name()
                        + "'. Should be a dictionary or a list of dictionaries, got '" + PyTypes.name(rules) + "'.");
        e.setLocation(Locator.find(node, options.key()));
        throw e;
    }

    /** A set of rules applied to one node. */
    private final class Pass implements Merge.Owner {
        private final Node node;
        private final boolean own;
        private List<?> rules;

        /** Copied the rules while one of them was being applied. */
        private Values.@Nullable Copier copier;

        Pass(Node node, List<?> rules, boolean own) {
            this.node = node;
            this.rules = rules;
            this.own = own;
        }

        void run() throws FmfException {
            int index = 0;
            try {
                // The list itself stays the same while rules change the node, but a copy may replace it.
                for (; index < rules.size(); index++) {
                    if (!apply(rules.get(index))) {
                        return;
                    }
                }
            } catch (FmfException e) {
                if (own) {
                    e.setLocation(Locator.findRule(node, options.key(), index));
                }
                throw e;
            }
        }

        /** Applies a rule; returns false if no further rule applies. */
        private boolean apply(@Nullable Object item) throws FmfException {
            if (!(item instanceof Map<?, ?> rule)) {
                throw new LoadException(LoadException.Kind.FORMAT, "Adjust rule should be a dictionary.");
            }
            Object proceed = rule.containsKey("continue") ? rule.get("continue") : (Object) true;
            if (!(proceed instanceof Boolean proceeds)) {
                throw new LoadException(
                        LoadException.Kind.FORMAT,
                        "The 'continue' value should be bool, got '" + PyRepr.str(proceed) + "'.");
            }
            Decision decision = context.matches(rule.containsKey("when") ? rule.get("when") : (Object) true);
            options.listener().decided(node, rule, decision);
            switch (decision) {
                case TRUE -> {
                    noteRuleValues(rule);
                    new Merge(node, this).into(node.rawData(), rule, CONTROL_KEYS);
                    copier = null;
                    return proceeds;
                }
                case FALSE -> {}
                case UNDECIDED -> {
                    if (options.undecided() == AdjustOptions.Undecided.RAISE) {
                        throw new ConditionException(
                                ConditionException.Kind.UNDECIDED,
                                "The context does not decide '" + PyRepr.str(rule.get("when")) + "'.");
                    }
                }
            }
            return true;
        }

        /** Records that the node's data will share mappings with the rule. */
        private void noteRuleValues(Map<?, ?> rule) {
            if (node.holdsRules() || node.isExclusive()) {
                return;
            }
            for (Map.Entry<?, ?> entry : rule.entrySet()) {
                if (entry.getKey() instanceof String key && leaks(key, entry.getValue())) {
                    node.setHoldsRules();
                    return;
                }
            }
        }

        private boolean leaks(String key, @Nullable Object value) {
            if (value instanceof List<?> list) {
                return holdsContainer(list);
            }
            if (!(value instanceof Map<?, ?> map)) {
                return false;
            }
            boolean merged = key.endsWith("+") && node.get(PyText.stripEnd(key, "+")) != null;
            return !merged || holdsContainer(map.values());
        }

        private static boolean holdsContainer(Iterable<?> values) {
            for (Object value : values) {
                if (value instanceof Map || value instanceof List) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public @Nullable Object own(String key, @Nullable Object value) {
            if (tree.isExact() || node.isExclusive()) {
                return value;
            }
            if (!node.holdsRules() && !key.equals(options.key())) {
                return node.ownCopy(key, value);
            }
            Values.Copier all = new Values.Copier();
            node.makeExclusive(all);
            if (all.copy(rules) instanceof List<?> copies) {
                rules = copies;
            }
            copier = all;
            return node.get(key);
        }

        @Override
        public @Nullable Object current(@Nullable Object value) {
            return copier == null ? value : copier.copy(value);
        }
    }
}
