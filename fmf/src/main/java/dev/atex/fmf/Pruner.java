package dev.atex.fmf;

import dev.atex.fmf.python.PythonException;
import dev.atex.fmf.python.regex.PyRegex;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Selects the nodes that meet a {@link Selection}. Filters and conditions are parsed once, when a node first needs
 * them.
 */
final class Pruner {
    private final Selection selection;
    private final List<Filter> filters = new ArrayList<>();
    private final Map<String, Condition> conditions = new HashMap<>();
    private final Set<Path> sources = new HashSet<>();

    Pruner(Selection selection) {
        this.selection = selection;
        for (String filter : selection.filters()) {
            filters.add(Filter.parse(filter, true, true));
        }
        for (Path source : selection.sources()) {
            sources.add(source.toAbsolutePath().normalize());
        }
    }

    List<Node> prune(Node top) throws FmfException {
        List<Node> found = new ArrayList<>();
        for (Node node : top.climb(selection.whole(), selection.sorted())) {
            if (meetsAll(node)) {
                found.add(node);
            }
        }
        return found;
    }

    private boolean meetsAll(Node node) throws FmfException {
        Map<String, @Nullable Object> data = node.data();
        for (String key : selection.keys()) {
            if (!data.containsKey(key)) {
                return false;
            }
        }
        if (!selection.names().isEmpty() && !nameMatches(node)) {
            return false;
        }
        if (!sources.isEmpty() && node.sources().stream().noneMatch(sources::contains)) {
            return false;
        }
        try {
            // Evaluate all filters regardless of the first result: one that does not fit the node excludes it.
            boolean all = true;
            for (Filter filter : filters) {
                all &= filter.matches(data, node.name());
            }
            if (!all) {
                return false;
            }
            for (String expression : selection.conditions()) {
                Condition condition = condition(expression);
                all &= holds(condition, node, data);
            }
            return all;
        } catch (FilterException e) {
            return false;
        }
    }

    private static boolean holds(Condition condition, Node node, Map<String, @Nullable Object> data)
            throws FmfException {
        try {
            return condition.holds(data);
        } catch (InvalidValueException e) {
            e.setLocation(Locator.find(node, null));
            throw e;
        }
    }

    private Condition condition(String expression) throws FmfException {
        Condition known = conditions.get(expression);
        if (known == null) {
            known = Condition.of(expression);
            conditions.put(expression, known);
        }
        return known;
    }

    private boolean nameMatches(Node node) throws InvalidValueException {
        try {
            for (String expression : selection.names()) {
                if (PyRegex.compile(expression).search(node.name())) {
                    return true;
                }
            }
            return false;
        } catch (PythonException e) {
            throw InvalidValueException.of(e);
        }
    }
}
