package dev.atex.executor.fmf;

import static dev.atex.executor.fmf.WrittenTree.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.executor.fmf.discovery.Discovery;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.test.FmfTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which tests a plan selects, and in which order. */
class TestOrderTest {
    @TempDir
    private Path directory;

    private WrittenTree tree;

    @BeforeEach
    void makeTree() throws IOException {
        tree = new WrittenTree(directory);
        tree.file("main.fmf", """
                test: 'true'
                /a: {tag: [quick], link: {verifies: 'https://x/1'}}
                /b: {order: 10, link: [{relates: 'https://x/2', note: n}]}
                /c: {order: -1, link: 'https://x/2'}
                /d: {}
                /d-e: {}
                /d/x: {}
                """);
    }

    private Discovery plan(String text) throws IOException {
        tree.file("plan.fmf", "/: {inherit: false}\n" + text);
        return tree.discovery().plan("/plan");
    }

    private void fails(String plan, String message) throws IOException {
        Discovery discovery = plan(plan);
        assertThatThrownBy(discovery::discover)
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining(message);
    }

    @Test
    void testsAreSortedByOrderThenTree() throws Exception {
        assertThat(names(plan("discover: {how: fmf}"))).containsExactly("/c", "/b", "/a", "/d/x", "/d-e");
        assertThat(names(tree.discovery())).containsExactly("/c", "/b", "/a", "/d/x", "/d-e");
    }

    @Test
    void listedTestsKeepOrderOfList() throws Exception {
        try (FmfTests tests = plan("discover: {test: [/d, /a, '/[bc]$']}").discover()) {
            assertThat(tests.names()).containsExactly("/d/x", "/d-e", "/a", "/c", "/b");
            assertThat(tests.hasOwnOrder()).isTrue();
        }
        try (FmfTests tests = plan("discover: {test: [/b, /a]}").discover()) {
            assertThat(tests.names()).containsExactly("/b", "/a");
            assertThat(tests.hasOwnOrder()).isFalse(); // which is the usual one
        }
    }

    @Test
    void testListedTwiceRunsTwice() throws Exception {
        try (FmfTests tests = plan("discover: {test: [/a, /b, /a, '^/[ab]$']}").discover()) {
            assertThat(tests.names()).containsExactly("/a", "/b", "/a#2", "/b#2", "/a#3");
            assertThat(tests.tests()).extracting(FmfTest::writtenName).containsExactly("/a", "/b", "/a", "/b", "/a");
            assertThat(tests.hasOwnOrder()).isTrue();
        }
    }

    @Test
    void argumentsNarrowSelectionOfPlan() throws Exception {
        Discovery narrowed = plan("discover: {test: [/d, /a]}").names(List.of("^/a$", "/b"));
        assertThat(names(narrowed)).containsExactly("/a");
        assertThat(names(plan("discover: {test: [/d, /a]}").names(List.of("^/b$"))))
                .isEmpty();
        assertThat(names(plan("discover: {test: [/d, /a]}").alsoNames(List.of("^/[ab]$"))))
                .containsExactly("/d/x", "/d-e", "/a", "/b");
        assertThat(names(plan("discover: {how: fmf}").alsoNames(List.of("^/[ab]$"))))
                .containsExactly("/b", "/a");
    }

    @Test
    void includeExcludeFilterAndLinkNarrowWithoutChangingTheOrder() throws Exception {
        assertThat(names(plan("discover: {test: [/d, /a, /b], include: [/a, /d], exclude: /x}")))
                .containsExactly("/d-e", "/a");
        assertThat(names(plan("discover: {filter: ['tag: quick', 'order: -x']}")))
                .isEmpty(); // no such key
        assertThat(names(plan("discover: {filter: ['tag: quick', 'tag: -slow']}")))
                .containsExactly("/a");
        assertThat(names(plan("discover: {link: 'https://x/'}"))).containsExactly("/c", "/b", "/a");
        assertThat(names(plan("discover: {link: 'verifies:x/1'}"))).containsExactly("/a");
        assertThat(names(plan("discover: {link: ['veri.*:/1', 'relates:x/2$']}")))
                .containsExactly("/c", "/b", "/a");
        fails("discover: {link: '('}", "link '(': ");
        fails("discover: {include: '('}", "include '(': ");
        fails("discover: {filter: 'tag: ('}", "plan '/plan': discover: filter 'tag: (': ");
    }

    @Test
    void missingRequiredTestIsError() throws Exception {
        assertThat(names(plan("discover: {test: /a, require-test: [/a, /b]}"))).containsExactly("/a");
        fails(
                "discover:\n  require-test: [/a, /gone, /lost]",
                "plan.fmf:3: plan '/plan': discover: require-test: there is no test /gone, /lost");
    }

