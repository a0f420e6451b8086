package dev.atex.cli.selection;

import dev.atex.cli.command.UsageException;
import dev.atex.fmf.Condition;
import dev.atex.fmf.Filter;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.Node;
import dev.atex.fmf.RootException;
import dev.atex.fmf.Selection;
import dev.atex.fmf.Tree;
import java.util.List;
import java.util.Map;

/** Turns errors in metadata and selections into messages, with the place and the words of the reference. */
public final class FmfErrors {
    private FmfErrors() {}

    public static UsageException of(FmfException problem) {
        String message = problem.text();
        String where = problem.location()
                .map(Object::toString)
                .map(location -> location + ": ")
                .orElse("");
        String hint = problem instanceof RootException ? "\nTo create a tree: atex fmf init" : "";
        return new UsageException(where + message + hint, problem);
    }

    /** Returns an error that concerns this object. */
    public static UsageException of(FmfException problem, Node node) {
        return new UsageException(node.name() + ": " + problem.text(), problem);
    }

    @FunctionalInterface
    private interface Check {
        void run(String expression) throws FmfException;
    }

    /** Checks regular expressions for names before a tree is loaded. */
    public static void checkNames(List<String> expressions) throws UsageException {
        checkNames("--name", expressions);
    }

    /** Checks the regular expressions of an option. */
    public static void checkNames(String option, List<String> expressions) throws UsageException {
        check(option, expressions, FmfErrors::search);
    }

    private static void search(String expression) throws FmfException {
        Tree.of(Map.of("key", ""))
                .prune(Selection.builder().whole(true).names(expression).build());
    }

    public static void checkFilters(List<String> filters) throws UsageException {
        check("--filter", filters, filter -> Filter.parse(filter, true, true).check());
    }

    public static void checkConditions(List<String> expressions) throws UsageException {
        check("--condition", expressions, Condition::of);
    }

    private static void check(String option, List<String> expressions, Check check) throws UsageException {
        for (String expression : expressions) {
            try {
                check.run(expression);
            } catch (FmfException e) {
                throw new UsageException(option + " '" + expression + "': " + e.text(), e);
            }
        }
    }
}
