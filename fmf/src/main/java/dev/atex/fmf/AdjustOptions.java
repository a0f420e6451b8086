package dev.atex.fmf;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * How {@link Tree#adjust(Context, AdjustOptions)} works.
 *
 * @param key the key that holds the rules, {@code adjust} by default
 * @param undecided what to do with a rule that the context does not decide
 * @param caseSensitive whether values of dimensions are compared with regard to case
 * @param listener is told each decision
 * @param additionalRules rules for every node, applied after its own
 * @param additionalRulesFor which nodes they are for
 */
public record AdjustOptions(
        String key,
        Undecided undecided,
        boolean caseSensitive,
        Listener listener,
        List<? extends Map<String, ?>> additionalRules,
        Predicate<Node> additionalRulesFor) {
    /** Key {@code adjust}, undecided rules skipped, case matters, nothing else. */
    public static final AdjustOptions DEFAULT =
            new AdjustOptions("adjust", Undecided.SKIP, true, Listener.NONE, List.of(), new EveryNode());

    /** What becomes of a rule that the context does not decide. */
    public enum Undecided {
        /** It does not apply. */
        SKIP,
        /** {@link ConditionException}. */
        RAISE
    }

    /** Is told how each rule was decided, before it is applied. */
    @FunctionalInterface
    public interface Listener {
        /** Does nothing. */
        Listener NONE = (node, rule, decision) -> {};

        /** The rule of the node was decided; {@code rule} is not to be changed. */
        void decided(Node node, Map<?, ?> rule, Decision decision);
    }

    private record EveryNode() implements Predicate<Node> {
        @Override
        public boolean test(Node node) {
            return true;
        }
    }

    /** The same options with another key. */
    public AdjustOptions withKey(String newKey) {
        return new AdjustOptions(newKey, undecided, caseSensitive, listener, additionalRules, additionalRulesFor);
    }

    /** The same options with another treatment of undecided rules. */
    public AdjustOptions withUndecided(Undecided treatment) {
        return new AdjustOptions(key, treatment, caseSensitive, listener, additionalRules, additionalRulesFor);
    }

    /** The same options with or without regard to case. */
    public AdjustOptions withCaseSensitive(boolean sensitive) {
        return new AdjustOptions(key, undecided, sensitive, listener, additionalRules, additionalRulesFor);
    }

    /** The same options with another listener. */
    public AdjustOptions withListener(Listener newListener) {
        return new AdjustOptions(key, undecided, caseSensitive, newListener, additionalRules, additionalRulesFor);
    }

    /** The same options with rules for all nodes that {@code nodes} accepts. */
    public AdjustOptions withAdditionalRules(List<? extends Map<String, ?>> rules, Predicate<Node> nodes) {
        return new AdjustOptions(key, undecided, caseSensitive, listener, rules, nodes);
    }
}