    @Test
    void rulesOfPlanChangeItsTests() throws Exception {
        try (FmfTests tests = tree.file("plan.fmf", """
                        /: {inherit: false}
                        environment: {LIMIT: 7m}
                        discover:
                            test: [{name: /a, duration: 3m}, {name: /a, tag+: [more]}, /b]
                            adjust-tests:
                              - {duration: $LIMIT, when: distro == fedora}
                              - {enabled: false, when: distro == other}
                              - {environment+: {X: 1}}
                        """)
                .discovery("distro=fedora")
                .plan("/plan")
                .discover()) {
            assertThat(tests.names()).containsExactly("/a", "/a#2", "/b");
            assertThat(tests.tests())
                    .extracting(FmfTest::duration)
                    .containsExactly(Duration.ofMinutes(3), Duration.ofMinutes(7), Duration.ofMinutes(7));
            assertThat(tests.tests())
                    .allSatisfy(test -> assertThat(test.environment()).containsEntry("X", "1"));
            assertThat(tests.find("/a#2").orElseThrow().tags()).containsExactly("quick", "more");
            assertThat(tests.find("/a").orElseThrow().tags()).containsExactly("quick");
        }
        assertThat(names(tree.discovery("distro=other").plan("/plan"))).isEmpty();
        assertThat(names(plan("discover: {adjust-tests: {tag: new}, filter: 'tag:new', test: '/[ab]$'}")))
                .containsExactly("/b", "/a");
        fails("discover: {adjust-tests: text}", "adjust-tests: expected a mapping");
    }

    @Test
    void phasesAreSortedByOrderAndGetNames() throws Exception {
        Discovery discovery = plan("discover: [{test: /a, order: 90}, {test: /b, name: mine}, {test: /c}]");
        try (FmfTests tests = discovery.discover()) {
            assertThat(tests.names()).containsExactly("/mine/b", "/default-2/c", "/default-0/a");
            assertThat(tests.root().resolve("default-2/main.fmf")).exists();
            assertThat(tests.findings()).isEmpty();
        }
        try (FmfTests tests =
                plan("discover: [{test: /a, when: distro == x}, {test: /b}]").discover()) {
            assertThat(tests.names()).containsExactly("/default-1/b"); // inactive ones count
            assertThat(WrittenTree.shown(tests.findings())).containsExactly("NOTE off plan.fmf:2");
        }
        try (FmfTests tests = plan("discover: [{test: /a, name: one}]").discover()) {
            assertThat(tests.names()).containsExactly("/one/a");
            assertThat(WrittenTree.shown(tests.findings())).containsExactly("NOTE prefix plan.fmf:2");
        }
        assertThat(names(plan("discover: [{test: /a}]"))).containsExactly("/a");
    }

    @Test
    void planCanContainTests() throws Exception {
        Discovery discovery = plan("""
                environment: {WORD: x}
                discover:
                  tests:
                    - {name: second, test: echo $WORD, order: 60}
                    - {name: /first, test: 'true', duration: 2m, environment: {A: $WORD}}
                    - {name: off, test: 'true', adjust: {when: 'true', enabled: false}}
                    - {name: bad, test: 'true', duration: 5q}
                """);
        try (FmfTests tests = discovery.discover()) {
            assertThat(tests.names()).containsExactly("/first", "/bad", "/second");
            FmfTest second = tests.find("/second").orElseThrow();
            assertThat(second.script()).isEqualTo("echo $WORD");
            assertThat(second.duration()).isEqualTo(Duration.ofHours(1));
            assertThat(second.directory()).isEmpty();
            FmfTest first = tests.find("/first").orElseThrow();
            assertThat(first.environment()).containsEntry("A", "x");
            assertThat(first.duration()).isEqualTo(Duration.ofMinutes(2));
            assertThat(WrittenTree.shown(tests.findings())).containsExactly("MISTAKE duration plan.fmf:8");
            assertThat(tests.hasOwnOrder()).isTrue();
        }
        assertThat(names(discovery.names(List.of("sec")))).containsExactly("/second");
        fails("discover: {how: shell, tests: [{test: x}]}", "tests: number 1 needs a 'name'");
    }

    @Test
    void executeScriptsAreTests() throws Exception {
        try (FmfTests tests =
                plan("execute: {script: ['echo $A', b], duration: 5m}").discover()) {
            assertThat(tests.names()).containsExactly("/script-00", "/script-01");
            assertThat(tests.tests()).extracting(FmfTest::script).containsExactly("echo $A", "b");
            assertThat(tests.tests().getFirst().duration()).isEqualTo(Duration.ofMinutes(5));
        }
        try (FmfTests tests = plan("execute: {script: a}").discover()) {
            assertThat(tests.tests().getFirst().duration()).isEqualTo(Duration.ofHours(1));
        }
        fails("discover: {}\nexecute: {script: a}", "script: a plan must not have both 'discover' and a script");
    }

    @Test
    void testRunsInItsPath() throws Exception {
        tree.file("sub/dir/file", "").file("main.fmf", """
                test: 'true'
                /usual: {}
                /there: {path: /sub/dir}
                /same: {path: sub}
                """);
        try (FmfTests tests = tree.discovery().discover()) {
            assertThat(tests.tests()).extracting(FmfTest::directory).containsExactly("sub", "sub/dir", "");
            assertThat(WrittenTree.shown(tests.findings())).containsExactly("NOTE path main.fmf:4");
        }
    }

