package dev.atex.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API of trees and nodes. The meaning of files is in the vectors. */
class TreeTest {
    @TempDir
    private Path root;

    private Tree load(String main) throws IOException, FmfException {
        Files.createDirectories(root.resolve(".fmf"));
        Files.writeString(root.resolve(".fmf/version"), "1\n");
        Files.writeString(root.resolve("main.fmf"), main);
        return Tree.load(root);
    }

    @Test
    void treeIsCreatedFromValues() throws Exception {
        Map<String, Object> inner = new HashMap<>(Map.of("b", 2, "c+", List.of(3.5f)));
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("c", List.of((short) 1));
        data.put("/a/x", inner);
        Tree tree = Tree.of(data);
        inner.put("b", 9);
        assertThat(tree.root()).isEmpty();
        assertThat(tree.commit()).isEmpty();
        assertThat(tree.version()).isEqualTo(1);
        Node node = tree.find("/a/x").orElseThrow();
        assertThat(node.data()).containsEntry("b", 2L).containsEntry("c", List.of(1L, 3.5));
        assertThat(node.parent().orElseThrow().child("x")).contains(node);
        assertThat(node.key()).isEqualTo("x");
        assertThat(node.sources()).isEmpty();
        assertThat(data).containsOnlyKeys("c", "/a/x");
        assertThatThrownBy(() -> Tree.of(Map.of()))
                .isInstanceOf(FmfException.class)
                .hasMessage("No data or parent provided to initialize the tree.");
    }

    @Test
    void sharedMappingIsOneValue() throws Exception {
        Map<String, Object> shared = Map.of("p", 1);
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("/a", new LinkedHashMap<>(Map.of("d", shared, "adjust", Map.of("d+", Map.of("q", 2)))));
        data.put("/b", new LinkedHashMap<>(Map.of("d", shared)));
        Tree tree = Tree.of(data);
        tree.adjust(Context.empty());
        assertThat(tree.find("/b").orElseThrow().get("d")).isEqualTo(Map.of("p", 1L, "q", 2L));
        assertThat(shared).hasSize(1);
    }

