package dev.atex.executor.fmf.plan.reader;

import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.fmf.Condition;
import dev.atex.fmf.Filter;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.Selection;
import dev.atex.fmf.Tree;
import java.util.AbstractMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Says which of several expressions has a mistake. */
public final class Expressions {
    private Expressions() {}

    @FunctionalInterface
    private interface Check {
        void run(String expression) throws FmfException;
    }

    /** Checks regular expressions for names. */
    public static void checkNames(String what, List<String> expressions) throws DiscoveryException {
        check(
                what,
                expressions,
                expression -> Tree.of(Map.of("test", ""))
                        .prune(Selection.builder().whole(true).names(expression).build()));
    }

    public static void checkConditions(List<String> expressions) throws DiscoveryException {
        check("condition", expressions, Condition::of);
    }

    /** Checks filters, including their regular expressions for any key. */
    public static void checkFilters(String what, List<String> expressions) throws DiscoveryException {
        check(
                what,
                expressions,
                expression -> Filter.parse(expression, true, true).matches(new EveryKey(), "/"));
    }

    /** Metadata with every key, so that every part of a filter is evaluated. */
    private static final class EveryKey extends AbstractMap<String, String> {
        @Override
        public boolean containsKey(Object key) {
            return true;
        }

        @Override
        public String get(Object key) {
            return "";
        }

        @Override
        public Set<Map.Entry<String, String>> entrySet() {
            return Set.of();
        }
    }

    private static void check(String what, List<String> expressions, Check check) throws DiscoveryException {
        for (String expression : expressions) {
            try {
                check.run(expression);
            } catch (FmfException e) {
                throw new DiscoveryException(what + " '" + expression + "': " + e.getMessage(), e);
            }
        }
    }
}
