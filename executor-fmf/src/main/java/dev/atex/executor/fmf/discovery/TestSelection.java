package dev.atex.executor.fmf.discovery;

import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.findings.Shortage;
import dev.atex.executor.fmf.metadata.Metadata;
import dev.atex.executor.fmf.plan.reader.LinkNeedle;
import dev.atex.executor.fmf.plan.reader.Section;
import dev.atex.executor.fmf.plan.reader.Wanted;
import dev.atex.executor.fmf.test.TestKeys;
import dev.atex.fmf.Condition;
import dev.atex.fmf.Context;
import dev.atex.fmf.Filter;
import dev.atex.fmf.FilterException;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.InvalidValueException;
import dev.atex.fmf.NamePattern;
import dev.atex.fmf.Node;
import dev.atex.fmf.Selection;
import dev.atex.fmf.Tree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which tests of a section are meant, and in which order. Used by one thread. */
final class TestSelection {
    private static final int USUAL_ORDER = 50;

    /** The selection of the user, beside that of the plan. */
    record Arguments(
            List<String> names,
            List<String> alsoNames,
            List<String> filters,
            List<String> conditions,
            List<String> excludes) {}

    /**
     * A test of a tree.
     *
     * @param node where it is from; for one that the plan itself has, the plan
     * @param path where it is in the node's metadata; empty for the node itself
     */
    record Found(String name, Node node, List<Object> path, Map<String, @Nullable Object> data) {
        int order() {
            try {
                return Metadata.integer("order", data.get("order"), USUAL_ORDER);
            } catch (IllegalArgumentException e) {
                return USUAL_ORDER; // which is told as the mistake of the test
            }
        }
    }

    /**
     * A test that was found.
     *
     * @param tests in their order; one may be there several times
     * @param ownOrder whether the plan wants an order of its own, or a test several times
     * @param unknown names of required tests that are not there
     * @param idle patterns of the section that find no test of the tree
     * @param shortage why there are no tests; empty if there are some
     * @param notRun if there are no tests, those that were asked for by name but are not to be run
     */
    record Selected(
            List<Found> tests,
            boolean ownOrder,
            List<String> unknown,
            List<IdlePattern> idle,
            Optional<Shortage.Reason> shortage,
            List<Found> notRun) {}

    /**
     * A pattern that finds nothing.
     *
     * @param key of the section: {@code test}, {@code include} or {@code exclude}
     * @param index which of the key's patterns
     */
    record IdlePattern(String key, int index, String pattern) {}

    /** A rule of the plan for a test cannot be applied to it. */
    static final class RuleException extends DiscoveryException {
        private static final long serialVersionUID = 1L;
        private final String key;

        RuleException(String key, String test, FmfException cause) {
            super(key + ": test '" + test + "': " + DiscoveryException.of(cause).getMessage(), cause);
            this.key = key;
        }

        /** Returns the key of the section that contains the rule. */
        String key() {
            return key;
        }
    }

    private final Context context;
    private final List<NamePattern> names;
    private final List<NamePattern> alsoNames;
    private final List<NamePattern> excludes;
    private final List<Filter> filters;
    private final List<Condition> conditions;

    TestSelection(Arguments arguments, Context context) throws FmfException {
        this.context = context;
        names = patterns(arguments.names());
        alsoNames = patterns(arguments.alsoNames());
        excludes = patterns(arguments.excludes());
        filters = filters(arguments.filters());
        conditions = new ArrayList<>();
        for (String condition : arguments.conditions()) {
            conditions.add(Condition.of(condition));
        }
    }

    private static List<NamePattern> patterns(List<String> expressions) throws InvalidValueException {
        List<NamePattern> patterns = new ArrayList<>();
        for (String expression : expressions) {
            patterns.add(NamePattern.of(expression));
        }
        return patterns;
    }

    private static List<Filter> filters(List<String> texts) {
        return texts.stream().map(text -> Filter.parse(text, true, true)).toList();
    }