    @Test
    void valuesAreFoundByPath() throws Exception {
        Node top = load("a:\n  b: {c: 1}\n  n:\n").top();
        assertThat(top.get(List.of("a", "b", "c"), null)).isEqualTo(1L);
        assertThat(top.get(List.of("a", "x"), "missing")).isEqualTo("missing");
        assertThat(top.get(List.of("a", "n"), "missing")).isNull();
        assertThat(top.get(List.of(), null)).isEqualTo(top.data());
        assertThatThrownBy(() -> top.get(List.of("a", "n", "x"), null)).isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> top.data().put("x", 1)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void copyIsIndependent() throws Exception {
        Tree tree = load("k: [1]\nadjust: {k+: [2], d+: {x: 1}}\nd: {y: 1}\n/a: {}\n");
        Node copy = tree.find("/a").orElseThrow().copy();
        tree.adjust(Context.empty());
        assertThat(copy.name()).isEqualTo("/a");
        assertThat(copy.parent()).contains(tree.top());
        assertThat(copy.data()).containsEntry("k", List.of(1L)).containsEntry("d", Map.of("y", 1L));
        copy.adjust(Context.empty(), AdjustOptions.DEFAULT);
        assertThat(copy.data()).containsEntry("k", List.of(1L, 2L)).containsEntry("d", Map.of("y", 1L, "x", 1L));
        assertThat(tree.find("/a").orElseThrow().data()).isEqualTo(copy.data());
    }

    @Test
    void nodesAreOrderedByNameOrDefinition() throws Exception {
        Tree tree = load("/b: {}\n/a:\n  /d: {}\n  /c: {}\n");
        assertThat(tree.climb(true, false)).extracting(Node::name).containsExactly("/", "/b", "/a", "/a/d", "/a/c");
        assertThat(tree.climb(true, true)).extracting(Node::name).containsExactly("/", "/a", "/a/c", "/a/d", "/b");
        assertThat(tree.climb()).extracting(Node::name).containsExactly("/a/c", "/a/d", "/b");
        assertThat(tree.prune(Selection.builder().sorted(false).build()))
                .extracting(Node::name)
                .containsExactly("/b", "/a/d", "/a/c");
        assertThat(tree.find("/a/")).isEmpty();
    }

    @Test
    void fullNamesAreFound() throws Exception {
        Tree tree =
                load("/a:\n  /b: {x: 1}\n/ab:\n  /c: {x: 2}\n//:\n  /d: {x: 3}\n/d: {x: 4}\n/a/:\n  select: true\n");
        for (Node node : tree.climb(true, true)) {
            Node first = tree.climb(true, true).stream()
                    .filter(each -> each.name().equals(node.name()))
                    .findFirst()
                    .orElseThrow();
            assertThat(tree.find(node.name())).containsSame(first);
        }
        for (String none : List.of("", "a", "/a/", "/a/b/", "/x", "/ab/", "/a/b/c", "//a", "/abc")) {
            assertThat(tree.find(none)).as(none).isEmpty();
        }
        assertThat(tree.find("/a").orElseThrow().find("/ab/c")).isEmpty();
        assertThat(tree.find("/a").orElseThrow().find("/a/b")).isPresent();
    }

    @Test
    void invalidCriteriaFail() throws Exception {
        Tree tree = load("x: a\n/a:\n  y: 1\n/b: {}\n");
        assertThat(tree.prune(Selection.builder().filters("y: 1").build())).hasSize(1);
        assertThat(tree.prune(Selection.builder().conditions("y == 1").build())).hasSize(1);
        assertThat(tree.prune(Selection.builder().filters("x: a | y: 1").build()))
                .hasSize(1);
        assertThatThrownBy(
                        () -> tree.prune(Selection.builder().conditions("x < 1").build()))
                .isInstanceOfSatisfying(InvalidValueException.class, e -> {
                    assertThat(e.referenceName()).isEqualTo("TypeError");
                    assertThat(e.location()).map(Location::file).contains(root.resolve("main.fmf"));
                });
        assertThatThrownBy(() -> tree.prune(Selection.builder().names("(").build()))
                .isInstanceOf(InvalidValueException.class);
        // a node that is excluded already is not evaluated
        assertThat(tree.prune(Selection.builder().keys("none").conditions("1 +").build()))
                .isEmpty();
    }

    @Test
    void additionalRulesApplyToSelectedNodes() throws Exception {
        Tree tree = load("k: 1\n/a: {}\n/b: {}\n");
        List<String> asked = new ArrayList<>();
        List<String> decided = new ArrayList<>();
        tree.adjust(
                Context.of(Map.of("d", "x")),
                AdjustOptions.DEFAULT
                        .withAdditionalRules(List.of(Map.of("k", 2, "when", "d == x")), node -> {
                            asked.add(node.name());
                            return node.name().equals("/a");
                        })
                        .withListener((node, rule, decision) -> decided.add(node + " " + decision)));
        assertThat(asked).containsExactly("/", "/a", "/b");
        assertThat(decided).containsExactly("/a TRUE");
        assertThat(tree.find("/a").orElseThrow().get("k")).isEqualTo(2L);
        assertThat(tree.find("/b").orElseThrow().get("k")).isEqualTo(1L);
    }

    @Test
    void initCreatesTree() throws Exception {
        assertThatThrownBy(() -> Tree.load(root))
                .isInstanceOf(RootException.class)
                .hasMessage("Unable to find tree root for '" + root + "'.");
        assertThat(Tree.init(root)).isEqualTo(root);
        assertThat(Tree.load(root).climb(true, true)).hasSize(1);
        assertThatThrownBy(() -> Tree.init(root))
                .satisfies(Errors.are(LoadException.Kind.FILE))
                .hasMessage("Directory '" + root.resolve(".fmf") + "' already exists.");
        Path other = Files.createDirectory(root.resolve("other"));
        Files.writeString(other.resolve(".fmf"), "");
        assertThatThrownBy(() -> Tree.init(other)).hasMessage("File '" + other.resolve(".fmf") + "' already exists.");
        Path none = root.resolve("none");
        assertThatThrownBy(() -> Tree.load(none))
                .satisfies(Errors.are(LoadException.Kind.FILE))
                .hasMessage("Invalid directory path: " + none);
        Files.delete(root.resolve(".fmf/version"));
        assertThatThrownBy(() -> Tree.load(root))
                .satisfies(Errors.are(LoadException.Kind.FORMAT))
                .hasMessage("Unable to detect format version: [Errno 2] No such file or directory: '"
                        + root.resolve(".fmf/version") + "'");
    }

    @Test
    void invalidUtf8IsLocated() throws Exception {
        load("a: 1\n");
        Files.write(root.resolve("x.fmf"), new byte[] {'a', ':', '\n', ' ', (byte) 0xff});
        assertThatThrownBy(() -> Tree.load(root)).isInstanceOfSatisfying(InvalidValueException.class, e -> {
            assertThat(e.referenceName()).isEqualTo("UnicodeDecodeError");
            assertThat(e.location()).map(Object::toString).contains(root.resolve("x.fmf") + ":2:2");
        });
    }

    @Test
    void loadCanLeaveOutUnreadableFiles() throws Exception {
        load("a: 1\n");
        Files.writeString(root.resolve("bad.fmf"), "x: [\n");
        Files.writeString(root.resolve("half.fmf"), "x: 1\n2: y\n");
        Files.writeString(root.resolve("good.fmf"), "x: 1\n");
        List<FmfException> errors = new ArrayList<>();
        List<FmfException> ofNodes = new ArrayList<>();
        Tree tree = Tree.load(root, FollowedLinks.IN_CHECKOUT, errors::add, ofNodes::add);
        assertThat(ofNodes).isEmpty();
        assertThat(errors)
                .extracting(e -> e.location().map(Object::toString).orElse(""))
                .containsExactly(root.resolve("bad.fmf") + ":2:1", root.resolve("half.fmf") + ":2:1");
        assertThat(tree.find("/bad")).isEmpty();
        assertThat(tree.find("/good").orElseThrow().data()).containsOnlyKeys("a", "x");
        assertThat(errors.get(1).getMessage())
                .isEqualTo("Invalid key '2': keys must be strings, not 'int'; put it in quotes.");
        assertThat(errors.get(1).text()).isEqualTo(errors.get(1).getMessage());
    }

    @Test
    void loadCanLeaveOutInvalidNodes() throws Exception {
        load("a: [x]\n");
        Files.writeString(root.resolve("merge.fmf"), "a+: 1\n/below:\n    b: 1\n");
        Files.writeString(root.resolve("rule.fmf"), "adjust: 5\n");
        Files.writeString(root.resolve("good.fmf"), "a+: [y]\n");
        List<FmfException> ofFiles = new ArrayList<>();
        List<FmfException> errors = new ArrayList<>();
        Tree tree = Tree.load(root, FollowedLinks.IN_CHECKOUT, ofFiles::add, errors::add);
        assertThat(tree.find("/rule").orElseThrow().data()).containsOnlyKeys("a", "adjust");
        tree.adjust(Context.empty());
        assertThat(ofFiles).isEmpty();
        assertThat(errors)
                .extracting(e -> e.location().map(Object::toString).orElse(""))
                .containsExactly(root.resolve("merge.fmf") + ":1:1", root.resolve("rule.fmf") + ":1:1");
        assertThat(tree.find("/merge").orElseThrow().data()).isEmpty();
        assertThat(tree.find("/merge/below")).isEmpty();
        assertThat(tree.find("/rule").orElseThrow().data()).isEmpty();
        assertThat(tree.find("/good").orElseThrow().get("a")).isEqualTo(List.of("x", "y"));
    }

    @Test
    void filesReadInThreadsGiveSameTree() throws Exception {
        load("a: 1\n");
        for (int i = 0; i < 200; i++) {
            Files.writeString(root.resolve("f" + i + ".fmf"), i == 150 || i == 77 ? "a: [\n" : "b: " + i + "\n");
        }
        // the first error in the order of files, whichever thread found it first
        assertThatThrownBy(() -> Tree.load(root)).hasMessageContaining("f150.fmf");
        Files.writeString(root.resolve("f150.fmf"), "b: 150\n");
        Files.writeString(root.resolve("f77.fmf"), "b: 77\n");
        assertThat(Tree.load(root).climb())
                .hasSize(200)
                .allMatch(node -> node.name().endsWith("" + node.get("b")));
    }
}
