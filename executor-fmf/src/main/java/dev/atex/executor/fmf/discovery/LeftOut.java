package dev.atex.executor.fmf.discovery;

import dev.atex.executor.fmf.metadata.Findings;
import dev.atex.executor.fmf.metadata.InnerKeys;
import dev.atex.executor.fmf.metadata.KnownKeys;
import dev.atex.executor.fmf.metadata.Origin;
import dev.atex.executor.fmf.plan.reader.Plans;
import dev.atex.fmf.Node;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Tells misspelt keys of what no run looks at: tests that are disabled, and what a misspelt key has made neither test nor plan. */
final class LeftOut {
    /** The keys that make a node a test or a plan. */
    private static final Set<String> MAKERS = Set.of("test", "discover", "execute");

    private LeftOut() {}

    /**
     * Checks all leaves of a tree.
     *
     * @param known names of tests that were looked at
     */
    static void tell(Node top, Set<String> known, Function<Node, Origin> origins, Findings findings) {
        for (Node node : top.climb()) {
            if (!node.children().isEmpty()
                    || known.contains(node.name())
                    || node.data().containsKey("story")
                    || Plans.isPlan(node.data())) {
                continue;
            }
            Origin origin = origins.apply(node);
            if (node.data().containsKey("test")) {
                KnownKeys.misspelt(node.data(), KnownKeys.TEST_OR_PLAN, "a test", findings, origin::place);
                InnerKeys.ofTest(node.data(), findings, origin::place);
            } else {
                neither(node, origin, findings);
            }
        }
    }

    private static void neither(Node node, Origin origin, Findings findings) {
        Map<String, @Nullable Object> data = node.data();
        boolean told = false;
        for (Map.Entry<String, @Nullable Object> entry : data.entrySet()) {
            String key = entry.getKey();
            Optional<String> meant = KnownKeys.TEST_OR_PLAN.contains(key)
                    ? Optional.empty()
                    : KnownKeys.meant(key, KnownKeys.TEST_OR_PLAN).filter(MAKERS::contains);
            if (meant.isPresent()) {
                findings.note(
                        "unknown-key",
                        "'" + node.name() + "' has an unknown key '" + key + "' (did you mean '" + meant.get()
                                + "'?): without that it is no " + (meant.get().equals("test") ? "test" : "plan"),
                        origin.place(entry.getValue(), key));
                told = true;
            }
        }
        Set<String> ofTests = new HashSet<>(KnownKeys.TEST);
        ofTests.removeAll(KnownKeys.PLAN);
        List<String> has =
                data.keySet().stream().filter(ofTests::contains).sorted().toList();
        if (!told && !has.isEmpty()) { // a library of Beakerlib, say, has some of them too
            findings.hint(
                    "no-test",
                    "'" + node.name() + "' has keys of a test (" + String.join(", ", has)
                            + "), but no 'test': it is none",
                    origin.place(data.get(has.getFirst()), has.getFirst()));
        }
    }
}
