package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.executor.fmf.discovery.Discovery;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.discovery.Lint;
import dev.atex.executor.fmf.findings.Finding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Misspelt keys inside of values. */
class InnerKeysTest {
    @TempDir
    private Path directory;

    private WrittenTree tree;

    @BeforeEach
    void makeTree() throws IOException {
        tree = new WrittenTree(directory);
        tree.file("t.fmf", "test: 'true'\n").file("p.fmf", "discover: {how: fmf}\n");
    }

    private List<String> told(Discovery discovery) throws Exception {
        try (FmfTests tests = discovery.libraries(false).discover()) {
            return tests.findings().stream()
                    .map(finding ->
                            finding.severity() + " " + finding.place().orElse("nowhere") + ": " + finding.text())
                    .toList();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "check: {how: avc, reslt: xfail}|a test's check 'avc' has an unknown key 'reslt' (did you mean 'result'?)",
                "check: [dmesg, {how: dmesg, failure-patern: x}]|a test's check 'dmesg' has an unknown key 'failure-patern' (did you mean 'failure-pattern'?)",
                "check: {how: journal, enabeld: false}|a test's check 'journal' has an unknown key 'enabeld' (did you mean 'enabled'?)",
                "require: [a, {type: file, patern: x}]|an item of a test's 'require' has an unknown key 'patern' (did you mean 'pattern'?)",
                "require: {url: u, nmae: /x}|an item of a test's 'require' has an unknown key 'nmae' (did you mean 'name'?)",
                "recommend: {type: file, pttern: x}|an item of a test's 'recommend' has an unknown key 'pttern' (did you mean 'pattern'?)",
                "adjust: {wen: distro == x, enabled: true}|an adjust rule has an unknown key 'wen' (did you mean 'when'?)",
                "adjust: [{when: distro == x, enviroment+: {A: b}}]|an adjust rule has an unknown key 'enviroment' (did you mean 'environment'?)",
                "adjust: {when: distro == x, contnue: false}|an adjust rule has an unknown key 'contnue' (did you mean 'continue'?)",
            })
    void ofTests(String value, String message) throws Exception {
        tree.file("t.fmf", "test: 'true'\n\n" + value + "\n");
        assertThat(told(tree.discovery())).containsExactly("NOTE t.fmf:3: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "adjust: {wen: distro == x, summary: y}|an adjust rule has an unknown key 'wen' (did you mean 'when'?)",
                "adjust: {when: distro == x, prepar+: {script: y}}|an adjust rule has an unknown key 'prepar' (did you mean 'prepare'?)",
                "discover: {how: fmf, adjust-tests: [{wen: distro == x, tag: y}]}|a rule of 'adjust-tests' has an unknown key 'wen' (did you mean 'when'?)",
                "discover: {how: fmf, test: [{name: /t, duraton: 5m}]}|a rule of 'test' has an unknown key 'duraton' (did you mean 'duration'?)",
                "prepare: [{script: x, wen: distro == y}]|a prepare phase has an unknown key 'wen' (did you mean 'when'?)",
                "finish: {script: x, whn: distro == y}|a finish phase has an unknown key 'whn' (did you mean 'when'?)",
                "provision: {how: local, wen: distro == y}|a provision phase has an unknown key 'wen' (did you mean 'when'?)",
                "discover: {how: fmf, whenn: distro == y}|a discover phase has an unknown key 'whenn' (did you mean 'when'?)",
                "discover: {tests: [{name: n, test: x, adjust: {wen: a == b, tag: c}}]}|an adjust rule has an unknown key 'wen' (did you mean 'when'?)",
            })
    void ofPlans(String value, String message) throws Exception {
        tree.file("p.fmf", "\n" + value + "\n" + (value.startsWith("discover") ? "" : "discover: {how: fmf}\n"));
        assertThat(told(tree.discovery().plan("/p"))).contains("NOTE p.fmf:2: " + message);
    }

    @Test
    void unknownKeysOfImportsAreReported() throws Exception {
        Path other = tree.repository("other", Map.of("p.fmf", "discover: {how: fmf}\nexecute: {}\n"));
        tree.file(
                "p.fmf",
                "enviroment: {A: b}\nplan:\n  import:\n    url: '" + other
                        + "'\n    name: /p\n    adjust-plans:\n      wen: distro == x\n");
        assertThat(told(tree.discovery().plan("/p")))
                .contains(
                        "NOTE p.fmf:1: a plan has an unknown key 'enviroment' (did you mean 'environment'?)",
                        "NOTE p.fmf:7: a rule of 'adjust-plans' has an unknown key 'wen' (did you mean 'when'?)");
    }

    /** What is told of the test is not told of the rule again; what is the repository's own only lint tells. */
    @Test
    void unknownKeysAreReportedOnce() throws Exception {
        tree.file("t.fmf", """
                test: 'true'
                adjust: {duraton: 5m, when: distro == fedora, because: x, own: 1}
                check: {how: avc, own-key: 1, test-method: timestamp}
                require: {url: u, name: /x, own-key: 2}
                """);
        Discovery discovery = tree.discovery("distro=fedora");
        assertThat(told(discovery))
                .containsExactly("NOTE t.fmf:2: a test has an unknown key 'duraton' (did you mean 'duration'?)");
        assertThat(Lint.of(() -> tree.discovery("distro=fedora").libraries(false))
                        .findings())
                .filteredOn(finding -> finding.severity() == Finding.Severity.HINT)
                .extracting(Finding::text)
                .contains(
                        "a test's check 'avc' has a key 'own-key' that atex does not use",
                        "an item of a test's 'require' has a key 'own-key' that atex does not use");
    }
}
