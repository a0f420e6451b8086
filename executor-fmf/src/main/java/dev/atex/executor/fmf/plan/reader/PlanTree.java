package dev.atex.executor.fmf.plan.reader;

import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.metadata.Metadata;
import dev.atex.executor.fmf.metadata.Origin;
import dev.atex.fmf.AdjustOptions;
import dev.atex.fmf.Context;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.Node;
import dev.atex.fmf.Places;
import dev.atex.fmf.Tree;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tree that a plan is in. The plan is adjusted with the context of the command line; its tests also with that of the plan.
 *
 * @param tree adjusted for the plan
 * @param fresh its nodes, not adjusted; absent when the plan has no context of its own
 * @param from where it was fetched from; empty if it is of this host
 * @param trusted whether it may name files and directories of this host
 */
public record PlanTree(Tree tree, Optional<Node> fresh, String from, boolean trusted) {
    /** Adjusts a tree, which is as it was loaded. */
    public static PlanTree of(Tree tree, Optional<String> plan, Context context, String from, boolean trusted)
            throws FmfException {
        return of(tree, plan, context, from, trusted, List.of());
    }

    /**
     * Adjusts a tree, which is as it was loaded.
     *
     * @param rules more rules for plans
     */
    public static PlanTree of(
            Tree tree,
            Optional<String> plan,
            Context context,
            String from,
            boolean trusted,
            List<Map<String, @Nullable Object>> rules)
            throws FmfException {
        boolean own = plan.map(name -> tree.find(name)
                        .map(node -> mayHaveContext(node) || !rules.isEmpty())
                        .orElse(false))
                .orElse(!rules.isEmpty());
        Optional<Node> fresh = own ? Optional.of(tree.top().copy()) : Optional.empty();
        tree.adjust(
                context,
                rules.isEmpty()
                        ? AdjustOptions.DEFAULT
                        : AdjustOptions.DEFAULT.withAdditionalRules(rules, node -> Plans.isPlan(node.data())));
        return new PlanTree(tree, fresh, from, trusted);
    }

    private static boolean mayHaveContext(Node node) {
        if (node.data().containsKey("context")) {
            return true;
        }
        for (Object rule : Metadata.items(node.get("adjust"))) {
            if (rule instanceof Map<?, ?> map
                    && map.keySet().stream().anyMatch(key -> String.valueOf(key).startsWith("context"))) {
                return true;
            }
        }
        return false;
    }

    public Path root() throws DiscoveryException {
        return tree.root()
                .orElseThrow(() -> new DiscoveryException("a tree that was created from values has no files to run"));
    }

    public Origin origin(Node node, Places places) throws DiscoveryException {
        return new Origin(node, root(), from, places);
    }

    /** Returns the nodes as tests see them, in the context of the plan. */
    public Node testsIn(Context context) throws FmfException {
        if (fresh.isEmpty()) {
            return tree.top();
        }
        Node copy = fresh.get().copy();
        copy.adjust(context, AdjustOptions.DEFAULT);
        return copy;
    }
}