    @Test
    void disabledTestsAreNoErrors() throws Exception {
        tree.file("main.fmf", """
                test: 'true'
                /off0: {enabled: 0}
                /off1: {enabled: }
                /off2: {enabled: []}
                /hand: {manual: yes}
                /hand1: {manual: 1}
                /on: {enabled: 1, manual: 0}
                """);
        assertThat(names(tree.discovery())).containsExactly("/on");
    }

    @Test
    void planTreeIsRootIfAllTestsAreFetched() throws Exception {
        Path other = tree.repository("other", Map.of("main.fmf", "/t: {test: 'true'}\n"));
        tree.file("prepare.sh", "true\n");
        Discovery several = plan("discover: [{url: '%s'}, {url: '%s', name: two}]".formatted(other, other));
        try (FmfTests tests = several.discover()) {
            assertThat(tests.names()).containsExactly("/default-0/t", "/two/t");
            assertThat(tests.root().resolve("prepare.sh")).exists();
            assertThat(tests.root().resolve("two/main.fmf")).exists();
        }
        try (FmfTests tests = plan("discover: [{url: '%s', name: x}, {name: own}]".formatted(other))
                .discover()) {
            assertThat(tests.root().resolve("prepare.sh")).doesNotExist();
            assertThat(tests.root().resolve("own/prepare.sh")).exists();
        }
    }

    @Test
    void scriptsOutsideOfPlanTreeAreReported() throws Exception {
        Path other = tree.repository("other", Map.of("main.fmf", "/t: {test: 'true'}\n"));
        String url = "discover: {url: '%s'}\n".formatted(other);
        try (FmfTests tests = plan(url + "prepare: {script: x}\n").discover()) {
            assertThat(WrittenTree.shown(tests.findings())).containsExactly("NOTE tree plan.fmf:2");
        }
        try (FmfTests tests = plan(url).discover()) {
            assertThat(tests.findings()).isEmpty();
        }
    }

    @Test
    void duplicateVariablesAndMissingFilesAreReported() throws Exception {
        tree.file("data/x.txt", "").file("main.fmf", """
                test: 'true'
                /same: {environment: {A: 1, B: 2}}
                /other:
                    environment:
                        A: 2
                /files:
                    require:
                      - {type: file, pattern: [/data/*.txt, 'data/x.*', /data]}
                      - {type: file, pattern: /data/*.none}
                """);
        try (FmfTests tests = plan("discover: {how: fmf}\nenvironment: {A: 1}").discover()) {
            assertThat(WrittenTree.shown(tests.findings()))
                    .containsExactly("NOTE pattern main.fmf:7", "NOTE environment main.fmf:5");
        }
    }

    @Test
    void yamlAliasesAreNotExpanded() throws Exception {
        StringBuilder bomb = new StringBuilder("x-0: &a0 [x, x]\n");
        for (int i = 1; i < 60; i++) {
            bomb.append("x-%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }
        bomb.append("x-map: &map {k: *a59}\n");
        tree.file("main.fmf", bomb + """
                /test: {test: 'true', link: [*a59, *map], require: [{url: 5, type: library, x: *a59}], tag: *a59}
                /last: {test: 'true', link: 'https://x'}
                """);
        tree.file("plan.fmf", "/: {inherit: false}\n" + bomb + "discover: {link: https, test: [{name: /, x: *a59}]}\n");
        assertThatThrownBy(() -> tree.discovery().plan("/plan").discover())
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining("too many values");
        try (FmfTests tests = tree.discovery().discover()) {
            assertThat(tests.find("/test").orElseThrow().mistake()).isPresent();
            assertThat(tests.find("/last").orElseThrow().mistake()).isEmpty();
        }
        tree.file("plan.fmf", "/: {inherit: false}\n" + bomb + "discover: {link: https}\n");
        assertThat(names(tree.discovery().plan("/plan"))).containsExactly("/last");
        for (String key : List.of("prepare", "environment", "context", "provision", "report", "execute")) {
            fails(bomb + "discover: {how: fmf}\n" + key + ": *a59\n", "plan '/plan': ");
            fails(bomb + "discover: {how: fmf}\n" + key + ": {script: *a59, k: *a59, how: *a59}\n", "plan '/plan': ");
        }
    }

    /** What takes a million steps here takes no minute, and what would take more memory than there is ends. */
    @Test
    @Tag("slow")
    @Timeout(300)
    void longListsAndHostilePatternsFinish() throws Exception {
        try (FmfTests tests =
                plan("discover: {test: [" + "/a, ".repeat(40_000) + "/a]}").discover()) {
            assertThat(tests.names()).hasSize(40_001).contains("/a#40001");
        }
        tree.file("a".repeat(200), "");
        tree.file("needs.fmf", "test: 'true'\nrequire: {type: file, pattern: '" + "*a".repeat(30) + "*b'}\n");
        try (FmfTests tests = tree.discovery().discover()) {
            assertThat(tests.findings()).anyMatch(finding -> finding.kind().equals("pattern"));
        }
    }
}
