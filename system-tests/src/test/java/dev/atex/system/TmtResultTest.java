package dev.atex.system;

import static dev.atex.system.Row.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every value of {@code result}. */
@Timeout(300)
class TmtResultTest {
    private static final String SEND = """
        send() { printf 'result %d\\n%s' "${#1}" "$1" >&$ATEX_TEST_CONTROL; }
        """;

    @TempDir
    private Path directory;

    private static String test(String result, String script) {
        return "duration: 1m\nresult: " + result + "\ntest: |\n  "
                + script.strip().replace("\n", "\n  ") + "\n";
    }

    private static Row judged(String result, String script, int exit, String status, String note) {
        return row(result + ": " + script.strip().lines().toList().getLast())
                .file("t.fmf", test(result, script))
                .run()
                .exits(exit)
                .result("/t", status, note);
    }

    @TestFactory
    Stream<DynamicTest> values() {
        return Rows.of(
                directory,
                row("respect: exit 0")
                        .file("t.fmf", test("respect", "exit 0"))
                        .run()
                        .result("/t", "pass"),
                row("respect: exit 1")
                        .file("t.fmf", test("respect", "exit 1"))
                        .run()
                        .exits(1)
                        .result("/t", "fail"),
                row("respect: exit 3")
                        .file("t.fmf", test("respect", "exit 3"))
                        .run()
                        .exits(1)
                        .result("/t", "fail")
                        .out("exit code 3"),
                row("none at all")
                        .test("t", "exit 2")
                        .run()
                        .exits(1)
                        .result("/t", "fail")
                        .out("exit code 2"),
                judged("xfail", "exit 1", 0, "pass", "test failed as expected"),
                judged("xfail", "exit 0", 1, "fail", "test was expected to fail"),
                judged("xfail", "exit 2", 1, "error", "exit code 2"),
                judged("xfail", "no-such-command", 1, "error", "exit code 127"),
                judged("pass", "exit 1", 0, "pass", "test result overridden: pass, original test result: fail"),
                judged("fail", "exit 0", 1, "fail", "test result overridden: fail, original test result: pass"),
                judged("info", "exit 1", 0, "info", "test result overridden: info, original test result: fail"),
                judged("warn", "exit 0", 1, "warn", "test result overridden: warn, original test result: pass"),
                judged("error", "exit 0", 1, "error", "test result overridden: error, original test result: pass"),
                judged("pass", "exit 5", 0, "pass", "original test result: error"),
                row("restraint without reports: exit 1")
                        .file("t.fmf", test("restraint", "exit 1"))
                        .run()
                        .exits(1)
                        .result("/t", "fail"),
                row("restraint: each report is a result")
                        .file(
                                "t.fmf",
                                test("restraint", "tmt-report-result /one PASS\ntmt-report-result /two WARN\ntrue"))
                        .run()
                        .exits(1)
                        .subtests("/t", "/one pass", "/two warn")
                        .result("/t", "warn"));
    }

    private static Row isMistake(String value) {
        return row("mistake: " + value)
                .file("t.fmf", "result: " + value + "\ntest: 'true'\n")
                .test("other", "true")
                .run()
                .exits(3)
                .told("mistake: test '/t': result: ")
                .result("/t", "infra", "TestSetupError(result: ")
                .result("/other", "pass");
    }

    @TestFactory
    Stream<DynamicTest> others() {
        return Rows.of(
                directory,
                isMistake("foo"),
                isMistake("skip"),
                isMistake("[pass]"),
                row("its own result wins")
                        .file("t.fmf", test("xfail", SEND + "send '{\"status\": \"pass\", \"note\": \"own\"}'\nexit 0"))
                        .run()
                        .result("/t", "pass", "own"),
                row("subtests are not changed")
                        .file("t.fmf", test("xfail", SEND + "send '{\"name\": \"s\", \"status\": \"fail\"}'\nexit 1"))
                        .run()
                        .subtests("/t", "s fail")
                        .result("/t", "pass", "test failed as expected"),
                row("tmt-report-result is judged")
                        .file("t.fmf", test("xfail", "tmt-report-result /s FAIL"))
                        .run()
                        .subtests("/t", "/s fail")
                        .result("/t", "pass", "test failed as expected"),
                row("a time-out is not expected")
                        .file("t.fmf", "{test: sleep 1000, duration: 1s, result: xfail}\n")
                        .run()
                        .exits(1)
                        .result("/t", "infra", "test duration timeout reached"),
                row("a fixed status replaces a time-out")
                        .file("t.fmf", "{test: sleep 1000, duration: 1s, result: info}\n")
                        .run()
                        .result("/t", "info", "test result overridden: info"),
                row("what failed around a test stays")
                        .file("t.fmf", "{test: 'true', path: /nowhere, result: pass}\n")
                        .run()
                        .exits(3)
                        .told("mistake: test '/t': path '/nowhere' is no directory of the tree (t.fmf:1)")
                        .result("/t", "infra", "TestSetupError(path '/nowhere' is no directory of the tree"),
                row("a warn of its own has passed")
                        .test("t", SEND + "send '{\"status\": \"warn\"}'")
                        .run()
                        .result("/t", "warn"),
                row("the final status decides reruns")
                        .file("t.fmf", test("xfail", "exit 1"))
                        .run("--reruns", "2")
                        .then(done -> assertThat(Tree.results(done.run())).hasSize(1))
                        .then(done -> assertThat(done.result().out()).doesNotContain("again")),
                row("all are skipped")
                        .test("a", SEND + "send '{\"status\": \"skip\", \"note\": \"no printer\"}'")
                        .test("b", SEND + "send '{\"status\": \"skip\"}'")
                        .run()
                        .out("2 skip", "/a  no printer"));
    }
}
