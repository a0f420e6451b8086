package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that report {@code pass} for themselves and are then ended: the reason is told wherever their result is. */
@Timeout(300)
class OwnVerdictTest {
    private static final String SEND = """
            send() { printf 'result %d\\n%s' "${#1}" "$1" >&$ATEX_TEST_CONTROL; }
            send '{"status": "pass", "note": "3 of 3"}'
            """;

    @TempDir
    private Path directory;

    /** Its limit begins to count when it has reported, however slow the host is. */
    private void test(String rest) throws IOException {
        Tree.in(directory.resolve("tree"))
                .file(
                        "t.fmf",
                        "duration: 1h\ntest: |\n  " + (SEND + rest).strip().replace("\n", "\n  ") + "\n")
                .test("z", "true");
    }

    private Atex.Call start() throws IOException {
        return Atex.in(directory)
                .start(
                        "run",
                        "--root",
                        "tree",
                        "--output",
                        "run",
                        "--results",
                        "junit=own.xml",
                        "-e",
                        "GATE=" + directory);
    }

    /** How often it passed and what else happened is in the summary, and the reason everywhere. */
    private void hasReason(Atex.Result result, String reason, String element) throws Exception {
        Tree.Line line = Tree.own(directory.resolve("run")).get("/t");
        assertThat(line.status()).isEqualTo("pass"); // as the test reported it
        assertThat(line.note()).startsWith("3 of 3; ").contains(reason);
        assertThat(result.out()).contains("Not passed").contains(reason).doesNotContain("2 pass");
        assertThat(result.err()).doesNotContain("Exception");
        Atex.in(directory)
                .call("report", "run", "--junit", "r.xml", "--html", "r.html", "--ctrf", "r.json")
                .expect(0);
        assertThat(directory.resolve("own.xml")).content().contains("<" + element + " message=\"3 of 3; ", reason);
        assertThat(directory.resolve("r.xml")).hasSameTextualContentAs(directory.resolve("own.xml"));
        assertThat(directory.resolve("r.html")).content().contains(reason);
        assertThat(directory.resolve("r.json")).content().contains(reason);
        Atex.Result watched = Atex.in(directory).call("watch", "run").expect(result.exitCode());
        assertThat(watched.out()).contains(reason);
    }

    @Test
    void ownResultBeforeTimeoutHasReason() throws Exception {
        test("echo 'duration 1s' >&$ATEX_TEST_CONTROL\nsleep 1000");
        Atex.Result result = start().end().expect(1);
        hasReason(result, "TestAbortedError(test duration timeout reached)", "failure");
        assertThat(result.out()).contains("2 tests: 1 pass, 1 fail");
    }

    @Test
    void ownResultBeforeInvalidControlLineHasReason() throws Exception {
        test("echo foo bar >&$ATEX_TEST_CONTROL\nsleep 1000");
        Atex.Result result = start().end().expect(3);
        hasReason(result, "BadControlError(", "error");
        assertThat(result.out()).contains("2 tests: 1 pass, 1 infra");
    }

    @Test
    void ownResultBeforeInvalidResultHasReason() throws Exception {
        test("send null\nsleep 1000");
        Atex.Result result = start().end().expect(3);
        hasReason(result, "BadReportJSONError(", "error");
    }

    /** Nothing is known against it: it is told why it has no end, and it is run again when the run is resumed. */
    @Test
    void ownResultBeforeCancelHasReason() throws Exception {
        test("touch $GATE/begun\nuntil [ -e $GATE/go ]; do sleep 0.05; done");
        Atex.Call call = start();
        Watch.untilThereIs(directory.resolve("begun"));
        call.signal("TERM");
        Atex.Result result = call.end().expect(143);
        assertThat(result.out()).contains("TestAbortedError(cancel requested)").doesNotContain("1 pass");
        assertThat(Tree.own(directory.resolve("run")).get("/t").note())
                .isEqualTo("3 of 3; TestAbortedError(cancel requested)");
        Files.createFile(directory.resolve("go"));
        assertThat(Atex.in(directory).call("resume", "run").expect(0).out()).contains("2 tests: 2 pass");
        assertThat(Tree.own(directory.resolve("run")).get("/t").note()).isEqualTo("3 of 3");
    }
}
