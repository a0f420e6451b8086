package dev.atex.executor.fmf.discovery;

import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.plan.reader.Expressions;
import dev.atex.executor.fmf.plan.reader.Plans;
import dev.atex.fmf.Context;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.FollowedLinks;
import dev.atex.fmf.Node;
import dev.atex.fmf.Selection;
import dev.atex.fmf.Tree;
import dev.atex.fmf.Yaml;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The plans of a tree of metadata. Used by one thread. */
public final class TreePlans {
    private final Tree tree;
    private final List<Plan> plans;

    /**
     * A plan of the tree.
     *
     * @param name its full name
     * @param enabled whether it is enabled in this context
     * @param place its file, relative to the root of the tree; empty if it has none
     */
    public record Plan(String name, boolean enabled, Optional<String> place) {}

    private TreePlans(Tree tree, List<Plan> plans) {
        this.tree = tree;
        this.plans = List.copyOf(plans);
    }

    /**
     * Reads the plans of the tree that contains a directory.
     *
     * @throws DiscoveryException the tree cannot be read
     */
    public static TreePlans in(Path directory, Context context, FollowedLinks links) throws DiscoveryException {
        try {
            Tree tree = Tree.load(directory, links);
            tree.adjust(context);
            List<Plan> plans = new ArrayList<>();
            for (Node node : Plans.all(tree)) {
                boolean enabled = Yaml.isTrue(node.data().getOrDefault("enabled", true));
                plans.add(new Plan(node.name(), enabled, place(tree, node)));
            }
            return new TreePlans(tree, plans);
        } catch (FmfException e) {
            throw DiscoveryException.of(e);
        }
    }

    private static Optional<String> place(Tree tree, Node node) {
        return node.sources().isEmpty()
                ? Optional.empty()
                : tree.root()
                        .map(root -> root.relativize(node.sources().getLast()).toString());
    }

    /** Returns all plans, in the order of the tree. */
    public List<Plan> all() {
        return plans;
    }

    /**
     * Returns the plan with exactly this name, else those in whose name a regular expression (Python's) is found.
     *
     * @throws DiscoveryException the expression is invalid
     */
    public List<Plan> matching(String expression) throws DiscoveryException {
        List<Plan> exact =
                plans.stream().filter(plan -> plan.name().equals(expression)).toList();
        if (!exact.isEmpty()) {
            return exact;
        }
        Expressions.checkNames("plan", List.of(expression));
        Set<String> found = new HashSet<>();
        try {
            tree.prune(Selection.builder().names(expression).build()).forEach(node -> found.add(node.name()));
        } catch (FmfException e) {
            throw DiscoveryException.of(e);
        }
        return plans.stream().filter(plan -> found.contains(plan.name())).toList();
    }
}
