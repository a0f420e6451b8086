package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.executor.Subtests;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.local.LocalConnection;
import dev.atex.run.RunSummary.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The keys {@code result} and {@code restart-...}: what a test's outcome is read as. */
@Timeout(120)
class ResultKeyTest {
    @TempDir
    private Path directory;

    private Harness harness;
    private int tests;

    @BeforeEach
    void make() throws Exception {
        harness = new Harness(new LocalConnection(), directory);
    }

    @AfterEach
    void stop() throws Exception {
        harness.close();
        assertThat(harness.leftovers()).isEmpty();
    }

    /** One test by an executor of its own. */
    private int run(String script, Object... more) throws Exception {
        harness.close();
        harness = new Harness(new LocalConnection(), directory.resolve("harness-" + tests++));
        harness.test("/t", script, more);
        return harness.run("/t");
    }

    private void assertResult(String status, String... notes) throws Exception {
        assertThat(harness.result()).as(harness.results().toString()).containsEntry("status", status);
        assertThat(harness.result().get("name")).isNull();
        assertThat(
                        notes.length == 0
                                ? harness.result().get("note") == null
                                : harness.result().get("note").equals(String.join(", ", notes)))
                .as(harness.result().toString())
                .isTrue();
        assertThat(((List<?>) harness.result().get("files")).contains("output.txt"))
                .isTrue();
    }

    @Test
    void xfailInvertsOutcome() throws Exception {
        assertThat(run("exit 1", "result", "xfail")).isZero();
        assertResult("pass", "test failed as expected");
        assertThat(run("exit 0", "result", "xfail")).isEqualTo(1);
        assertResult("fail", "test was expected to fail");
        assertThat(run("no-such-command-is-there", "result", "xfail"))
                .as("is no failure")
                .isEqualTo(127);
        assertResult("error", "exit code 127");
    }

    @Test
    void fixedResultReplacesOutcome() throws Exception {
        for (String status : List.of("pass", "fail", "info", "warn", "error")) {
            int code = run("exit 1", "result", status);
            assertThat(code).as(status).isEqualTo(status.equals("pass") || status.equals("info") ? 0 : 1);
            assertResult(status, "test result overridden: " + status, "original test result: fail");
        }
        assertThat(run("true", "result", "warn"))
                .as("warn is a failure for tmt")
                .isEqualTo(1);
        assertResult("warn", "test result overridden: warn", "original test result: pass");
    }

    @Test
    void respectKeepsOutcome() throws Exception {
        assertThat(run("exit 7", "result", "respect")).isEqualTo(7);
        assertResult("fail");
        assertThat(run("exit 7", "result", "restraint")).isEqualTo(7);
        assertResult("fail");
    }

    @Test
    void timeoutWithResultKey() throws Exception {
        assertThat(run("sleep 600", "duration", "1s", "result", "xfail")).isEqualTo(-1);
        assertThat(harness.result()).containsEntry("status", "infra");
        assertThat(run("echo a > $TMT_TEST_DATA/a; sleep 600", "duration", "10s", "result", "info"))
                .isZero();
        assertResult(
                "info", "test duration timeout reached", "test result overridden: info", "original test result: error");
        assertThat(harness.file("a")).isEqualTo("a\n");
    }

    @Test
    void ownResultOfTestWinsOverResultKey() throws Exception {
        String own = "r='{\"status\": \"warn\"}'; printf 'result %d\\n%s' ${#r} \"$r\" >&3; ";
        assertThat(run(own + "exit 0", "result", "xfail")).isZero();
        assertThat(harness.results()).containsExactly(Map.of("status", "warn"));
        assertThat(run(own + "exit 0", "result", "custom")).isZero();
        assertThat(harness.results()).containsExactly(Map.of("status", "warn"));
    }

    @Test
    void resultKeyReadsPartialOwnResult() throws Exception {
        String own = "r='{\"status\": \"fail\", \"note\": \"mine\", \"partial\": true}'; printf 'result %d\\n"
                + "%s' ${#r} \"$r\" >&3; ";
        assertThat(run(own, "result", "xfail")).isZero();
        assertResult("pass", "mine", "test failed as expected");
    }

    private static final String SUBTEST = """
        send() { printf 'result %d\\n%s' ${#1} "$1" >&3; }
        """;

