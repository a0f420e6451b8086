package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.executor.fmf.discovery.Discovery;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.findings.Finding;
import dev.atex.executor.fmf.plan.FmfPlan;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.fmf.Context;
import dev.atex.fmf.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiscoveryTest {
    @TempDir
    private Path root;

    @BeforeEach
    void makeTree() throws IOException {
        Files.createDirectories(root.resolve(".fmf"));
        write(".fmf/version", "1\n");
        write("tests/main.fmf", """
                duration: 1m
                /a:
                    test: ./a.sh
                    tag: [quick, x]
                    require: [bash, {type: file, pattern: /tests}]
                /b:
                    test: ./b.sh
                    recommend: nano
                    environment: {N: 1.50, B: true, S: text}
                /disabled:
                    test: ./a.sh
                    enabled: false
                    adjust: {when: distro == fedora, enabled: true}
                /manual:
                    test: ./a.sh
                    manual: true
                /story:
                    story: As a user I want
                    test: ./a.sh
                """);
        write("tests/deep/down.fmf", "test: ./deep.sh\n");
        write("plans.fmf", """
                /all:
                    discover: {how: fmf}
                    environment: {P: 1}
                    prepare: {how: install, package: [zsh, tar]}
                /quick:
                    discover: {filter: "tag:quick"}
                /sections:
                    discover:
                      - {name: one, test: /a$}
                      - {name: two, exclude: /a}
                      - {name: other, how: shell}
                """);
    }

    @Test
    void withoutPlanAllEnabledTestsAreFound() throws Exception {
        try (FmfTests tests = Discovery.in(root.resolve("tests")).discover()) {
            assertThat(tests.names()).containsExactly("/tests/a", "/tests/b", "/tests/deep/down");
            assertThat(tests.plan()).isEqualTo(FmfPlan.none());
            assertThat(tests.tests()).extracting(FmfTest::directory).containsExactly("tests", "tests", "tests/deep");
            assertThat(tests.find("/tests/a").orElseThrow().duration()).isEqualTo(Duration.ofMinutes(1));
            assertThat(tests.find("/tests/b").orElseThrow().environment())
                    .isEqualTo(Map.of("N", "1.5", "B", "True", "S", "text"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "enabled: 0, false",
        "enabled:, false",
        "enabled: [], false",
        "enabled: {}, false",
        "enabled: '', false",
        "enabled: 0.0, false",
        "enabled: false, false",
        "enabled: no, true",
        "enabled: 'false', true",
        "enabled: 1, true",
        "enabled: [false], true",
        "manual: yes, false",
        "manual: 1, false",
        "manual: 'false', false",
        "manual: [x], false",
        "manual: true, false",
        "manual: 0, true",
        "manual:, true",
        "manual: '', true",
        "manual: [], true"
    })
    void enabledAndManualUsePythonTruth(String line, boolean found) throws Exception {
        write("odd.fmf", "test: x\n" + line + "\n");
        assertThat(names(Discovery.in(root).names(List.of("^/odd$")))).hasSize(found ? 1 : 0);
    }

    @Test
    void errorInFilterNamesFilter() throws IOException {
        assertThatThrownBy(() ->
                        Discovery.in(root).filters(List.of("tag:x", "tag:(")).discover())
                .isInstanceOf(DiscoveryException.class)
                .hasMessageStartingWith("filter 'tag:(': missing )");
        write("wrong.fmf", "discover: {filter: ['tag:x', '[']}\n");
        assertThatThrownBy(() -> Discovery.in(root).plan("/wrong").discover())
                .isInstanceOf(DiscoveryException.class)
                .hasMessageStartingWith("wrong.fmf:1: plan '/wrong': discover: filter '[': unterminated character set");
    }

    @Test
    void referenceErrorsAreWarnings() throws Exception {
        write("odd.fmf", "test: x\ntag: [x:y]\n");
        try (FmfTests tests = Discovery.in(root).discover()) {
            assertThat(tests.names()).contains("/odd");
            assertThat(tests.warnings())
                    .singleElement()
                    .asString()
                    .startsWith(root.resolve("odd.fmf") + ":2:7: an unquoted ':' or '?' in brackets");
        }
    }

    @Test
    void selectionsNarrowEachOther() throws Exception {
        assertThat(names(Discovery.in(root).names(List.of("/b$", "/deep/"))))
                .containsExactly("/tests/b", "/tests/deep/down");
        assertThat(names(Discovery.in(root).excludes(List.of("^/tests/[ab]$")))).containsExactly("/tests/deep/down");
        assertThat(names(Discovery.in(root).conditions(List.of("duration == '1m'", "'x' in tag"))))
                .containsExactly("/tests/a");
    }

    @Test
    void planGivesFiltersEnvironmentAndPackages() throws Exception {
        assertThat(names(Discovery.in(root).plan("/plans/quick"))).containsExactly("/tests/a");
        assertThat(names(Discovery.in(root).plan("/plans/quick").filters(List.of("tag:-x"))))
                .isEmpty();
        try (FmfTests tests = Discovery.in(root).plan("/plans/all").discover()) {
            assertThat(tests.plan().environment()).isEqualTo(Map.of("P", "1"));
            assertThat(tests.packages()).containsExactly("bash", "nano", "tar", "zsh");
        }
    }

    @Test
    void contextDecidesAdjustRules() throws Exception {
        assertThat(names(Discovery.in(root).context(Context.of(Map.of("distro", "fedora")))))
                .contains("/tests/disabled");
    }

    @Test
    void namedSectionsHaveTreesOfTheirOwn() throws Exception {
        write("tests/a.sh", "");
        try (FmfTests tests = Discovery.in(root).plan("/plans/sections").discover()) {
            assertThat(tests.names()).containsExactly("/one/tests/a", "/two/tests/b", "/two/tests/deep/down");
            assertThat(tests.find("/two/tests/deep/down").orElseThrow().directory())
                    .isEqualTo("two/tests/deep");
            assertThat(tests.root().resolve("one/tests/a.sh")).exists();
            assertThat(tests.root().resolve("two/tests/a.sh")).exists();
            assertThat(tests.root().resolve("other")).doesNotExist();
        }
    }

    @Test
    void copyIsPrivateAndRemoved() throws Exception {
        write(".git/config", "x");
        write("sub/.git/config", "x");
        write("runs/1/log", "x");
        Path made;
        try (FmfTests tests = Discovery.in(root).leaveOut(root.resolve("runs")).discover()) {
            made = tests.root();
            assertThat(made.resolve("tests/main.fmf")).exists();
            assertThat(made.resolve("sub")).exists();
            assertThat(List.of(made.resolve(".git"), made.resolve("sub/.git"), made.resolve("runs")))
                    .noneMatch(Files::exists);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made.getParent())))
                    .isEqualTo("rwx------");
        }
        assertThat(made.getParent()).doesNotExist();
    }

    @Test
    void leftOutDirectoryIsRecognisedThroughLinks(@TempDir Path elsewhere) throws Exception {
        write("runs/1/log", "x");
        Path link = Files.createSymbolicLink(elsewhere.resolve("link"), root);
        try (FmfTests tests =
                Discovery.in(link).leaveOut(root.resolve("runs/1")).discover()) {
            assertThat(tests.root().resolve("runs")).isEmptyDirectory();
        }
        try (FmfTests tests =
                Discovery.in(root).leaveOut(link.resolve("runs/1")).discover()) {
            assertThat(tests.root().resolve("runs")).isEmptyDirectory();
        }
    }

    @Test
    void discoveredTestsCanBeChanged() throws Exception {
        try (FmfTests tests = Discovery.in(root).discover()) {
            tests.removeIf(test -> test.tags().contains("quick"));
            tests.replaceAll(test -> test.withName("/mine" + test.name()).with("duration", "7s"));
            tests.put(new FmfTest("/added", "", Map.of("test", "true")));
            assertThat(tests.names()).containsExactly("/mine/tests/b", "/mine/tests/deep/down", "/added");
            assertThat(tests.tests().getFirst().duration()).isEqualTo(Duration.ofSeconds(7));
            assertThatThrownBy(() -> tests.replaceAll(test -> test.withName("/same")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'/same'");
            assertThat(tests.names()).contains("/added");
        }
    }

    @Test
    void unknownPlanListsExistingPlans() {
        assertThatThrownBy(() -> Discovery.in(root).plan("/plans/al").discover())
                .isInstanceOfSatisfying(DiscoveryException.class, e -> {
                    assertThat(e).hasMessageContaining("no plan '/plans/al'").hasMessageContaining("/plans/all");
                    assertThat(e.unknown()).contains("/plans/al");
                    assertThat(e.known()).containsExactly("/plans/all", "/plans/quick", "/plans/sections");
                });
    }

    @Test
    void planNameMustMeanOnePlanAndNoTest() {
        fails(
                Discovery.in(root).plan("/plans"),
                "'/plans' matches multiple plans: /plans/all, /plans/quick, /plans/sections");
        fails(Discovery.in(root).plan("/tests/a"), "is a test, not a plan");
    }

    @Test
    void mistakesInPlansAreNamed() throws Exception {
        assertPlanFails("execute: {how: tmt}", "it discovers no tests");
        assertPlanFails("environment: {A: b}", "it discovers no tests");
        assertPlanFails("discover: [{name: a}, {name: a}]", "two sections have the name 'a'");
        assertPlanFails("discover: [{name: default-1}, {}]", "two sections have the name 'default-1'");
        assertPlanFails("discover: {name: ..}", "'..' cannot name a section");
        assertPlanFails("discover: {name: a/b}", "'a/b' cannot name a section");
        assertPlanFails("discover: {name: ''}", "'' cannot name a section");
        assertPlanFails("discover: {name: 5}", "discover: name: expected a string, not '5'");
        assertPlanFails("discover: text", "discover: expected a mapping");
        assertPlanFails("discover: {test: {a: b}}", "discover: test: expected a string or a list of strings");
        assertPlanFails("discover: {test: (}", "discover: test '(': ");
        assertPlanFails("{discover: {}, environment: text}", "environment: expected a mapping");
        assertPlanFails("{discover: {}, prepare: {how: shell, script: {a: b}}}", "prepare: script: expected a string");
    }

    @Test
    void errorInOneTestKeepsOthers() throws Exception {
        assertTestFails("{test: [a]}", "test: expected a string");
        assertTestFails("{test: a, duration: 5x}", "duration '5x': not a duration");
        assertTestFails("{test: a, environment: [a]}", "environment: expected a mapping");
        assertTestFails("{test: a, environment: {'A=': b}}", "'A=' cannot be the name");
        assertTestFails("{test: a, environment: {A: \"\\0\"}}", "a NUL character");
        assertTestFails("{test: a, tty: maybe}", "tty: expected true or false");
        assertTestFails("{test: a, extra-priority: high}", "extra-priority: expected a number");
        assertTestFails("{test: a, enabled: 'false'}", "enabled: expected true or false, not 'false'");
        assertTestFails("{test: a, order: first}", "order: expected a whole number, not 'first'");
        assertTestFails("{test: a, framework: other}", "framework: expected one of beakerlib, shell, not 'other'");
        assertTestFails("{test: a, result: skip}", "result: expected one of ");
        assertTestFails("{test: a, check: [avc, {how: other}]}", "check: expected one of ");
        assertTestFails("{test: a, check: {how: avc, result: pass}}", "check: result: expected ");
        assertTestFails("{test: a, restart-max-count: 11}", "restart-max-count: expected a number from 1 to 10");
        assertTestFails(
                "{test: a, restart-on-exit-code: [1, x]}", "restart-on-exit-code: expected exit codes from 0 to 255");
        assertTestFails("{test: a, path: /nowhere}", "path '/nowhere' is no directory of the tree");
        assertTestFails("{test: a, path: /../..}", "path '/../..' leads out of the tree");
    }

    @Test
    void brokenFilesAndSelectionsAreNamed() throws Exception {
        fails(Discovery.in(root).names(List.of("ok", "(")), "name '(': ");
        fails(Discovery.in(root).conditions(List.of("True", "a b")), "condition 'a b': ");
        fails(Discovery.in(root).excludes(List.of("[")), "exclude '[': ");
        fails(Discovery.in(root).filters(List.of("no: such", "a: (")), "filter 'a: (': ");
        fails(Discovery.in(Path.of("/nonexistent/tree")), "/nonexistent");
        write("tests/broken.fmf", "a: [\n");
        fails(Discovery.in(root), "broken.fmf");
    }

    @Test
    void treeOfValuesHasNoFiles() throws Exception {
        fails(Discovery.of(Tree.of(Map.of("test", "true"))), "no files");
    }

    private static List<String> names(Discovery discovery) throws Exception {
        try (FmfTests tests = discovery.discover()) {
            return tests.names();
        }
    }

    private void assertPlanFails(String plan, String message) throws IOException {
        write("wrong.fmf", plan + "\n");
        assertThatThrownBy(() -> Discovery.in(root).plan("/wrong").discover())
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining("plan '/wrong'")
                .hasMessageContaining(message);
    }

    private void assertTestFails(String test, String message) throws Exception {
        write("wrong.fmf", "summary: one\n/inner: " + test + "\n");
        try (FmfTests tests = Discovery.in(root).discover()) {
            FmfTest found = tests.find("/wrong/inner").orElseThrow();
            assertThat(found.mistake().orElseThrow()).contains(message);
            assertThat(found.duration()).isEqualTo(FmfTest.DEFAULT_DURATION);
            assertThat(found.environment()).isEmpty();
            assertThat(tests.find("/tests/a").orElseThrow().mistake()).isEmpty();
            assertThat(tests.findings()).singleElement().satisfies(finding -> {
                assertThat(finding.severity()).isEqualTo(Finding.Severity.MISTAKE);
                assertThat(finding.text()).startsWith("test '/wrong/inner': ").contains(message);
                assertThat(finding.place()).contains("wrong.fmf:2");
            });
        }
    }

    private static void fails(Discovery discovery, String message) {
        assertThatThrownBy(discovery::discover)
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining(message);
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
