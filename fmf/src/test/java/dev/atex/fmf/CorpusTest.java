package dev.atex.fmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares with the reference's answers for the trees and vectors of a corpus, {@code -Dfmf.corpus=DIR}: every
 * document, every prune call, every vector.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CorpusTest {
    private static final List<String> KINDS =
            List.of("context", "context_args", "filter", "merge", "scalar", "condition");

    private final Tally documents = new Tally("documents");
    private final Tally prunes = new Tally("prune calls");
    private final Tally vectors = new Tally("vectors");
    private final List<String> failures = new ArrayList<>();

    @TempDir
    Path temp;

    private static final class Tally {
        private final String name;
        private int equal;
        private int allowed;
        private int total;
        private final Map<String, Integer> reasons = new TreeMap<>();

        Tally(String name) {
            this.name = name;
        }

        void add(Tally other) {
            equal += other.equal;
            allowed += other.allowed;
            total += other.total;
            other.reasons.forEach((why, count) -> reasons.merge(why, count, Integer::sum));
        }

        @Override
        public String toString() {
            return "%s %d/%d equal%s".formatted(name, equal, total, allowed == 0 ? "" : ", " + allowed + " allowed");
        }
    }

    private void record(Tally tally, String what, Vectors.Outcome outcome) {
        tally.total++;
        switch (outcome) {
            case Vectors.Equal() -> tally.equal++;
            case Vectors.Allowed(String why) -> {
                tally.allowed++;
                tally.reasons.merge(why, 1, Integer::sum);
            }
            case Vectors.Different(String expected, String actual) ->
                failures.add(what + "\n  expected " + shorten(expected) + "\n  actual   " + shorten(actual));
        }
    }

    private static String shorten(String text) {
        return text.length() > 2000 ? text.substring(0, 2000) + "..." : text;
    }

    /** Returns a test for each repository and each kind of vectors; without a corpus none, but a message. */
    @TestFactory
    Stream<DynamicTest> answersAsTheReference() throws Exception {
        Path corpus = corpus();
        if (!Files.isDirectory(corpus.resolve("expected"))) {
            String missing = "no corpus of fmf trees in " + corpus + ": give one with -Dfmf.corpus=DIR";
            assertThat(System.getProperty("fmf.corpus")).as(missing).isNull();
            System.out.println(missing + ". Only the project's own vectors were compared.");
            return Stream.empty();
        }
        Path trees = unpackedTrees(corpus, temp);
        Map<String, Object> variants =
                Canonical.cast(Canonical.parseJson(Files.readString(corpus.resolve("variants.json"))));
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> repositories = Files.list(corpus.resolve("expected"))) {
            for (Path repository : repositories.sorted().toList()) {
                String name = repository.getFileName().toString();
                if (!name.equals("vectors")) {
                    tests.add(test(name, () -> checkRepository(repository, trees, variants)));
                }
            }
        }
        Path vectorFiles = corpus.resolve("expected/vectors");
        if (Files.isDirectory(vectorFiles)) {
            for (String kind : KINDS) {
                tests.add(test(kind, () -> checkVectors(vectorFiles.resolve(kind + ".jsonl.gz"), kind)));
            }
            tests.add(test(
                    "tree",
                    () -> checkSyntheticTrees(vectorFiles.resolve("tree.jsonl.gz"), trees.resolve("_synthetic"))));
        }
        tests.add(DynamicTest.dynamicTest("total", this::printTotals));
        return tests.stream();
    }

    private DynamicTest test(String name, Executable check) {
        return DynamicTest.dynamicTest(name, () -> {
            failures.clear();
            check.execute();
            failures.stream().limit(12).forEach(System.out::println);
            assertThat(failures.size())
                    .as("answers of %s that differ, see above", name)
                    .isZero();
        });
    }

    private void printTotals() {
        System.out.println("fmf corpus: " + documents + "; " + prunes + "; " + vectors);
        Stream.of(documents, prunes, vectors)
                .flatMap(tally -> tally.reasons.entrySet().stream())
                .forEach(reason -> System.out.println("  allowed " + reason.getValue() + ": " + reason.getKey()));
        assertThat(documents.total + prunes.total + vectors.total).isPositive();
    }

    static Path corpus() {
        String given = System.getProperty("fmf.corpus");
        if (given != null) {
            return Path.of(given).toAbsolutePath();
        }
        // the working directory is the module; the corpus is next to the project
        Path project = Path.of("").toAbsolutePath().getParent();
        for (Path at = project; at != null; at = at.getParent()) {
            Path candidate = at.resolveSibling("shared").resolve("fmf-corpus");
            if (Files.isDirectory(candidate)) {
                return candidate;
            }
        }
        return project.resolveSibling("shared").resolve("fmf-corpus");
    }

    static Path unpackedTrees(Path corpus, Path temp) throws IOException, InterruptedException {
        if (Files.isDirectory(corpus.resolve("trees"))) {
            return corpus.resolve("trees");
        }
        Process tar = new ProcessBuilder(
                        "tar", "-xzf", corpus.resolve("trees.tar.gz").toString(), "-C", temp.toString())
                .inheritIO()
                .start();
        assertThat(tar.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(tar.exitValue()).isZero();
        return temp.resolve("trees");
    }

    private void checkRepository(Path expected, Path trees, Map<String, Object> variants) throws IOException {
        String name = expected.getFileName().toString();
        Tally ownDocuments = new Tally("documents");
        Tally ownPrunes = new Tally("prune calls");
        try (Stream<Path> files = Files.list(expected)) {
            for (Path file : files.sorted().toList()) {
                String slug = file.getFileName().toString().replace(".jsonl.gz", "");
                Path root = rootOf(trees.resolve(name), slug);
                for (Map<String, Object> line : Vectors.read(file)) {
                    checkVariant(name + " " + slug + " ", root, line, variants, ownDocuments, ownPrunes);
                }
            }
        }
        System.out.println(name + ": " + ownDocuments + "; " + ownPrunes);
        documents.add(ownDocuments);
        prunes.add(ownPrunes);
    }

    /** Returns the tree of a slug: its path in the repository with two underscores for each slash. */
    private static Path rootOf(Path repository, String slug) throws IOException {
        if (slug.equals("ROOT")) {
            return repository;
        }
        try (Stream<Path> all = Files.walk(repository)) {
            return all.filter(path -> Files.isDirectory(path.resolve(".fmf")))
                    .filter(path -> repository
                            .relativize(path)
                            .toString()
                            .replace("/", "__")
                            .equals(slug))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void checkVariant(
            String what,
            Path root,
            Map<String, Object> line,
            Map<String, Object> variants,
            Tally ownDocuments,
            Tally ownPrunes)
            throws IOException {
        String id = what + line.get("variant");
        String context = (String) line.get("context");
        Answer answer = answer(root, context, !Boolean.FALSE.equals(line.get("case_sensitive")));
        record(ownDocuments, id, compareDocument(line, answer));
        Map<String, Object> expectedPrunes = Canonical.cast(line.get("prune"));
        if (expectedPrunes == null) {
            return;
        }
        List<Map<String, Object>> calls = Canonical.cast(variants.get("prune"));
        for (Map<String, Object> call : calls) {
            Object expected = expectedPrunes.get((String) call.get("id"));
            if (expected != null && answer.tree != null) {
                record(ownPrunes, id + " " + call.get("id"), comparePrune(root, answer.tree, call, expected));
            }
        }
    }

    private static Vectors.Outcome comparePrune(Path root, Tree tree, Map<String, Object> call, Object expected) {
        String actual;
        try {
            Selection selection = Selection.builder()
                    .whole(Boolean.TRUE.equals(call.get("whole")))
                    .keys(strings(call, "keys"))
                    .names(strings(call, "names"))
                    .filters(strings(call, "filters"))
                    .conditions(strings(call, "conditions"))
                    .sources(strings(call, "sources").stream()
                            .map(source -> Path.of(source.replace("<ROOT>", root.toString())))
                            .toList())
                    .build();
            actual = Canonical.encodeJson(
                    tree.prune(selection).stream().map(Node::name).toList());
        } catch (FmfException e) {
            actual = Vectors.error(e.referenceName(), e.getMessage());
        }
        String wanted = Vectors.expected(expected);
        return wanted.equals(actual) ? new Vectors.Equal() : new Vectors.Different(wanted, actual);
    }

    private static List<String> strings(Map<String, Object> call, String key) {
        return Canonical.cast(call.getOrDefault(key, List.of()));
    }

    /** Our answer for a tree: its document, the decisions about rules, and the nodes before adjusting. */
    private static final class Answer {
        private @Nullable Tree tree;
        private String document = "";
        private final List<Object> trace = new ArrayList<>();
        private final List<Object> nodes = new ArrayList<>();
        private final List<Object> leaves = new ArrayList<>();
        private @Nullable Map<String, Object> error;
        private int applied;
        private int not;
        private int undecided;
    }

    private static Answer answer(Path root, @Nullable String context, boolean caseSensitive) {
        Answer answer = new Answer();
        try {
            Tree tree = Tree.load(root);
            answer.tree = tree;
            if (context != null) {
                AdjustOptions options = AdjustOptions.DEFAULT
                        .withCaseSensitive(caseSensitive)
                        .withListener((node, rule, decision) -> {
                            switch (decision) {
                                case TRUE -> answer.applied++;
                                case FALSE -> answer.not++;
                                case UNDECIDED -> answer.undecided++;
                            }
                            List<Object> entry = new ArrayList<>();
                            entry.add(node.name());
                            entry.add(rule.containsKey("when") ? rule.get("when") : true);
                            entry.add(Vectors.decision(decision));
                            answer.trace.add(entry);
                        });
                tree.adjust(Context.of(dimensions(context)), options);
            }
            tree.climb(true, true).forEach(node -> answer.nodes.add(describe(root, node)));
            tree.climb().forEach(node -> answer.leaves.add(node.name()));
        } catch (FmfException e) {
            answer.error = new LinkedHashMap<>();
            answer.error.put("class", e.referenceName());
            answer.error.put("message", String.valueOf(e.getMessage()).replace(root.toString(), "<ROOT>"));
            assertThat(e.location())
                    .as("location of %s", e.getMessage())
                    .satisfiesAnyOf(
                            location -> assertThat(location).isPresent(),
                            location -> assertThat(e).isInstanceOf(RootException.class));
        }
        return answer;
    }

    private static Map<String, List<String>> dimensions(String context) {
        Map<String, List<String>> dimensions = new LinkedHashMap<>();
        for (String part : context.split(",")) {
            dimensions.put(part.split("=")[0], List.of(part.split("=")[1]));
        }
        return dimensions;
    }

    private static Map<String, Object> describe(Path root, Node node) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("name", node.name());
        described.put("data", Canonical.parseJson(Canonical.encode(node.data(), true)));
        described.put(
                "sources",
                node.sources().stream()
                        .map(source -> root.relativize(source).toString())
                        .toList());
        described.put("select", node.isSelected());
        described.put("order", sha1(Canonical.encode(node.data(), false)).substring(0, 12));
        return described;
    }

    private static String sha1(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private final Map<Path, Answer> unadjusted = new LinkedHashMap<>();

    private Vectors.Outcome compareDocument(Map<String, Object> line, Answer answer) {
        Map<String, Object> document = Canonical.cast(line.get("doc"));
        if (document.get("error") instanceof Map<?, ?> error) {
            return compareError(error, answer);
        }
        Map<String, Object> actual = new LinkedHashMap<>();
        actual.put("fmf", 1L);
        actual.put("nodes", abbreviated(answer, Canonical.cast(document.get("nodes"))));
        if (document.containsKey("rules")) {
            actual.put("rules", List.of((long) answer.applied, (long) answer.not, (long) answer.undecided));
        }
        if (answer.error != null) {
            actual = Map.of("error", answer.error);
        }
        String expectedText = Canonical.encodeJson(document);
        String actualText = Canonical.encodeJson(actual);
        if (expectedText.equals(actualText) && line.containsKey("trace")) {
            expectedText = Canonical.encodeJson(line.get("trace"));
            actualText = Canonical.encode(answer.trace, true);
        }
        if (expectedText.equals(actualText) && line.containsKey("leaves")) {
            expectedText = Canonical.encodeJson(line.get("leaves"));
            actualText = Canonical.encodeJson(answer.leaves);
        }
        return expectedText.equals(actualText)
                ? new Vectors.Equal()
                : new Vectors.Different(difference(expectedText, actualText), difference(actualText, expectedText));
    }

    private static String difference(String text, String other) {
        int at = 0;
        while (at < Math.min(text.length(), other.length()) && text.charAt(at) == other.charAt(at)) {
            at++;
        }
        return text.substring(Math.max(0, at - 200), Math.min(text.length(), at + 600));
    }

    private static Vectors.Outcome compareError(Map<?, ?> expected, Answer answer) {
        String wanted = expected.get("class") + ": " + firstLine(expected);
        String actual = answer.error == null ? "a tree" : answer.error.get("class") + ": " + firstLine(answer.error);
        return wanted.equals(actual) ? new Vectors.Equal() : new Vectors.Different(wanted, actual);
    }

    /** Returns the first line of fmf's message; further lines come from the YAML parser. */
    private static String firstLine(Map<?, ?> error) {
        boolean own = String.valueOf(Vectors.expected(Map.of("error", error))).contains("\"message\"")
                || "FileError".equals(error.get("class"));
        return own ? String.valueOf(error.get("message")).lines().findFirst().orElse("") : "";
    }

    /**
     * Returns the nodes, with only the names of those that adjusting did not change where {@code expected} has only
     * names.
     */
    private List<Object> abbreviated(Answer answer, List<Object> expected) {
        List<Object> nodes = new ArrayList<>();
        Map<String, String> plain = new LinkedHashMap<>();
        if (answer.tree != null && expected.stream().anyMatch(String.class::isInstance)) {
            Answer without =
                    unadjusted.computeIfAbsent(answer.tree.root().orElseThrow(), root -> answer(root, null, true));
            for (Object node : without.nodes) {
                plain.merge((String) ((Map<?, ?>) node).get("name"), Canonical.encodeJson(node), (a, b) -> "twice");
            }
        }
        for (Object node : answer.nodes) {
            Object name = ((Map<?, ?>) node).get("name");
            nodes.add(Canonical.encodeJson(node).equals(plain.get(name)) ? name : node);
        }
        return nodes;
    }

    private void checkVectors(Path file, String kind) throws IOException {
        Tally own = new Tally("vectors");
        int number = 0;
        for (Map<String, Object> vector : Vectors.read(file)) {
            number++;
            record(own, kind + " " + number + " " + Canonical.encodeJson(vector), Vectors.run(kind, vector));
        }
        System.out.println(kind + ": " + own);
        vectors.add(own);
    }

    private void checkSyntheticTrees(Path file, Path trees) throws IOException {
        Tally own = new Tally("vectors");
        for (Map<String, Object> line : Vectors.read(file)) {
            Answer answer = answer(trees.resolve((String) line.get("case")), (String) line.get("context"), true);
            record(own, "tree " + line.get("case") + " " + line.get("context"), compareDocument(line, answer));
        }
        System.out.println("tree: " + own);
        vectors.add(own);
    }
}