    /** Outcome, then checks, then the key: a test with a failed subtest has failed. */
    @Test
    void resultKeyCountsFailedSubtests() throws Exception {
        String failing = SUBTEST + "send '{\"name\": \"a\", \"status\": \"pass\"}'\n"
                + "send '{\"name\": \"b/c\", \"status\": \"FAILED\"}'\n"
                + "send '{\"name\": \"d\", \"status\": \"fail\", \"note\": \"e\"}'\n";
        assertThat(run(failing, "result", "xfail")).isZero();
        assertResult("pass", "b/c: fail", "test failed as expected");
        assertThat(Verdict.of(harness.ending(0))).isEqualTo(Verdict.PASSED);
        assertThat(run(failing, "result", "info")).isZero();
        assertResult("info", "b/c: fail", "test result overridden: info", "original test result: fail");
        assertThat(run(
                        SUBTEST + "send '{\"name\": \"a\", \"status\": \"fail\", \"partial\": true}'",
                        "result",
                        "xfail"))
                .as("also one that is not complete")
                .isZero();
        assertResult("pass", "a: fail", "test failed as expected");
        for (String odd : List.of("\"error\"", "\"my own\"", "5")) {
            assertThat(run(SUBTEST + "send '{\"name\": \"a\", \"status\": " + odd + "}'", "result", "xfail"))
                    .as("a mistake is no failure that was expected")
                    .isEqualTo(1);
            assertResult("error", "a: error");
        }
        assertThat(run(SUBTEST + "send '{\"name\": \"a\", \"status\": \"warn\"}'", "result", "xfail"))
                .isEqualTo(1);
        assertResult("fail", "test was expected to fail");
    }

    /** The status is that of the worst: so is the reason. */
    @Test
    void reasonIsFirstOfWorstSubtests() throws Exception {
        String subtests = SUBTEST + "send '{\"name\": \"a\", \"status\": \"fail\"}'\n"
                + "send '{\"name\": \"b\", \"status\": \"error\"}'\n"
                + "send '{\"name\": \"c\", \"status\": \"error\"}'\n"
                + "send '{\"name\": \"d\", \"status\": \"fail\"}'\n";
        assertThat(run(subtests + "exit 1", "result", "xfail")).isEqualTo(1);
        assertResult("error", "b: error");
        assertThat(run("tmt-report-result /a WARN; tmt-report-result /b FAIL; tmt-report-result /c FAIL"))
                .isEqualTo(1);
        assertResult("fail", "/b: fail");
        assertThat(run("tmt-report-result /a FAIL; tmt-report-result /b WARN")).isEqualTo(1);
        assertResult("fail", "/a: fail");
    }

    @Test
    void ignoredSubtestsDoNotCount() throws Exception {
        harness.close();
        harness = new Harness(new LocalConnection(), directory.resolve("ignoring"));
        harness.subtests = Subtests.IGNORE;
        harness.test("/t", SUBTEST + "send '{\"name\": \"a\", \"status\": \"fail\"}'", "result", "xfail");
        assertThat(harness.run("/t")).isEqualTo(1);
        assertResult("fail", "test was expected to fail");
    }

    /** What the test has said of itself before is overruled, on the disk as well. */
    @Test
    void abortOverrulesReportedResult() throws Exception {
        String own = SUBTEST + "send '{\"status\": \"pass\", \"note\": \"mine\", \"files\": []}'\n"
                + "send '{\"name\": \"later\", \"status\": \"pass\"}'\necho x > $TMT_TEST_DATA/kept\n";
        assertThat(run(own + "tmt-abort; sleep 600")).isEqualTo(1);
        assertThat(harness.results().getFirst())
                .isEqualTo(Map.of(
                        "status",
                        "error",
                        "note",
                        "mine, aborted by tmt-abort, original test result: pass",
                        "files",
                        List.of("kept")));
        assertThat(harness.results()).hasSize(2);
        assertThat(Verdict.of(harness.ending(1))).isEqualTo(Verdict.FAILED);
        assertThat(harness.ending(1).word()).isEqualTo("error");
        assertThat(run(own + "exit 9", "restart-on-exit-code", 9)).isEqualTo(1);
        Map<String, Object> last = harness.results().get(2);
        assertThat(last)
                .containsEntry("status", "error")
                .containsEntry("note", "mine, maximum restart attempts exceeded, original test result: pass");
        assertThat(harness.ending(1).word()).isEqualTo("error");
    }