    /**
     * Selects the tests of a section in a tree.
     *
     * @param changed directories where something has changed, as beginnings of names; only these count if it is not null
     */
    Selected of(Section section, Node top, @Nullable Set<String> changed) throws FmfException, DiscoveryException {
        List<Node> nodes = top.prune(Selection.builder().keys("test").build());
        Set<String> existing = new LinkedHashSet<>();
        nodes.forEach(node -> existing.add(node.name()));
        Criteria criteria = new Criteria(section);
        List<Found> all = new ArrayList<>();
        for (Node node : nodes) { // a rule is only applied to tests that are meant
            if (criteria.nameFits(node.name())) {
                Map<String, @Nullable Object> data =
                        adjusted(node.data(), section.rules(), "adjust-tests", node.name());
                all.add(new Found(node.name(), node, List.of(), data));
            }
        }
        all.sort(Comparator.comparingInt(Found::order));
        List<Found> usual = new ArrayList<>();
        for (Found found : all) {
            if (hasRules(section) || criteria.fits(found)) {
                usual.add(found);
            }
        }
        List<Found> chosen = chosen(section, usual, criteria, changed);
        List<String> unknown = section.required().stream()
                .filter(name -> !existing.contains(name))
                .toList();
        return new Selected(
                chosen,
                !isIn(chosen, usual),
                unknown,
                idle(section, existing),
                chosen.isEmpty() ? Optional.of(shortage(section, nodes, changed)) : Optional.empty(),
                chosen.isEmpty() ? notRun(all) : List.of());
    }

    private List<Found> notRun(List<Found> named) {
        return names.isEmpty()
                ? List.of()
                : named.stream()
                        .filter(found -> !TestKeys.isRunnable(found.data()))
                        .toList();
    }

    private static List<IdlePattern> idle(Section section, Set<String> names) throws InvalidValueException {
        List<IdlePattern> idle = new ArrayList<>();
        addIdle("test", section.tests().stream().map(Wanted::pattern).toList(), names, idle);
        addIdle("include", section.includes(), names, idle);
        addIdle("exclude", section.excludes(), names, idle);
        return idle;
    }

    private static void addIdle(String key, List<String> patterns, Set<String> names, List<IdlePattern> idle)
            throws InvalidValueException {
        for (int i = 0; i < patterns.size(); i++) {
            NamePattern pattern = NamePattern.of(patterns.get(i));
            boolean found = false;
            for (String name : names) {
                if (pattern.isIn(name)) {
                    found = true;
                    break;
                }
            }
            if (!found) {
                idle.add(new IdlePattern(key, i, patterns.get(i)));
            }
        }
    }

    /** Returns why there is no test: the first condition that none meets. */
    private Shortage.Reason shortage(Section section, List<Node> nodes, @Nullable Set<String> changed)
            throws FmfException, DiscoveryException {
        List<Found> named = new ArrayList<>();
        Criteria criteria = new Criteria(section);
        for (Node node : nodes) {
            if (criteria.planWantsName(node.name())) {
                List<Map<String, @Nullable Object>> rules = new ArrayList<>(section.rules());
                boolean listed = section.tests().isEmpty();
                for (Wanted wanted : section.tests()) {
                    if (NamePattern.of(wanted.pattern()).isIn(node.name())) {
                        listed = true;
                        if (!wanted.rule().isEmpty()) {
                            rules.add(wanted.rule());
                        }
                        break;
                    }
                }
                if (listed || changed != null) {
                    named.add(new Found(
                            node.name(), node, List.of(), adjusted(node.data(), rules, "adjust-tests", node.name())));
                }
            }
        }
        return shortage(nodes.size(), named, criteria, section, changed);
    }

