package dev.atex.fmf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A case with files: writes, loads and adjusts them, and compares everything that the case specifies. */
final class TreeVector {
    private TreeVector() {}

    static Vectors.Outcome run(Map<String, Object> vector, Path root) throws IOException {
        write(vector, root);
        Map<String, Object> actual = new LinkedHashMap<>();
        Map<String, Object> expected = new LinkedHashMap<>();
        List<Object> trace = new ArrayList<>();
        try {
            Tree tree = Tree.load(root.resolve((String) vector.getOrDefault("start", "")));
            if (vector.containsKey("context")) {
                Map<String, Object> dimensions = Canonical.cast(vector.get("context"));
                tree.adjust(Context.of(dimensions), options(vector, trace));
            }
            describe(vector, root, tree, actual);
        } catch (FmfException e) {
            actual.put("error", error(vector, e, root));
            actual.put(
                    "location",
                    e.location()
                            .map(location -> location.toString().replace(root + "/", ""))
                            .orElse(null));
        }
        actual.put("trace", trace);
        for (String key : List.of("nodes", "error", "location", "leaves", "sources", "order", "version", "trace")) {
            if (vector.containsKey(key)) {
                expected.put(key, vector.get(key));
            } else if (!key.equals("nodes") && !key.equals("error")) {
                actual.remove(key);
            }
        }
        String wanted = Canonical.encodeJson(expected);
        String got = Canonical.encodeJson(actual);
        return wanted.equals(got) ? new Vectors.Equal() : new Vectors.Different(wanted, got);
    }

    private static void write(Map<String, Object> vector, Path root) throws IOException {
        Map<String, String> files = Canonical.cast(vector.get("files"));
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = root.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        Map<String, String> links = Canonical.cast(vector.getOrDefault("links", Map.of()));
        for (Map.Entry<String, String> link : links.entrySet()) {
            Files.createSymbolicLink(root.resolve(link.getKey()), Path.of(link.getValue()));
        }
    }

    private static AdjustOptions options(Map<String, Object> vector, List<Object> trace) {
        List<Map<String, Object>> additional = Canonical.cast(vector.getOrDefault("additional", List.of()));
        return AdjustOptions.DEFAULT
                .withKey((String) vector.getOrDefault("key", "adjust"))
                .withCaseSensitive(!Boolean.FALSE.equals(vector.get("case_sensitive")))
                .withUndecided(
                        "raise".equals(vector.get("undecided"))
                                ? AdjustOptions.Undecided.RAISE
                                : AdjustOptions.Undecided.SKIP)
                .withAdditionalRules(additional, node -> true)
                .withListener((node, rule, decision) -> {
                    List<@Nullable Object> entry = new ArrayList<>();
                    entry.add(node.name());
                    entry.add(rule.containsKey("when") ? rule.get("when") : true);
                    entry.add(Vectors.decision(decision));
                    trace.add(entry);
                });
    }

    private static void describe(Map<String, Object> vector, Path root, Tree tree, Map<String, Object> actual) {
        List<Object> nodes = new ArrayList<>();
        Map<String, Object> sources = new LinkedHashMap<>();
        Map<String, Object> order = new LinkedHashMap<>();
        Map<String, Object> askedSources = Canonical.cast(vector.getOrDefault("sources", Map.of()));
        Map<String, Object> askedOrder = Canonical.cast(vector.getOrDefault("order", Map.of()));
        for (Node node : tree.climb(true, true)) {
            nodes.add(List.of(node.name(), Canonical.parseJson(Canonical.encode(node.data(), true))));
            if (askedSources.containsKey(node.name())) {
                sources.put(
                        node.name(),
                        node.sources().stream()
                                .map(source -> root.relativize(source).toString())
                                .toList());
            }
            if (askedOrder.containsKey(node.name())) {
                order.put(node.name(), List.copyOf(node.data().keySet()));
            }
        }
        actual.put("nodes", nodes);
        actual.put("sources", sources);
        actual.put("order", order);
        actual.put("leaves", tree.climb().stream().map(Node::name).toList());
        actual.put("version", tree.version());
    }

    /** Returns the error with the first line of its message, if the case has one. */
    private static Map<String, Object> error(Map<String, Object> vector, FmfException e, Path root) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("class", e.referenceName());
        Map<String, Object> expected = Canonical.cast(vector.getOrDefault("error", Map.of()));
        if (expected.containsKey("message") || expected.isEmpty()) {
            String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            error.put("message", message.replace(root.toString(), "<ROOT>"));
        }
        return error;
    }
}
