package dev.atex.fmf;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Options for {@link Tree#adjust(Context, AdjustOptions)}.
 *
 * @param key the key that holds the rules, {@code adjust} by default
 * @param undecided what to do with a rule that the context does not decide
 * @param caseSensitive whether comparing values of dimensions is case-sensitive
 * @param listener receives each decision
 * @param additionalRules rules for every node, applied after its own
 * @param additionalRulesFor selects the nodes that get the additional rules
 */
public record AdjustOptions(
        String key,
        Undecided undecided,
        boolean caseSensitive,
        Listener listener,
        List<? extends Map<String, ?>> additionalRules,
        Predicate<Node> additionalRulesFor) {
    /** The defaults: key {@code adjust}, undecided rules are skipped, case-sensitive, no additional rules. */
    public static final AdjustOptions DEFAULT =
            new AdjustOptions("adjust", Undecided.SKIP, true, Listener.NONE, List.of(), new EveryNode());

    /** What to do with a rule that the context does not decide. */
    public enum Undecided {
        /** Skips the rule. */
        SKIP,
        /** Throws a {@link ConditionException}. */
        RAISE
    }

    /** Receives the decision about each rule before the rule is applied. */
    @FunctionalInterface
    public interface Listener {
        /** Does nothing. */
        Listener NONE = (node, rule, decision) -> {};

        /** Called for each rule of a node; do not modify {@code rule}. */
        void decided(Node node, Map<?, ?> rule, Decision decision);
    }

    private record EveryNode() implements Predicate<Node> {
        @Override
        public boolean test(Node node) {
            return true;
        }
    }

    /** Returns a copy with another key. */
    public AdjustOptions withKey(String newKey) {
        return new AdjustOptions(newKey, undecided, caseSensitive, listener, additionalRules, additionalRulesFor);
    }

    /** Returns a copy with another treatment of undecided rules. */
    public AdjustOptions withUndecided(Undecided treatment) {
        return new AdjustOptions(key, treatment, caseSensitive, listener, additionalRules, additionalRulesFor);
    }

    /** Returns a copy that compares case-sensitively or not. */
    public AdjustOptions withCaseSensitive(boolean sensitive) {
        return new AdjustOptions(key, undecided, sensitive, listener, additionalRules, additionalRulesFor);
    }

    /** Returns a copy with another listener. */
    public AdjustOptions withListener(Listener newListener) {
        return new AdjustOptions(key, undecided, caseSensitive, newListener, additionalRules, additionalRulesFor);
    }

    /** Returns a copy with additional rules for all nodes that {@code nodes} accepts. */
    public AdjustOptions withAdditionalRules(List<? extends Map<String, ?>> rules, Predicate<Node> nodes) {
        return new AdjustOptions(key, undecided, caseSensitive, listener, rules, nodes);
    }
}