    private Shortage.Reason shortage(
            int all, List<Found> named, Criteria criteria, Section section, @Nullable Set<String> changed)
            throws FmfException {
        if (all == 0) {
            return new Shortage.Reason(Shortage.Cause.NO_TESTS, 0);
        }
        if (named.isEmpty()) {
            return new Shortage.Reason(Shortage.Cause.NOT_NAMED, all);
        }
        List<Found> runnable = named.stream()
                .filter(found -> TestKeys.isRunnable(found.data()))
                .toList();
        if (runnable.isEmpty()) {
            return new Shortage.Reason(Shortage.Cause.NOT_RUNNABLE, named.size());
        }
        List<Found> fitting = new ArrayList<>();
        for (Found found : runnable) {
            if (criteria.fitsPlan(found)) {
                fitting.add(found);
            }
        }
        if (fitting.isEmpty()) {
            return new Shortage.Reason(Shortage.Cause.NOT_FITTING, runnable.size());
        }
        boolean onlyModified = changed != null
                && (changed.isEmpty()
                        || (section.tests().isEmpty()
                                && fitting.stream().noneMatch(found -> isChanged(found, changed))));
        return onlyModified
                ? new Shortage.Reason(Shortage.Cause.NOT_MODIFIED, fitting.size())
                : new Shortage.Reason(Shortage.Cause.NOT_ASKED, fitting.size());
    }

    private static boolean isChanged(Found found, Set<String> changed) {
        return changed.stream().anyMatch(found.name()::startsWith);
    }

    private static boolean hasRules(Section section) {
        return section.tests().stream().anyMatch(wanted -> !wanted.rule().isEmpty());
    }

    /** Returns whether the tests are those of a list, or some of them, in its order. */
    private static boolean isIn(List<Found> chosen, List<Found> usual) {
        int at = 0;
        for (Found found : chosen) {
            while (at < usual.size() && !usual.get(at).name().equals(found.name())) {
                at++;
            }
            if (at++ >= usual.size()) {
                return false;
            }
        }
        return true;
    }

    /** The maximum number of tests of a section, including repeated ones. */
    private static final int MOST = 1_000_000;

    private List<Found> chosen(Section section, List<Found> usual, Criteria criteria, @Nullable Set<String> changed)
            throws FmfException, DiscoveryException {
        if (changed != null && changed.isEmpty()) {
            return List.of();
        }
        if (section.tests().isEmpty() && changed == null) {
            List<Found> all = new ArrayList<>();
            for (Found found : usual) {
                if (alsoNames.isEmpty() || isFound(alsoNames, found.name())) {
                    all.add(found);
                }
            }
            return all;
        }
        List<Found> chosen = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (Wanted wanted : section.tests()) {
            NamePattern pattern = NamePattern.of(wanted.pattern());
            for (Found found : usual) {
                if (!pattern.isIn(found.name())) {
                    continue;
                }
                Found made = wanted.rule().isEmpty()
                        ? found
                        : new Found(
                                found.name(),
                                found.node(),
                                found.path(),
                                adjusted(found.data(), List.of(wanted.rule()), "test", found.name()));
                if (!hasRules(section) || criteria.fits(made)) {
                    taken.add(found.name());
                    if (chosen.size() >= MOST) {
                        throw new InvalidValueException("ValueError", "the list of tests finds more than " + MOST);
                    }
                    chosen.add(made);
                }
            }
        }
        for (Found found : usual) {
            boolean more = (changed != null && isChanged(found, changed)) || isFound(alsoNames, found.name());
            if (more && taken.add(found.name()) && criteria.fits(found)) {
                chosen.add(found);
            }
        }
        return chosen;
    }

