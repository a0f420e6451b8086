package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.executor.TestArtifacts;
import dev.atex.executor.fmf.discovery.DiscoverySupport;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.plan.FmfPlan;
import dev.atex.local.LocalConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands that every test has, also without Beakerlib. */
@Timeout(120)
class CommandsTest {
    @TempDir
    private Path directory;

    private Harness harness;

    @BeforeEach
    void make() throws Exception {
        harness = new Harness(new LocalConnection(), directory);
    }

    @AfterEach
    void stop() throws Exception {
        harness.close();
        assertThat(harness.leftovers()).isEmpty();
    }

    private int run(String script, Object... more) throws Exception {
        harness.test("/t", script, more);
        return harness.run("/t");
    }

    @Test
    void allCommandsAreInstalled() throws Exception {
        assertThat(run("""
            for name in tmt-reboot rstrnt-reboot rhts-reboot tmt-report-result rstrnt-report-result rhts-report-result \
              tmt-file-submit rstrnt-report-log rhts-submit-log rhts_submit_log tmt-abort rstrnt-abort rhts-abort; do
              command -v "$name"
            done
            """)).isZero();
        assertThat(harness.output().lines()).hasSize(13);
    }

    @Test
    void worstReportIsOutcome() throws Exception {
        assertThat(run("""
            echo log > log.txt
            echo more > more
            tmt-report-result first PASS
            tmt-report-result --no-plugins -t 'a "note"' /sec/ond: warn 5
            tmt-report-result -o log.txt third InFo
            rhts-report-result third PASS more 0
            rstrnt-report-result --server http://x fourth SKIP
            exit 7
            """))
                .as("the exit code does not count, warn is a failure")
                .isEqualTo(7);
        assertThat(harness.results())
                .containsExactly(
                        Map.of("status", "pass", "name", "/first"),
                        Map.of("status", "warn", "name", "/sec/ond", "note", "a \"note\""),
                        Map.of("status", "pass", "name", "/third", "files", List.of("log.txt.txt")),
                        Map.of("status", "pass", "name", "/third", "files", List.of("more.txt")),
                        Map.of("status", "skip", "name", "/fourth"),
                        Map.of("status", "warn", "note", "/sec/ond: warn", "files", List.of("output.txt")));
        assertThat(harness.file("third/log.txt.txt")).isEqualTo("log\n");
    }

    @Test
    void exitCodeIsIgnoredAfterReport() throws Exception {
        assertThat(run("tmt-report-result a PASS; exit 7")).isZero();
        assertThat(harness.result()).containsEntry("status", "pass");
    }

    @Test
    void reportWithoutNameIsOwnResult() throws Exception {
        assertThat(run("echo x > x; tmt-report-result -o x / ERROR; tmt-report-result / PASS"))
                .isEqualTo(1);
        assertThat(harness.results())
                .containsExactly(
                        Map.of("status", "error", "note", "/: error", "files", List.of("output.txt", "x.txt")));
    }

    @Test
    void expectedFailuresMayBeReported() throws Exception {
        assertThat(run("tmt-report-result part FAIL", "result", "xfail")).isZero();
        assertThat(harness.results().getFirst()).containsEntry("status", "fail");
        assertThat(harness.result())
                .isEqualTo(Map.of(
                        "status", "pass",
                        "note", "/part: fail, test failed as expected",
                        "files", List.of("output.txt")));
    }

    @Test
    void wrongCallsPrintUsage() throws Exception {
        assertThat(run("""
            tmt-report-result a MAYBE && exit 9 || test $? = 2
            tmt-report-result a && exit 9 || test $? = 2
            tmt-file-submit && exit 9 || test $? = 2
            tmt-file-submit -l /nowhere && exit 9 || test $? = 1
            tmt-reboot -t x && exit 9 || test $? = 2
            exec 3>&-
            tmt-report-result a PASS && exit 9 || test $? = 1
            tmt-abort && exit 9 || test $? = 1
            """)).isZero();
        assertThat(harness.output())
                .contains("tmt-report-result: the result is one of SKIP, PASS, INFO, WARN, FAIL, ERROR, not 'MAYBE'")
                .contains("tmt-file-submit: cannot read '/nowhere'")
                .contains("tmt-abort: not called by a test: ATEX_TEST_CONTROL names no open descriptor");
        assertThat(harness.results()).hasSize(1);
    }

    @Test
    void submittedFilesAreThoseOfTheTest() throws Exception {
        assertThat(run("""
            echo one > one.log; tmt-file-submit -l one.log
            echo two > one.log; rstrnt-report-log -T 5 -l "$PWD/one.log"
            echo three > 'a b'; rhts_submit_log -s --server x -l 'a b'
            wc -l < "$TMT_TEST_SUBMITTED_FILES"
            """)).isZero();
        assertThat(harness.output()).isEqualTo("3\n");
        assertThat(harness.result()).containsEntry("files", List.of("output.txt", "a b", "one.log"));
        assertThat(harness.file("one.log")).isEqualTo("two\n");
    }

    @Test
    void abortEndsTheTestAndAsksForTheEndOfTheRun() throws Exception {
        List<String> asked = new ArrayList<>();
        harness.test("/t", "echo left > $TMT_TEST_DATA/left; tmt-abort; echo not reached");
        FmfTests tests = DiscoverySupport.tests(FmfPlan.none(), harness.tree, harness.tests);
        try (LocalConnection connection = new LocalConnection();
                tests) {
            ShellExecutor executor = FmfExecutorFactory.builder(tests)
                    .onAbortRequest(asked::add)
                    .build()
                    .create(connection);
            executor.start();
            TestArtifacts artifacts = harness.newArtifacts();
            assertThat(executor.runTest("/t", artifacts, Map.of()).exitCode()).hasValue(1);
            executor.stop();
        }
        assertThat(asked).containsExactly("/t");
        assertThat(harness.results())
                .containsExactly(Map.of(
                        "status", "error", "note", "aborted by tmt-abort", "files", List.of("output.txt", "left")));
        assertThat(harness.output()).isEmpty();
    }

    @Test
    void manyReportersDoNotMix() throws Exception {
        assertThat(run("""
            head -c 300000 /dev/zero > big
            for i in {1..20}; do tmt-report-result -o big "r$i" PASS & done
            wait
            """)).isZero();
        assertThat(harness.results()).hasSize(21);
    }

    @Test
    void rebootCommandKeepsState() throws Exception {
        assertThat(run("""
            echo "$TMT_REBOOT_COUNT $REBOOTCOUNT" >> "$TMT_TEST_DATA/kept"
            if [[ $TMT_REBOOT_COUNT == 0 ]]; then
              tmt-reboot -t 300 -c 'exit 0'
            fi
            cat "$TMT_TEST_DATA/kept"
            """)).isZero();
        assertThat(harness.output()).endsWith("0 0\n1 1\n");
        assertThat(harness.file("kept")).isEqualTo("0 0\n1 1\n");
    }

    @Test
    void thisHostIsNotRebooted() throws Exception {
        assertThat(run("tmt-reboot")).isEqualTo(1);
        assertThat(harness.output()).contains("tmt-reboot: atex itself runs on this machine");
    }
}
