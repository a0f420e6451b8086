package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.executor.fmf.discovery.Lint;
import dev.atex.executor.fmf.findings.Finding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LintTest {
    @TempDir
    private Path directory;

    private WrittenTree tree;

    @BeforeEach
    void makeTree() throws IOException {
        tree = new WrittenTree(directory);
    }

    private List<String> lint() throws Exception {
        return WrittenTree.shown(Lint.of(tree::discovery).findings());
    }

    @Test
    void correctTreeHasNoFindings() throws Exception {
        tree.file("t.fmf", "test: 'true'\n").file("p.fmf", "discover: {how: fmf}\nexecute: {how: tmt}\n");
        Lint lint = Lint.of(tree::discovery);
        assertThat(lint.findings()).isEmpty();
        assertThat(lint.plans()).isEqualTo(1);
        assertThat(lint.tests()).isEqualTo(1);
    }

    @Test
    void allFindingsOfAllTestsAndPlans() throws Exception {
        tree.file("t.fmf", """
                        test: 'true'
                        /bad: {duration: 5q}
                        /misspelt:
                            duraton: 5m
                            extra-own: 1
                        /library: {require: {url: /no/such/repository}}
                        /alone: {extra-priority: 2}
                        /recommends: {recommend: {url: x}}
                        """).file("p.fmf", """
                        discover: {test: [/bad, /misspelt, /library, /recommends]}
                        /good: {own-key: 1}
                        /empty: {discover: {test: /nothing}}
                        /off: {enabled: false}
                        /wrong: {discover: {filter: 'tag: ('}}
                        /worse: {prepare: {script: [{}]}}
                        /gone: {discover: {url: /no/such/repository}}
                        /upgrade: {execute: {how: upgrade}}
                        /machine: {provision: {how: beaker}}
                        """);
        assertThat(lint())
                .containsOnlyOnce(
                        "MISTAKE duration t.fmf:2",
                        "NOTE unknown-key t.fmf:4",
                        "HINT own-key t.fmf:5",
                        "MISTAKE library t.fmf:6",
                        "NOTE unselected t.fmf:7",
                        "REFUSED library t.fmf:8",
                        "HINT own-key p.fmf:2",
                        "NOTE empty-plan p.fmf:3",
                        "HINT disabled p.fmf:4",
                        "MISTAKE plan p.fmf:5",
                        "MISTAKE plan p.fmf:6",
                        "MISTAKE plan p.fmf:7",
                        "REFUSED how p.fmf:8",
                        "REFUSED provision p.fmf:9")
                .doesNotContain("HINT own-key t.fmf:7");
        assertThat(Lint.of(tree::discovery).findings())
                .filteredOn(finding -> finding.kind().equals("plan"))
                .extracting(Finding::text)
                .anySatisfy(text -> assertThat(text).contains("plan '/p/wrong': discover: filter 'tag: (': "))
                .anySatisfy(text -> assertThat(text).startsWith("plan '/p/gone': discover: url: cannot fetch"));
    }

    @Test
    void unreadableFilesAreReportedAndOthersAreChecked() throws Exception {
        tree.file("bad.fmf", "a: [1\n")
                .file("keys.fmf", "1: x\n")
                .file("t.fmf", "test: 'true'\nduraton: 5m\n")
                .file("p.fmf", "discover: {how: fmf}\nexecute: {how: tmt}\n");
        assertThat(lint())
                .containsExactlyInAnyOrder(
                        "MISTAKE unreadable bad.fmf:2:1",
                        "MISTAKE unreadable keys.fmf:1:1",
                        "NOTE unknown-key t.fmf:2");
        assertThat(Lint.of(tree::discovery).findings())
                .filteredOn(finding -> finding.kind().equals("unreadable"))
                .extracting(Finding::text)
                .anySatisfy(text -> assertThat(text).contains("flow sequence (line 1, column 4)"))
                .anySatisfy(text -> assertThat(text).contains("keys must be strings"));
    }

    @Test
    void repositoryWhoseServerDoesNotAnswerIsNote() throws Exception {
        tree.file("t.fmf", "test: 'true'\n").file("p.fmf", """
                        discover: {how: fmf}
                        /all: {}
                        /far: {discover: {url: 'https://127.0.0.1:1/tests'}}
                        """);
        assertThat(Lint.of(tree::discovery).findings()).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.NOTE);
            assertThat(finding.kind()).isEqualTo("unreachable");
            assertThat(finding.text()).startsWith("plan '/p/far': discover: url: cannot fetch");
        });
    }

    /** Nobody runs them: what they ask for is not refused, what is misspelt in them is a hint. */
    @Test
    void disabledPlansHaveHintsOnly() throws Exception {
        tree.file("t.fmf", "test: 'true'\n").file("p.fmf", """
                        discover: {how: fmf}
                        /on: {}
                        /machine: {enabled: false, provision: {how: artemis}}
                        /several: {enabled: false, provision: [{name: a}, {name: b}]}
                        /steps: {enabled: false, execute: {how: upgrade}}
                        /misspelt: {enabled: false, prepare: {how: shell, scrpt: x, script: y}}
                        """);
        List<Finding> findings = Lint.of(tree::discovery).findings();
        assertThat(findings).extracting(Finding::severity).containsOnly(Finding.Severity.HINT);
        assertThat(findings).extracting(Finding::kind).contains("unknown-key").containsOnly("disabled", "unknown-key");
    }

    @Test
    void severalGuestsAreRefusedOnceWithTheirLine() throws Exception {
        tree.file("t.fmf", "test: 'true'\n")
                .file("p.fmf", "discover: {how: fmf}\nprovision:\n  - {name: a}\n  - {name: b}\n");
        assertThat(Lint.of(tree::discovery).findings()).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.REFUSED);
            assertThat(finding.text()).contains("a, b", "--allow multihost", "--provision");
            assertThat(finding.place()).contains("p.fmf:4");
        });
    }

    @Test
    void misspeltKeysOfNodesWithoutTestsAreReported() throws Exception {
        tree.file("t.fmf", """
                /on: {test: 'true'}
                /rule:
                    test: 'true'
                    adjust: [{wen: distro == fedora, enabled: false}]
                /off: {test: 'true', enabled: false, duraton: 5m, own: 1}
                /no-test:
                    tset: ./runtest.sh
                    duration: 5m
                /no-plan:
                    discovr: {how: fmf}
                    execut: {how: tmt}
                /library: {require: [make]}
                /story: {story: x, tset: 1}
                /half:
                    execute: {how: tmt}
                    discovr: {how: fmf}
                """);
        assertThat(lint())
                .containsExactlyInAnyOrder(
                        "NOTE unknown-key t.fmf:4",
                        "NOTE unknown-key t.fmf:5",
                        "NOTE unknown-key t.fmf:7",
                        "NOTE unknown-key t.fmf:10",
                        "NOTE unknown-key t.fmf:11",
                        "HINT no-test t.fmf:12",
                        "MISTAKE plan t.fmf:16",
                        "NOTE unselected t.fmf:1");
        assertThat(Lint.of(tree::discovery).findings())
                .extracting(Finding::text)
                .contains(
                        "'/t/no-test' has an unknown key 'tset' (did you mean 'test'?): without that it is no test",
                        "'/t/no-plan' has an unknown key 'discovr' (did you mean 'discover'?): without that it is no plan",
                        "plan '/t/half': it discovers no tests: it has an unknown key 'discovr' (did you mean 'discover'?)");
    }

    @Test
    void errorsOfMergingAndAdjustingDoNotHideOthers() throws Exception {
        tree.file("a.fmf", "test: 'true'\ntag: [x]\n/one: {tag+: 5}\n/two: {tag+: {a: 1}}\n/three: {tset: x}\n")
                .file("b.fmf", "test: 'true'\nadjust: 5\n")
                .file("c.fmf", "test: 'true'\ntag: [x]\nadjust:\n  - tag+: 5\n")
                .file("d.fmf", "test: 'true'\nduration: 5z\n")
                .file("e.fmf", "test: [\n")
                .file("p.fmf", "discover: {how: fmf, test: /a/one}\n");
        assertThat(lint())
                .containsExactlyInAnyOrder(
                        "MISTAKE tree a.fmf:3:8",
                        "MISTAKE tree a.fmf:4:8",
                        "NOTE unknown-key a.fmf:5",
                        "MISTAKE tree b.fmf:2:1",
                        "MISTAKE tree c.fmf:4:5",
                        "MISTAKE duration d.fmf:2",
                        "MISTAKE unreadable e.fmf:2:1");
    }

    @Test
    void emptyScriptIsReported() throws Exception {
        tree.file("t.fmf", "/a: {test: ''}\n/b: {test: ' '}\n/c: {test: 'true'}\n/d:\n  test:\n");
        assertThat(lint()).containsExactlyInAnyOrder("NOTE test t.fmf:1", "NOTE test t.fmf:2", "MISTAKE test t.fmf:5");
    }

    @Test
    void checkWithoutHowSuggestsKey() throws Exception {
        tree.file("t.fmf", "test: 'true'\ncheck: [{hwo: dmesg}]\n");
        assertThat(Lint.of(tree::discovery).findings())
                .extracting(Finding::text)
                .containsExactly("test '/t': check: it has no 'how', but an unknown key 'hwo' (did you mean 'how'?)");
        tree.file("t.fmf", "test: 'true'\ncheck: [{result: info}]\n");
        assertThat(Lint.of(tree::discovery).findings())
                .extracting(Finding::text)
                .first()
                .asString()
                .contains("check: how")
                .doesNotContain("did you mean");
    }

    @Test
    void errorInRuleOfPlanIsReportedOnceAtItsPlace() throws Exception {
        tree.file("t.fmf", "test: 'true'\nduration: 1m\n/a: {}\n/b: {}\n/c: {duration: 5z}\n")
                .file("p.fmf", """
                        discover:
                            how: fmf
                            test: /[ab]$
                            adjust-tests:
                              - {tag: x}
                              - wen: x
                                duration: 1q
                        """);
        assertThat(Lint.of(tree::discovery).findings())
                .extracting(finding -> finding.place().orElse("") + " " + finding.severity() + " " + finding.text())
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).startsWith("p.fmf:6 NOTE ").contains("'wen' (did you mean 'when'?)"),
                        line -> assertThat(line)
                                .startsWith("p.fmf:7 MISTAKE plan '/p': discover: adjust-tests: duration"),
                        line -> assertThat(line).startsWith("t.fmf:5 MISTAKE test '/t/c': duration"),
                        line -> assertThat(line).startsWith("t.fmf:5 NOTE no plan selects"));
    }
}
