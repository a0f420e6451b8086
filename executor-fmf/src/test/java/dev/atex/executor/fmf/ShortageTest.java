package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.executor.fmf.discovery.Discovery;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.findings.DiscoveryException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why plans select nothing, and which of their patterns do. */
@Timeout(120)
class ShortageTest {
    @TempDir
    private Path directory;

    private WrittenTree tree;

    @BeforeEach
    void makeTree() throws IOException {
        tree = new WrittenTree(directory);
        tree.file("tests.fmf", """
                test: 'true'
                /a: {tag: one}
                /b: {enabled: false}
                /c: {manual: true}
                """);
    }

    private FmfTests discover(String plan, String name) throws Exception {
        tree.file("plan.fmf", plan);
        Discovery discovery = tree.discovery().onlyLook().plan("/plan");
        return (name.isEmpty() ? discovery : discovery.names(List.of(name))).discover();
    }

    private static List<String> causes(FmfTests tests) {
        return tests.shortages().stream()
                .map(each -> each.reason().cause() + " " + each.reason().tests())
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "discover: {how: fmf}||",
                "discover: {test: /nothing}||NOT_NAMED 3",
                "discover: {include: /nothing}||NOT_NAMED 3",
                "discover: {exclude: .}||NOT_NAMED 3",
                "discover: {test: '/[bc]$'}||NOT_RUNNABLE 2",
                "discover: {filter: 'tag:two'}||NOT_FITTING 1",
                "discover: {link: 'verifies:x'}||NOT_FITTING 1",
                "discover: {how: fmf}|nothing|NOT_ASKED 1",
                "discover: {test: /a, adjust-tests: {enabled: false}}||NOT_RUNNABLE 1",
                "discover: {test: [{name: /a, enabled: false}]}||NOT_RUNNABLE 1",
                "discover: {tests: [{name: x, test: y, enabled: false}]}||NOT_RUNNABLE 1",
                "discover: {tests: [{name: x, test: y}]}|nothing|NOT_ASKED 1",
                "execute: {script: x}|nothing|NOT_ASKED 1",
                "discover: {how: fmf, when: distro == x}||OFF 1",
                "discover: [{how: fmf, when: distro == x}, {tests: [], when: a == b}, {test: /nothing}]||NOT_NAMED 3;OFF 2",
            })
    void reasons(String plan, String asked, String expected) throws Exception {
        try (FmfTests tests = discover(plan + "\n", asked == null ? "" : asked)) {
            assertThat(String.join(";", causes(tests))).isEqualTo(expected == null ? "" : expected);
            assertThat(tests.names().isEmpty()).isEqualTo(expected != null);
            assertThat(tests.isNothingModified()).isFalse();
        }
    }

    @Test
    void treeWithoutTestsHasNoShortage() throws Exception {
        tree.file("tests.fmf", "summary: x\n");
        try (FmfTests tests = tree.discovery().discover()) {
            assertThat(causes(tests)).containsExactly("NO_TESTS 0");
            assertThat(tests.shortages().getFirst().where())
                    .contains(tree.root().toString());
        }
    }

    @Test
    void patternWithoutMatchIsReportedWithPlace() throws Exception {
        try (FmfTests tests = discover("""
                discover:
                    how: fmf
                    test:
                      - /a
                      - /x
                      - {name: /y, tag: z}
                      - /b
                """, "")) {
            assertThat(tests.names()).containsExactly("/tests/a");
            assertThat(tests.findings())
                    .extracting(finding -> finding.severity() + " " + finding.kind() + " "
                            + finding.place().orElse("") + " " + finding.text())
                    .containsExactly(
                            "NOTE no-match plan.fmf:5 test pattern '/x' of plan '/plan' selects nothing",
                            "NOTE no-match plan.fmf:6 test pattern '/y' of plan '/plan' selects nothing");
        }
        // whatever users narrow it to is no mistake of the plan
        try (FmfTests tests = discover("discover: {test: [/a, /b]}\n", "nothing")) {
            assertThat(tests.findings()).isEmpty();
        }
    }

    @Test
    void unmatchedIncludesAreReportedExcludesOnlyByLint() throws Exception {
        try (FmfTests tests = discover("discover:\n    include: [/a, /x]\n    exclude: [/y]\n", "")) {
            assertThat(tests.names()).containsExactly("/tests/a");
            assertThat(tests.findings())
                    .extracting(finding ->
                            finding.severity() + " " + finding.place().orElse("") + " " + finding.text())
                    .containsExactly(
                            "NOTE plan.fmf:2 include pattern '/x' of plan '/plan' selects nothing",
                            "HINT plan.fmf:3 exclude pattern '/y' of plan '/plan' excludes nothing");
        }
    }

    @Test
    void nothingModifiedOnlyIfItIsTheOnlyReason() throws Exception {
        Path root = tree.root();
        tree.file("a/main.fmf", "test: 'true'\n").file("tests.fmf", "").file("docs/x", "1");
        String plan = "discover: {modified-only: true}\n";
        tree.file("plan.fmf", plan); // a change of it would be one of everything
        WrittenTree.git(root, "-c", "init.defaultBranch=main", "init", "-q");
        WrittenTree.commit(root, Map.of());
        WrittenTree.git(root, "checkout", "-q", "-b", "topic");
        try (FmfTests tests = discover(plan, "")) {
            assertThat(tests.isNothingModified()).isTrue();
        }
        try (FmfTests tests = discover("discover: [{modified-only: true}, {test: /nothing, name: x}]\n", "")) {
            assertThat(causes(tests)).containsExactly("NOT_MODIFIED 1", "NOT_NAMED 1");
            assertThat(tests.isNothingModified()).isFalse();
        }
        tree.file("plan.fmf", plan);
        WrittenTree.commit(root, Map.of("docs/x", "2")); // no test is for it
        try (FmfTests tests = discover(plan, "")) {
            assertThat(tests.isNothingModified()).isTrue();
            assertThat(WrittenTree.shown(tests.findings())).containsExactly("NOTE nothing-modified plan.fmf:1");
        }
        WrittenTree.commit(root, Map.of("a/x", "2"));
        try (FmfTests tests = discover(plan, "nothing")) {
            assertThat(causes(tests)).containsExactly("NOT_ASKED 1");
            assertThat(tests.isNothingModified()).isFalse();
        }
    }

    @Test
    void errorsInRulesHavePlaceAndTest() throws Exception {
        tree.file("plan.fmf", "\ndiscover:\n    adjust-tests:\n      - test+: [1]\n");
        assertThatThrownBy(() -> tree.discovery().plan("/plan").discover())
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining("plan.fmf:3: plan '/plan': discover: adjust-tests: test '/tests/a': ");
        tree.file("plan.fmf", "\ndiscover:\n    test:\n      - {name: /a, test+: [1]}\n");
        assertThatThrownBy(() -> tree.discovery().plan("/plan").discover())
                .hasMessageContaining("plan.fmf:3: plan '/plan': discover: test: test '/tests/a': ");
        tree.file("plan.fmf", "\ndiscover:\n    tests:\n      - {name: x, test: y, adjust: {test+: [1]}}\n");
        assertThatThrownBy(() -> tree.discovery().plan("/plan").discover())
                .hasMessageContaining("plan.fmf:3: plan '/plan': discover: tests: test '/x': ");
        // a rule is not tried on tests that are not meant
        tree.file("plan.fmf", "discover: {include: /b, adjust-tests: {when: a == b, tag: c}}\n");
        tree.file("other.fmf", "test: [1]\n");
        assertThat(WrittenTree.names(tree.discovery().plan("/plan"))).isEmpty();
    }

    @Test
    void requestedDisabledTestIsReportedWithPlace() throws Exception {
        try (FmfTests tests = tree.discovery().names(List.of("/[bc]$")).discover()) {
            assertThat(tests.names()).isEmpty();
            assertThat(tests.findings())
                    .extracting(finding ->
                            finding.severity() + " " + finding.place().orElse("") + " " + finding.text())
                    .containsExactly(
                            "NOTE tests.fmf:3 test '/tests/b' is disabled in this context",
                            "NOTE tests.fmf:4 test '/tests/c' is manual");
        }
        tree.file("tests.fmf", "test: 'true'\n/a:\n    adjust:\n      - enabled: false\n");
        try (FmfTests tests = tree.discovery().names(List.of("/a")).discover()) {
            assertThat(tests.findings())
                    .extracting(finding -> finding.place().orElse(""))
                    .containsExactly("tests.fmf:4");
        }
        // nobody has asked for it
        try (FmfTests tests = tree.discovery().excludes(List.of("x")).discover()) {
            assertThat(tests.findings()).isEmpty();
        }
    }
}
