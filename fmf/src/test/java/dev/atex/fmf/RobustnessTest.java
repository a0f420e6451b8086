package dev.atex.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Deep, large and malicious input: everything ends with a value or an {@link FmfException}, never with a full stack
 * or heap. The time limits are for tests that would otherwise hang.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RobustnessTest {
    private static final int DEEP = 10_000;

    @TempDir
    private Path root;

    private Tree load(String main) throws IOException, FmfException {
        write("main.fmf", main);
        return Tree.load(root);
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.createDirectories(root.resolve(".fmf"));
        Files.writeString(root.resolve(".fmf/version"), "1\n");
        Files.writeString(path, text);
    }

    private static String nested(String open, String inner, String close) {
        return open.repeat(DEEP) + inner + close.repeat(DEEP);
    }

    private static String blocks(String key, int depth) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < depth; i++) {
            text.append(" ".repeat(i)).append(key).append(":\n");
        }
        return text.append(" ".repeat(depth)).append("x: 1\n").toString();
    }

    @Test
    void deeplyNestedYamlIsRefusedWithItsPlace() {
        for (String text : List.of(nested("[", "1", "]"), nested("{a: ", "1", "}"), nested("- ", "1", ""))) {
            assertThatThrownBy(() -> load("k:\n  " + text + "\n"))
                    .satisfies(Errors.are(LoadException.Kind.FILE))
                    .hasMessageContaining("nested more than 1000 deep")
                    .satisfies(e -> assertThat(((FmfException) e).location()).isPresent());
        }
        assertThatThrownBy(() -> load(blocks("/a", 2000))).hasMessageContaining("nested more than 1000 deep");
    }

    @Test
    void maximumDepthWorksInAllOperations() throws Exception {
        String flow = "[".repeat(990) + "1" + "]".repeat(990);
        Tree tree =
                load("k: " + flow + "\nd: " + "{a: ".repeat(990) + "1" + "}".repeat(990) + "\n/c:\n  k+: [2]\n  d+: "
                        + "{a+: ".repeat(990) + "1" + "}".repeat(990)
                        + "\nadjust:\n  k-: [" + flow + "]\n");
        tree.adjust(Context.empty());
        Node child = tree.find("/c").orElseThrow();
        assertThat(Yaml.write(child.data())).contains("a: 2");
        assertThat(Yaml.text(child.data())).contains("{'a': 2}");
        assertThat(Filter.parse("k: x", true, true).matches(child.data(), "/c")).isFalse();
        assertThat(Condition.of("k == k and d == d and str(d) and k < 1 if 0 else 1")
                        .holds(child.data()))
                .isTrue();
        assertThat(child.copy().data()).isEqualTo(child.data());
    }

    @Test
    void deepNamesWork() throws Exception {
        Tree tree = load("? " + "/a".repeat(DEEP) + "\n:\n  x: 1\n  adjust: {x+: 1}\n");
        tree.adjust(Context.empty());
        List<Node> nodes = tree.climb(true, true);
        assertThat(nodes).hasSize(DEEP + 1);
        assertThat(nodes.getLast().name()).isEqualTo("/a".repeat(DEEP));
        assertThat(nodes.getLast().get("x")).isEqualTo(2L);
        assertThat(tree.prune(Selection.builder().keys("x").names("a/a$").build()))
                .hasSize(1);
        assertThat(tree.find("/a".repeat(DEEP))).isPresent();
        assertThat(tree.top().copy().climb(true, false)).hasSize(DEEP + 1);
    }

    @Test
    void nodesNestAsDeepAsYaml() throws Exception {
        assertThat(load(blocks("/a", 999)).climb()).hasSize(1);
        Map<String, Object> data = new LinkedHashMap<>(Map.of("x", 1));
        for (int i = 0; i < DEEP; i++) {
            data = new LinkedHashMap<>(Map.of("/a", data));
        }
        Map<String, Object> deep = data;
        assertThatThrownBy(() -> Tree.of(deep)).satisfies(Errors.are(LoadException.Kind.FORMAT));
    }

    @Test
    void directoriesAreReadToSystemLimit() throws Exception {
        write("main.fmf", "x: 1\n");
        Path at = root;
        int depth = 0;
        while (at.toString().length() < 4000) {
            at = at.resolve("d");
            depth++;
        }
        Files.createDirectories(at);
        Files.writeString(at.resolve("l.fmf"), "x+: 1\n");
        Tree tree = Tree.load(root);
        assertThat(tree.climb(true, true)).hasSize(depth + 2);
        assertThat(tree.climb().getLast().get("x")).isEqualTo(2L);
        // JUnit would take minutes for that
        Files.delete(at.resolve("l.fmf"));
        for (Path each = at; !each.equals(root); each = each.getParent()) {
            Files.delete(each);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[", "{", "not ", "-", "x[", "x(", "1 if ", "{x: ", "x ** ", "("})
    void deeplyNestedConditionsAreRefused(String open) {
        String close = open.equals("(") ? ")" : "";
        String text = nested(open, "1", close);
        assertThatThrownBy(() -> Condition.of(text).holds(Map.of("x", 1))).isInstanceOf(FmfException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x + ", "x | ", "x * ", "x < ", "x and ", "x or ", "x == x and ", "x, ", "[x][0] + "})
    void longConditionsWorkOrAreRefused(String repeated) throws Exception {
        Condition.of(repeated.repeat(300) + "x").holds(Map.of("x", 1L));
        String text = repeated.repeat(DEEP) + "x";
        try {
            Condition.of(text).holds(Map.of("x", 1L));
        } catch (FmfException e) {
            assertThat(e.referenceName()).isEqualTo("RecursionError");
        }
    }

    @Test
    void chainsOfSubscriptsAndCallsAreRefused() {
        for (String more : List.of(".x", "[0]", "()")) {
            assertThatThrownBy(() -> Condition.of("x" + more.repeat(DEEP))).hasMessageContaining("recursion");
        }
    }

    @Test
    void conditionsCannotExhaustMemory() {
        for (String bomb : List.of(
                "10 ** 10 ** 10",
                "'a' * 10 ** 10",
                "[1] * 10 ** 10",
                "1 << 10 ** 12",
                "'a' * 1000000 * 1000000",
                "[0] * 1000000 * 1000000")) {
            assertThatThrownBy(() -> Condition.of(bomb).holds(Map.of()))
                    .satisfies(Errors.are(ConditionException.Kind.UNSUPPORTED));
        }
    }

    @Test
    void longFiltersAndRulesWork() throws Exception {
        Map<String, Object> data = Map.of("a", "x");
        assertThat(Filter.parse("a: y | ".repeat(DEEP) + "a: x", true, true).matches(data, "/"))
                .isTrue();
        assertThat(Filter.parse("a: x & ".repeat(DEEP) + "a: x", true, false).matches(data, "/"))
                .isTrue();
        assertThat(Filter.parse("a: " + "y, ".repeat(DEEP) + "x", true, false).matches(data, "/"))
                .isTrue();
        Context context = Context.of(Map.of("d", "x"));
        assertThat(context.matches("d == y or ".repeat(DEEP) + "d == x")).isEqualTo(Decision.TRUE);
        assertThat(context.matches("d == x and ".repeat(DEEP) + "d == y")).isEqualTo(Decision.FALSE);
        assertThat(context.matches("d == " + "y, ".repeat(DEEP) + "x")).isEqualTo(Decision.TRUE);
    }

    @Test
    void regularExpressionsTerminate() {
        String text = "a".repeat(40);
        int refused = 0;
        for (String expression :
                List.of("(a+)+$b", "(a|a)*b", "(a*)*b", "(?:a?){40}b", "^/(a|aa)+\\1c", nested("(", "a", ")"))) {
            try {
                Tree.of(Map.of("k", "v", "/" + text, Map.of()))
                        .prune(Selection.builder().names(expression + "$").build());
            } catch (FmfException e) {
                assertThat(e.referenceName()).isIn("TimeoutError", "RecursionError", "error");
                refused++;
            }
        }
        assertThat(refused).isEqualTo(2);
    }

    private static String laughs(int levels, String base, String item, String between) {
        StringBuilder text = new StringBuilder("l0: &l0 " + base + "\n");
        for (int i = 1; i <= levels; i++) {
            String items = String.join(between, Collections.nCopies(10, item.formatted(i - 1)));
            text.append("l%d: &l%d [%s]\n".formatted(i, i, items));
        }
        return text.toString();
    }

    @Test
    void billionLaughsAreLoadedButNotPrinted() throws Exception {
        String bomb = laughs(12, "[x]", "*l%d", ", ");
        Tree tree = load(bomb + "/c:\n  l12+: [y]\n/d:\n  l12-: [[y]]\n");
        tree.adjust(
                Context.empty(),
                AdjustOptions.DEFAULT.withAdditionalRules(List.of(Map.of("l3+", List.of(1))), n -> true));
        Node top = tree.top();
        assertThatThrownBy(() -> Yaml.write(top.data())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Filter.parse("l12: x", true, true).matches(top.data(), "/"))
                .isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> Condition.of("len(str(l12)) > 5").holds(top.data()))
                .isInstanceOf(InvalidValueException.class);
        assertThat(top.copy().data()).hasSize(13);
    }

    @Test
    void comparingTwoBombsFails() throws Exception {
        Node top = load(laughs(12, "[x]", "*l%d", ", ")
                        + laughs(12, "[x]", "*l%d", ", ").replace("l", "m"))
                .top();
        assertThatThrownBy(() -> Condition.of("l12 == m12").holds(top.data()))
                .isInstanceOfSatisfying(
                        InvalidValueException.class,
                        e -> assertThat(e.referenceName()).isEqualTo("MemoryError"));
        assertThatThrownBy(() -> load("a: &a [*a]\nb: &b [*b]\n")
                        .prune(Selection.builder().conditions("a == b").build()))
                .isInstanceOfSatisfying(
                        InvalidValueException.class,
                        e -> assertThat(e.referenceName()).isEqualTo("RecursionError"));
    }

    @Test
    void mergeKeysCannotMultiply() {
        StringBuilder bomb = new StringBuilder("m0: &m0 {");
        for (int i = 0; i < 5000; i++) {
            bomb.append("k").append(i).append(": 1, ");
        }
        bomb.append("}\n");
        for (int i = 1; i < 40; i++) {
            String items = String.join(", ", Collections.nCopies(100, "*m" + (i - 1)));
            bomb.append("m")
                    .append(i)
                    .append(": &m")
                    .append(i)
                    .append(" {<<: [")
                    .append(items)
                    .append("]}\n");
        }
        assertThatThrownBy(() -> load(bomb.toString()))
                .satisfies(Errors.are(LoadException.Kind.FILE))
                .hasMessageContaining("merge keys create more than");
    }

    @Test
    void aliasesCannotMultiplyNodes() {
        StringBuilder bomb = new StringBuilder("/n0: &n0 {x: 1}\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("/n%1$d: &n%1$d {/a: *n%2$d, /b: *n%2$d}\n".formatted(i, i - 1));
        }
        assertThatThrownBy(() -> load(bomb.toString()))
                .satisfies(Errors.are(LoadException.Kind.FORMAT))
                .hasMessageContaining("too many nodes")
                .satisfies(e -> assertThat(((FmfException) e).location()).isPresent());
    }

    @Test
    void mergingCannotMultiply() {
        StringBuilder list = new StringBuilder("[{j: 1}]");
        StringBuilder data = new StringBuilder("{z: 1}");
        for (int i = 0; i < 12; i++) {
            data.insert(0, "{k: ").append('}');
            list.insert(0, "[" + String.join(", ", Collections.nCopies(9, "{j: 1}")) + ", &a" + i + " {k+: ")
                    .append("}" + (", *a" + i).repeat(9) + "]");
        }
        assertThatThrownBy(() -> load("d: " + data + "\n/c:\n  d+: " + list + "\n"))
                .isInstanceOfSatisfying(
                        InvalidValueException.class,
                        e -> assertThat(e.referenceName()).isEqualTo("MemoryError"));
    }

    @Test
    void substitutionsCannotMultiply() {
        String doubling = String.join(", ", Collections.nCopies(60, "/a/aa/"));
        assertThatThrownBy(() -> load("t: a\n/c:\n  t~: [" + doubling + "]\n"))
                .isInstanceOfSatisfying(
                        InvalidValueException.class,
                        e -> assertThat(e.referenceName()).isEqualTo("MemoryError"));
    }

    @Test
    void selfContainingValuesAreHarmless() throws Exception {
        Tree tree = load("a: &a\n  b: *a\n  c: 1\nl: &l [*l]\n/x:\n  a+: {c: 2}\n  l+: [1]\n");
        tree.adjust(Context.empty());
        Node child = tree.find("/x").orElseThrow();
        assertThat(Yaml.text(child.get("a"))).isEqualTo("{'b': {...}, 'c': 2}");
        assertThatThrownBy(() -> Yaml.write(tree.top().data())).isInstanceOf(IllegalArgumentException.class);
        assertThat(tree.top().copy().data()).hasSize(2);
        assertThatThrownBy(() -> load("/a: &a\n  x: 1\n  /b: *a\n"))
                .isInstanceOfSatisfying(
                        InvalidValueException.class,
                        e -> assertThat(e.referenceName()).isEqualTo("RecursionError"));
    }

    @Test
    void directoryInItselfIsReadOnce() throws Exception {
        write("main.fmf", "/again: " + root + "\n");
        assertThatThrownBy(() -> Tree.load(root))
                .isInstanceOfSatisfying(
                        InvalidValueException.class,
                        e -> assertThat(e.referenceName()).isEqualTo("RecursionError"));
    }

    @Test
    void pipesAndDevicesAreNotOpened() throws Exception {
        write("main.fmf", "x: 1\n");
        Files.createSymbolicLink(root.resolve("zero.fmf"), Path.of("/dev/zero"));
        assertThat(Tree.load(root).skippedLinks()).hasSize(1);
        assertThatThrownBy(() -> Tree.load(root, FollowedLinks.ALL))
                .isInstanceOf(InvalidValueException.class)
                .hasMessage("Not a regular file: '" + root.resolve("zero.fmf") + "'");
        Files.delete(root.resolve("zero.fmf"));
        assertThat(new ProcessBuilder("mkfifo", root.resolve("pipe.fmf").toString())
                        .start()
                        .waitFor())
                .isZero();
        assertThatThrownBy(() -> Tree.load(root)).hasMessageContaining("pipe.fmf");
    }

    @Test
    void manyLinksTerminate() throws Exception {
        write("a/x.fmf", "x: 1\n");
        for (int i = 0; i < 60; i++) {
            Files.createSymbolicLink(root.resolve("a/l" + i), Path.of("."));
            Files.createSymbolicLink(root.resolve("m" + i), Path.of("a"));
        }
        assertThat(Tree.load(root).climb().size()).isBetween(1, 200);
    }

    @Test
    void wideTreesWork() throws Exception {
        StringBuilder text = new StringBuilder("tag: [a]\n");
        for (int i = 0; i < 50_000; i++) {
            text.append("/t").append(i).append(": {tag+: [b]}\n");
        }
        assertThat(load(text.toString()).climb()).hasSize(50_000);
    }

    @Test
    void anyBytesAreHandled() throws Exception {
        java.util.Random random = new java.util.Random(7);
        write("x.fmf", "");
        String[] pieces = {
            "a", "/b", ":", " ", "\n", "- ", "[", "]", "{", "}", "&a ", "*a", "<<", "!!set", "!x", "|", ">", "'", "\"",
            "#", "%", "\t", "\\x", "é", "\u2028", "1", "~", ",", "?", "---", "...", "+", "\r", "\u0000", "\ufeff", "  "
        };
        int loaded = 0;
        for (int i = 0; i < 1500; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(25); n >= 0; n--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            byte[] bytes = text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
            if (bytes.length > 0 && random.nextInt(8) == 0) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Files.write(root.resolve("x.fmf"), bytes);
            try {
                Tree tree = Tree.load(root);
                tree.adjust(Context.empty());
                tree.prune(Selection.builder().whole(true).filters("a: 1").build());
                loaded++;
            } catch (FmfException e) {
                assertThat(e.getMessage()).isNotEmpty();
                assertThat(e.location()).as("%s for %s", e, text).isPresent();
            }
        }
        assertThat(loaded).isBetween(50, 1450);
    }

    @Test
    void anyTextIsFilterRuleConditionOrError() throws Exception {
        java.util.Random random = new java.util.Random(11);
        String[] pieces = {
            "tag",
            "a",
            "1",
            " ",
            ":",
            "==",
            "=",
            "<",
            "~",
            "!",
            "and",
            "or",
            "not",
            "in",
            "is",
            "if",
            "else",
            "for",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ",",
            ".",
            "'",
            "\"",
            "\\",
            "|",
            "&",
            "-",
            "+",
            "*",
            "?",
            "lambda",
            "None",
            "len",
            "x",
            "defined",
            "locals()",
            "\n",
            "é",
            "#",
            "@",
            ":="
        };
        Map<String, Object> data = new LinkedHashMap<>(Map.of("tag", List.of("a", "b"), "a", 1L, "x", "text"));
        Context context = Context.of(Map.of("a", "x-1", "x", List.of("1", "2")));
        List<Integer> answered = new ArrayList<>();
        for (int i = 0; i < 30_000; i++) {
            StringBuilder built = new StringBuilder();
            for (int n = random.nextInt(9); n >= 0; n--) {
                built.append(pieces[random.nextInt(pieces.length)]);
            }
            String text = built.toString();
            try {
                switch (i % 3) {
                    case 0 -> Filter.parse(text, true, true).matches(data, "/a");
                    case 1 -> context.matches(text);
                    default -> Condition.of(text).holds(data);
                }
                answered.add(i);
            } catch (FmfException e) {
                assertThat(e.getMessage()).as(text).isNotNull();
            }
        }
        assertThat(answered).hasSizeBetween(100, 29_900);
    }
}
