package dev.atex.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Constructs that the reference's parser refuses are read and reported with their place; those it accepts are not
 * reported.
 */
class NoticesTest {
    @TempDir
    private Path root;

    private Tree tree(String main) throws IOException, FmfException {
        Tree.init(root);
        Files.writeString(root.resolve("main.fmf"), main);
        return Tree.load(root);
    }

    private static String unescaped(String text) {
        return text.replace("\\n", "\n").replace("\\t", "\t").replace("\\u2028", "\u2028");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "-tab:\\n  -\\tx ; 2:4 ; a tab",
                "k:\\n- \\tx ; 2:3 ; a tab",
                "k: 1\\n\\t\\nl: 2 ; 2:1 ; a tab",
                "\\t\\nk: 1 ; 1:1 ; a tab",
                "k: 'x'\\n \\t\\nl: 2 ; 2:2 ; a tab",
                "k:\\n  l: x\\n \\t\\n ; 3:2 ; a tab",
                "k:\\n  l: x\\n\\t# comment ; 3:1 ; a tab",
                "k: x\\n\\t\\n y ; 2:1 ; a tab",
                "k: [a]\\n\\t\\n ; 2:1 ; a tab",
                "k: |\\n \\tx ; 2:2 ; a tab",
                "k: |\\n  x\\n\\t\\n ; 3:1 ; a tab",
                "k: |\\n  x\\n\\t\\n  y\\nl: 1 ; 3:1 ; a tab",
                "k: 'x'\\nl: |\\n  x\\n \\t\\nm: 1 ; 4:2 ; a tab",
                "?\\tk\\n: x ; 1:2 ; a tab",
                "k: &é x ; 1:4 ; the anchor name '&é'",
                "k: &a 1\\nl: &a 2\\nm: *a ; 2:4 ; the anchor '&a'",
                "k: &a [1]\\nl: [&a 2] ; 2:5 ; the anchor '&a'",
                "k: [tag:quick] ; 1:5 ; an unquoted ':' or '?' in brackets",
                "k: [x, http://x] ; 1:8 ; an unquoted ':' or '?' in brackets",
                "k: {a:1} ; 1:5 ; an unquoted ':' or '?' in brackets",
                "k: [a?b] ; 1:5 ; an unquoted ':' or '?' in brackets",
                "k: {a: ?b} ; 1:8 ; an unquoted ':' or '?' in brackets",
                "k: {a:} ; 1:5 ; an unquoted ':' or '?' in brackets",
                "k: [?x, a:b] ; 1:9 ; an unquoted ':' or '?' in brackets",
                "k: x\\u2028y ; 1:5 ; U+2028",
                "k: '\uD83D\uDE00'\\nl: [\uD83D\uDE00, a:b] ; 2:8 ; an unquoted ':' or '?' in brackets",
            })
    void constructsThatReferenceRefusesAreReported(String yaml, String place, String beginning) throws Exception {
        Tree tree = tree(unescaped(yaml));
        assertThat(tree.notices()).singleElement().satisfies(notice -> {
            assertThat(notice).hasToString(root.resolve("main.fmf") + ":" + place + ": " + notice.text());
            assertThat(notice.text()).startsWith(beginning).contains("refuses this file");
        });
        assertThat(tree.top().data()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "k:\\tx",
                "k: x\\t# comment\\nl: 1",
                "k: x\\n \\t\\nl: 1",
                "k: x\\n \\t\\n y",
                "k: x\\n \\ty",
                "k:\\n  l: x\\n   \\t\\n   y",
                "k: |\\n  x\\n  \\ty\\n\\nl: 1",
                "k: |2\\n  \\tx",
                "k: 'x\\n\\ty'",
                "k: \"x\\n\\t\\ny\"",
                "k: [a,\\n\\tb]",
                "k: {\\n\\ta: b\\n\\t}\\nl: 1",
                "---\\t{k: x}",
                "k: x # a\\tb",
                "# comment\\n#\\t- x\\nk: 1",
                "k: &a-b_1 x\\nl: *a-b_1",
                "k: ['tag:quick', \"a?\", a: b]",
                "k: {\"a\":1, b: {c: d}}",
                "k: http://x?y=1",
                "k: [?x, {?y: 1}]",
                "k: &1:20 x",
                "k:\\n ?\\n : x",
                "k:\\n k: ~\\n ~: x",
                "k: &a\\nl: *a",
                "k: x\\u2028l: y",
                "k: 'x\\u2028y'",
                "k: |#c\\n  x",
                "k: [-, -]",
            })
    void constructsThatReferenceAcceptsAreNotReported(String yaml) throws Exception {
        Tree tree = tree(unescaped(yaml));
        assertThat(tree.notices()).isEmpty();
        assertThat(tree.top().data()).isNotEmpty();
    }

    @Test
    void eachKindIsReportedOncePerFile() throws Exception {
        Tree.init(root);
        Files.writeString(root.resolve("a.fmf"), "k: [a:b, c:d]\nl: &é 1\nm: [e:f]\n");
        Files.writeString(root.resolve("b.fmf"), "k: [a:b]\n");
        Files.writeString(root.resolve(".fmf/config"), "explore:\n  include: [.plans, x:y]\n");
        List<Notice> notices = Tree.load(root).notices();
        assertThat(notices)
                .extracting(notice -> root.relativize(notice.location().file()) + ":"
                        + notice.location().line() + ":" + notice.location().column())
                .containsExactly(".fmf/config:2:21", "a.fmf:1:5", "a.fmf:2:4", "b.fmf:1:5");
        assertThat(notices.get(1).text()).endsWith("(2 more below)");
    }

    @Test
    void treeOfValuesHasNoNotices() throws FmfException {
        assertThat(Tree.of(java.util.Map.of("k", "a:b")).notices()).isEmpty();
    }

    /** Positions of errors refer to the written text, even if the parser got another. */
    @Test
    void placesReferToFile() throws IOException, FmfException {
        Tree.init(root);
        for (String begin : List.of("[?x, ?y]", "[-, a]", "&1:2 [x]", "&b:c\n - x")) {
            String yaml = "k: " + begin + "\nl: {?a: 1}\n/:\n  wrong: 1\n";
            Files.writeString(root.resolve("main.fmf"), yaml);
            int line = (int) begin.lines().count() + 2;
            assertThatThrownBy(() -> Tree.load(root))
                    .satisfies(Errors.are(LoadException.Kind.FORMAT))
                    .isInstanceOfSatisfying(
                            LoadException.class,
                            e -> assertThat(e.location()).contains(new Location(root.resolve("main.fmf"), line, 1)));
        }
        Files.writeString(root.resolve("main.fmf"), "/a: {k: [?x], /: {wrong: 1}}\n");
        assertThatThrownBy(() -> Tree.load(root))
                .satisfies(Errors.are(LoadException.Kind.FORMAT))
                .isInstanceOfSatisfying(
                        LoadException.class,
                        e -> assertThat(e.location()).contains(new Location(root.resolve("main.fmf"), 1, 15)));
        Files.writeString(root.resolve("main.fmf"), "k: [?x, ?y, [}\n");
        assertThatThrownBy(() -> Tree.load(root))
                .satisfies(Errors.are(LoadException.Kind.FILE))
                .isInstanceOfSatisfying(
                        LoadException.class,
                        e -> assertThat(e.location()).contains(new Location(root.resolve("main.fmf"), 1, 14)));
    }
}