    /** Never an exit code of which nobody has heard, nor one that does not count. */
    @Test
    void failuresHaveReasons() throws Exception {
        assertReason("exit code 3", "exit 3");
        assertReason("subtest a failed", SUBTEST + "send '{\"name\": \"a\", \"status\": \"fail\"}'");
        assertReason("subtest a failed", SUBTEST + "send '{\"name\": \"a\", \"status\": \"error\"}'; exit 3");
        assertReason(
                "2 subtests failed, the first: a",
                SUBTEST
                        + "send '{\"name\": \"a\", \"status\": \"fail\"}'; send '{\"name\": \"b\", \"status\": \"5\"}'");
        assertReason("/part: fail", "tmt-report-result ok PASS; tmt-report-result part FAIL; tmt-report-result x WARN");
        assertReason("/part: warn", "tmt-report-result part WARN; exit 9");
        assertReason("/: error", "tmt-report-result / ERROR");
        assertReason(
                "part: fail", "echo '- {name: /part, result: fail}' > $TMT_TEST_DATA/results.yaml", "result", "custom");
        assertReason("test was expected to fail", "true", "result", "xfail");
        assertReason("exit code 127", "exec no-such-command", "result", "xfail");
        assertReason("test result overridden: warn, original test result: pass", "true", "result", "warn");
        assertReason("the test reported fail", SUBTEST + "send '{\"status\": \"fail\"}'");
        assertReason(
                "the test reported fail",
                SUBTEST + "send '{\"status\": \"fail\", \"partial\": true}'; tmt-report-result a PASS");
        assertReason("maximum restart attempts exceeded", "exit 9", "restart-on-exit-code", 9);
        assertReason("aborted by tmt-abort", "tmt-abort; sleep 600");
    }

    private void assertReason(String reason, String script, Object... more) throws Exception {
        int code = run(script, more);
        assertThat(Verdict.of(harness.ending(code))).as(script).isEqualTo(Verdict.FAILED);
        assertThat(harness.ending(code).reason().orElseThrow()).as(script).startsWith(reason);
    }

    @Test
    void malformedKeyIsErrorOfTest() {
        for (Object wrong : List.of("skip", "foo", true, List.of("pass"))) {
            assertThatThrownBy(() -> new FmfTest("/t", "", Map.of("test", "true", "result", wrong)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("result: expected one of respect, xfail");
        }
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("restart-on-exit-code", "x"),
                Map.of("restart-on-exit-code", 256),
                Map.of("restart-max-count", 0),
                Map.of("restart-max-count", 11),
                Map.of("restart-with-reboot", "yes"),
                Map.of("check", "nosuch"),
                Map.of("check", Map.of("result", "info")),
                Map.of("check", Map.of("how", "dmesg", "result", "pass")),
                Map.of("check", Map.of("how", "dmesg", "failure-pattern", "(")))) {
            Map<String, Object> data = new LinkedHashMap<>(wrong);
            data.put("test", "true");
            assertThatThrownBy(() -> new FmfTest("/t", "", data))
                    .as(wrong.toString())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(wrong.keySet().iterator().next());
        }
    }

    @Test
    void testWithMalformedKeyIsNotRun() throws Exception {
        harness.tests.add(new FmfTest(
                "/t", "/t", "", Map.of("test", "touch /nowhere"), Optional.of("duration '5q': no duration")));
        assertThat(harness.run("/t")).isEqualTo(-1);
        assertThat(harness.results())
                .containsExactly(Map.of(
                        "status",
                        "infra",
                        "note",
                        "TestSetupError(duration '5q': no duration)",
                        "files",
                        List.of("output.txt")));
        assertThat(harness.output()).isEmpty();
    }

    /** Also one that nobody has found before. */
    @Test
    void lateErrorsInKeysAreReported() throws Exception {
        Map<String, Object> data = Map.of("test", "true", "check", Map.of("how", "dmesg", "failure-pattern", "("));
        harness.tests.add(new FmfTest("/t", "/t", "", data, Optional.empty()));
        assertThat(harness.run("/t")).isEqualTo(-1);
        assertThat((String) harness.result().get("note")).startsWith("TestSetupError(check: failure-pattern: '('");
    }

    // ---- restarts

