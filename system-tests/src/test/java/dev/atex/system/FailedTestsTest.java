package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a run does and shows when tests fail. */
@Timeout(300)
class FailedTestsTest {
    private static final String SEND = """
            send() { printf 'result %d\\n%s' "${#1}" "$1" >&$ATEX_TEST_CONTROL; }
            """;

    @TempDir
    private Path directory;

    @BeforeEach
    void tree() throws Exception {
        Tree.in(directory)
                .test("a", "echo first of a\nseq 30\necho last of a\nexit 3")
                .test("b", SEND + "send '{\"status\": \"fail\", \"name\": \"sub/one\"}'\necho out of b\nexit 1")
                .test("c", "echo out of c")
                .test("d", SEND + "send '{\"status\": \"skip\", \"note\": \"no printer\"}'");
    }

    private Atex.Result run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("run", "--output", "run"));
        command.addAll(List.of(arguments));
        return Atex.in(directory).call(command.toArray(String[]::new));
    }

    @Test
    void failedTestShowsLastLinesAndFailedSubtests() throws Exception {
        Atex.Result result = run("--output-lines", "3").expect(1);
        assertThat(result.out())
                .contains("| 29\n    | 30\n    | last of a\n", "exit code 3", "failed: sub/one", "| out of b")
                .contains("Skipped:\n  /d  no printer")
                .doesNotContain("| 28", "first of a", "out of c");
    }

    @Test
    void showOutputAllOrNever() throws Exception {
        assertThat(run("--show-output", "all").expect(1).out()).contains("| out of c", "| 14");
        Files.move(directory.resolve("run"), directory.resolve("first"));
        assertThat(run("--show-output", "never").expect(1).out())
                .contains("failed: sub/one")
                .doesNotContain("    | ");
    }

    @Test
    void maxFailSkipsRemainingTestsUntilRerun() throws Exception {
        Atex.Result result = run("--fail-fast", "--results", "junit=out.xml").expect(1);
        assertThat(result.out()).contains("4 tests: 1 fail, 3 not run", "Not run, a test has failed before:\n  /b");
        assertThat(Tree.own(directory.resolve("run")).get("/c").status()).isEqualTo("skip");
        assertThat(directory.resolve("out.xml"))
                .content()
                .contains("tests=\"4\" failures=\"1\" errors=\"0\"")
                .containsPattern("(?s)(<skipped message=\"a test has failed before\".*){3}");
        assertThat(Atex.in(directory).call("watch", "run").expect(1).out()).contains("3 not run");
        assertThat(Atex.in(directory)
                        .call("rerun", "run", "--failed", "--output", "again")
                        .expect(1)
                        .out())
                .contains("4 tests: 1 fail, 3 not run");
    }

    @Test
    void rerunTestDoesNotCountForMaxFail() throws Exception {
        Tree.in(directory).test("a", "[ -e " + directory + "/once ] || { touch " + directory + "/once; exit 1; }");
        Atex.Result result =
                run("--max-fail", "2", "--reruns", "1", "--exclude", "d").expect(1);
        assertThat(result.out()).contains("3 tests: 1 pass, 1 flaky, 1 fail").doesNotContain("not run");
    }

    @Test
    void localHostIsKeptAfterFailureByDefault() throws Exception {
        assertThat(run().expect(1).out()).contains("on local-1").doesNotContain("local-2");
        Files.move(directory.resolve("run"), directory.resolve("first"));
        assertThat(run("--keep-machine-on", "never").expect(1).out()).contains("on local-2", "on local-3");
    }

    @Test
    void invalidOptionValuesAreRefused() throws Exception {
        assertThat(run("--fail-fast=x").expect(2).err()).contains("--fail-fast x", "whole number");
        assertThat(run("--fail-fast", "--max-fail", "2").expect(2).err()).contains("give only one of them");
        assertThat(run("--output-lines", "0").expect(2).err()).contains("--show-output never");
        assertThat(run("--show-output", "fail").expect(2).err()).contains("known: all, failed, never");
        assertThat(directory.resolve("run")).doesNotExist();
    }

    @Test
    void abortRequestOfTestStartsNoMoreTests() throws Exception {
        Tree.in(directory).test("a", "tmt-abort");
        Atex.Result result = run().expect(1);
        assertThat(result.out())
                .contains("aborted by tmt-abort", "4 tests: 1 error, 3 not run", "/a asked for it with tmt-abort");
        assertThat(Tree.own(directory.resolve("run")).get("/b").status()).isEqualTo("skip");
    }

    @Test
    void exitFirstStopsAfterFirstFailure() throws Exception {
        Tree.in(directory).file("plan.fmf", "discover: {how: fmf}\nexecute: {how: tmt, exit-first: true}\n");
        assertThat(run("--plan", "/plan").expect(1).out()).contains("4 tests: 1 fail, 3 not run");
    }

    @Test
    void metadataErrorInTestKeepsMachine() throws Exception {
        Tree.in(directory).file("b.fmf", "test: 'true'\nduration: 5q\n");
        Atex.Result result = run("--rerun", "infra-provision=2").expect(3);
        assertThat(result.out())
                .contains("infra /b", "duration '5q'", "4 tests: 1 pass, 1 fail, 1 infra, 1 skip")
                .doesNotContain("local-2", "run again");
        assertThat(result.err()).contains("mistake: test '/b': duration '5q'", "(b.fmf:2)");
    }

    /** That a test was to be run again makes nothing of its failure. */
    @Test
    void failedTestWithoutRerunIsReportedAfterAbortRequest() throws Exception {
        Tree.in(directory)
                .file("a.fmf", "test: exit 1\norder: 1\n")
                .file("b.fmf", "test: tmt-abort\nresult: info\norder: 2\n");
        Atex.Result result = run("--reruns", "1", "-t", "^/[ab]$", "--keep-machine-on", "failure")
                .expect(3);
        assertThat(result.out()).contains("it failed and was not run again: /b asked for it");
        assertThat(Tree.own(directory.resolve("run")).get("/a").status()).isEqualTo("infra");
    }

    @Test
    void planFileThatExitsShellIsFailure() throws Exception {
        Tree.in(directory)
                .file(
                        "plan.fmf",
                        "discover: {how: fmf, test: /c}\nprepare: {script: \"echo exit 0 > $TMT_PLAN_SOURCE_SCRIPT\"}\n");
        Atex.Result result = run("--plan", "/plan").expect(1);
        assertThat(result.out()).contains("fail /c", "exit code 125", "ended the shell");
    }
}
