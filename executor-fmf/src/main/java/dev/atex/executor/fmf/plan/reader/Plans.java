package dev.atex.executor.fmf.plan.reader;

import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.fmf.Node;
import dev.atex.fmf.Tree;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The plans of a tree. */
public final class Plans {
    private Plans() {}

    /** Returns the plan with exactly this name. */
    public static Node find(Tree tree, String name) throws DiscoveryException {
        Optional<Node> found = tree.find(name);
        if (found.isEmpty()) {
            List<String> known = names(tree.top());
            throw new DiscoveryException(
                    "there is no plan '" + name + "' in " + place(tree) + listed(known), name, known);
        }
        Node plan = found.get();
        if (plan.data().containsKey("test")) {
            throw new DiscoveryException("'" + name + "' in " + place(tree) + " is a test, not a plan");
        }
        if (!plan.children().isEmpty()) {
            List<String> below = names(plan);
            throw new DiscoveryException(
                    "'" + name + "' matches multiple plans: " + String.join(", ", below), name, below);
        }
        return plan;
    }

    /** Returns the names of all plans, in the order of the tree. */
    public static List<String> names(Tree tree) {
        return names(tree.top());
    }

    /** Returns all plans, in the order of the tree. */
    public static List<Node> all(Tree tree) {
        return nodes(tree.top());
    }

    /** Returns the plans at and below a node. */
    public static List<Node> nodes(Node top) {
        return top.climb().stream()
                .filter(node -> node.children().isEmpty() && isPlan(node.data()))
                .toList();
    }

    private static List<String> names(Node top) {
        return nodes(top).stream().map(Node::name).toList();
    }

    /** Returns whether a node is a plan: nothing marks one, so its keys decide, unless it is a test or a story. */
    public static boolean isPlan(Map<String, @Nullable Object> data) {
        boolean steps = data.containsKey("discover")
                || data.containsKey("execute")
                || (data.get("plan") instanceof Map<?, ?> map && map.containsKey("import"));
        return steps && !data.containsKey("test") && !data.containsKey("story");
    }

    private static String listed(List<String> known) {
        return known.isEmpty() ? ": it has no plans" : "; there is: " + String.join(", ", known);
    }

    private static String place(Tree tree) {
        return tree.root().map(root -> "the tree " + root).orElse("the tree");
    }
}