    @Test
    void exitCodeRestartsTest() throws Exception {
        String script = "echo $TMT_TEST_RESTART_COUNT $TMT_REBOOT_COUNT; echo x >> $TMT_TEST_DATA/kept; "
                + "[[ $TMT_TEST_RESTART_COUNT == 2 ]] || exit 9; cat $TMT_TEST_DATA/kept; exit 3";
        assertThat(run(script, "restart-on-exit-code", List.of(8, 9), "restart-max-count", 5))
                .isEqualTo(3);
        assertThat(harness.output()).isEqualTo("0 0\n1 0\n2 0\nx\nx\nx\n");
        assertResult("fail");
        assertThat(harness.file("kept")).isEqualTo("x\nx\nx\n");
    }

    @Test
    void restartsAreLimited() throws Exception {
        assertThat(run("echo $TMT_TEST_RESTART_COUNT | tee $TMT_TEST_DATA/last; exit 9", "restart-on-exit-code", 9))
                .isEqualTo(1);
        assertResult("error", "maximum restart attempts exceeded");
        assertThat(harness.output()).isEqualTo("0\n1\n");
        assertThat(harness.file("last")).as("of the last start").isEqualTo("1\n");
    }

    @Test
    void restartDoesNotRebootThisHost() throws Exception {
        assertThat(run("exit 9", "restart-on-exit-code", 9, "restart-with-reboot", true))
                .isEqualTo(1);
        assertThat((String) harness.result().get("note")).contains("atex itself runs there");
    }

    @Test
    void timeLimitCoversAllStarts() throws Exception {
        assertThat(run("sleep 0.2; exit 9", "restart-on-exit-code", 9, "restart-max-count", 10, "duration", "1s"))
                .isEqualTo(-1);
        assertThat(harness.result()).containsEntry("note", "TestAbortedError(test duration timeout reached)");
    }

    // ---- too much for programs

    @Test
    void tooLargeEnvironmentIsReported() throws Exception {
        assertThat(run("true", "environment", Map.of("BIG", "x".repeat(131_072))))
                .isEqualTo(-1);
        assertThat((String) harness.result().get("note"))
                .startsWith("TestSetupError(the variable BIG has 131077 bytes")
                .contains("131072");
        Map<String, String> many = new LinkedHashMap<>();
        for (int i = 0; i < 20; i++) {
            many.put("V" + i, "x".repeat(120_000));
        }
        assertThat(run("true", "environment", many)).isEqualTo(-1);
        assertThat((String) harness.result().get("note"))
                .startsWith("TestSetupError(the variables of the test have 24");
    }

    @Test
    void largestEnvironmentIsPassed() throws Exception {
        Map<String, String> many = new LinkedHashMap<>();
        many.put("BIG", "x".repeat(131_072 - 5));
        for (int i = 0; i < 15; i++) {
            many.put("V" + i, "x".repeat(120_000));
        }
        assertThat(run("env | wc -c >&2; exit 0", "environment", many)).isZero();
        assertThat(Long.parseLong(harness.output().strip())).isGreaterThan(1_900_000);
    }

    // ---- variables

    @Test
    void testVariablesNameDirectories() throws Exception {
        harness.test("/first", "true");
        harness.test("/t", """
            echo "$TMT_TEST_SERIAL_NUMBER $REBOOTCOUNT $RSTRNT_REBOOTCOUNT $TMT_TEST_RESTART_COUNT ${TMT_VERSION-none}"
            [[ $TMT_TEST_ITERATION_ID == ?*-2 && -n $ATEX_VERSION && $ATEX_VERSION != *project* ]]
            [[ $TMT_TEST_DATA == "$TMT_TEST_INVOCATION_PATH/"* ]]
            cmp "$TMT_TEST_INVOCATION_PATH/metadata.yaml" "$TMT_TEST_METADATA"
            echo $TMT_TEST_ITERATION_ID >> ids
            cat "$TMT_TEST_METADATA"
            """, "require", List.of(Map.of("type", "file", "pattern", "x")), "context", "overwritten");
        assertThat(harness.run("/t")).as(harness.tests.toString()).isZero();
        List<String> lines = new ArrayList<>(harness.output().lines().toList());
        assertThat(lines.getFirst()).isEqualTo("2 0 0 0 none");
        assertThat(lines).contains("name: /t", "require:");
        assertThat(harness.run("/t")).isZero();
    }
}