    /** Selects from the tests that a plan itself contains. */
    Selected own(Section section, List<Section.OwnTest> tests, Node plan) throws FmfException, DiscoveryException {
        List<Found> usual = new ArrayList<>();
        List<Found> all = new ArrayList<>();
        Criteria criteria = new Criteria(section);
        for (Section.OwnTest test : tests) {
            Found found = new Found(
                    test.name(),
                    plan,
                    test.path(),
                    adjusted(test.data(), Metadata.items(test.data().get("adjust")), "tests", test.name()));
            all.add(found);
            boolean named = alsoNames.isEmpty() || isFound(alsoNames, test.name());
            if (named && criteria.nameFits(test.name()) && criteria.fits(found)) {
                usual.add(found);
            }
        }
        List<Found> ordered = new ArrayList<>(usual);
        ordered.sort(Comparator.comparingInt(Found::order));
        List<Found> byName = new ArrayList<>(usual);
        byName.sort(Comparator.comparing(Found::name));
        return new Selected(
                ordered,
                !isIn(ordered, byName),
                List.of(),
                List.of(),
                ordered.isEmpty() ? Optional.of(shortage(all.size(), all, criteria, section, null)) : Optional.empty(),
                List.of());
    }

    /** Metadata to which rules are applied, in place of their own. */
    private Map<String, @Nullable Object> adjusted(
            Map<String, @Nullable Object> data, List<?> rules, String key, String test) throws RuleException {
        if (rules.isEmpty()) {
            return data;
        }
        Map<String, @Nullable Object> raw = new LinkedHashMap<>(data);
        raw.put("adjust", rules);
        try {
            Tree tree = Tree.of(raw);
            tree.adjust(context);
            Map<String, @Nullable Object> made = new LinkedHashMap<>(tree.top().data());
            made.remove("adjust");
            if (data.containsKey("adjust")) {
                made.put("adjust", data.get("adjust"));
            }
            return made;
        } catch (FmfException e) {
            throw new RuleException(key, test, e);
        }
    }

    private static boolean isFound(List<NamePattern> patterns, String name) throws InvalidValueException {
        for (NamePattern pattern : patterns) {
            if (pattern.isIn(name)) {
                return true;
            }
        }
        return false;
    }

    /** The conditions for tests of the section, except the list of names. */
    private final class Criteria {
        private final Section section;
        private final List<NamePattern> includes;
        private final List<NamePattern> unwanted;
        private final List<Filter> itsFilters;

        Criteria(Section section) throws InvalidValueException {
            this.section = section;
            includes = patterns(section.includes());
            unwanted = patterns(section.excludes());
            itsFilters = filters(section.filters());
        }

        boolean nameFits(String name) throws InvalidValueException {
            return planWantsName(name) && (names.isEmpty() || isFound(names, name)) && !isFound(excludes, name);
        }

        /** Returns whether the plan's {@code include} and {@code exclude} accept a name. */
        boolean planWantsName(String name) throws InvalidValueException {
            return (includes.isEmpty() || isFound(includes, name)) && !isFound(unwanted, name);
        }

        /** Returns whether a test matches the plan's filters and links. */
        boolean fitsPlan(Found found) throws FmfException {
            if (!hasLink(found)) {
                return false;
            }
            try {
                boolean all = true;
                for (Filter filter : itsFilters) {
                    all &= filter.matches(found.data(), found.name());
                }
                return all;
            } catch (FilterException e) {
                return false;
            }
        }

        boolean fits(Found found) throws FmfException {
            if (!TestKeys.isRunnable(found.data()) || !hasLink(found)) {
                return false;
            }
            try {
                // all are evaluated, whatever the first one returns: one that has an error for a test excludes it
                boolean all = true;
                for (Filter filter : itsFilters) {
                    all &= filter.matches(found.data(), found.name());
                }
                for (Filter filter : filters) {
                    all &= filter.matches(found.data(), found.name());
                }
                if (!all) {
                    return false;
                }
                for (Condition condition : conditions) {
                    all &= condition.holds(found.data());
                }
                return all;
            } catch (FilterException e) {
                return false;
            }
        }

        private boolean hasLink(Found found) throws InvalidValueException {
            if (section.links().isEmpty()) {
                return true;
            }
            for (LinkNeedle needle : section.links()) {
                if (needle.isIn(found.data().get("link"))) {
                    return true;
                }
            }
            return false;
        }
    }
}
