package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.executor.fmf.scripts.RemoteScripts;
import dev.atex.executor.fmf.test.BeakerlibTests;
import dev.atex.local.LocalConnection;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that are written with Beakerlib, whose calls a small library of ours makes, see phases.sh. */
@Timeout(120)
class BeakerlibTest {
    private static final String PHASES = ". ./phases.sh\nrlJournalStart\n";

    @TempDir
    private Path directory;

    private Harness harness;
    private Path tools;

    @BeforeEach
    void make() throws Exception {
        harness = new Harness(new LocalConnection(), directory);
        try (InputStream library = BeakerlibTest.class.getResourceAsStream("phases.sh")) {
            Files.copy(library, harness.tree.resolve("phases.sh"));
        }
        tools = Files.createDirectory(directory.resolve("tools"));
        tool("dnf", "echo \"$@\" >> ${0%/*}/calls");
        tool("rpm", "[[ -e ${0%/*}/calls ]] && exit 0; exit 1");
        harness.environment.put("PATH", tools + ":" + System.getenv("PATH"));
    }

    @AfterEach
    void stop() throws Exception {
        harness.close();
        assertThat(harness.leftovers()).isEmpty();
    }

    private void tool(String name, String text) throws Exception {
        Path tool = Files.writeString(tools.resolve(name), "#!/bin/bash\n" + text + "\n");
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private int run(String script) throws Exception {
        String name = "/t";
        harness.test(name, script, "framework", "beakerlib");
        return harness.run(name);
    }

    @Test
    void phasesAreResults() throws Exception {
        assertThat(run(PHASES + """
            rlPhaseStartSetup
              rlLog ready
            rlPhaseEnd
            rlPhaseStartTest "It's \\"odd\\", é"
              echo 'some more' >> "$journal"
            rlPhaseEnd
            rlPhaseStartTest
            rlPhaseEnd
            rlPhaseStartTest plain
            rlPhaseEnd
            rlPhaseStartCleanup
            rlPhaseEnd
            rlJournalEnd
            """)).isZero();
        List<Map<String, Object>> results = harness.results();
        assertThat(results).extracting(result -> result.get("status")).containsOnly("pass");
        assertThat(results.subList(0, 5))
                .extracting(result -> result.get("name"))
                .containsExactly("Setup", "It-s-odd-é", "Test", "plain", "Cleanup");
        assertThat(results.get(0)).doesNotContainKey("files");
        assertThat(results.get(2)).doesNotContainKey("files");
        assertThat(results.get(3)).as("journals hold what was printed anyway").doesNotContainKey("files");
        List<?> files = (List<?>) results.get(1).get("files");
        assertThat(files).hasSize(1);
        assertThat(files.getFirst().toString()).matches("tmp\\.\\w+\\.txt");
        assertThat(harness.file("It-s-odd-é/" + files.getFirst())).contains("::   It's \"odd\"", "some more\n");
        assertThat(results.get(5)).isEqualTo(Map.of("status", "pass", "files", List.of("output.txt")));
        assertThat(harness.output()).contains(":: ready").doesNotContain("wasn't successful", "Failed to report");
    }

    @Test
    void failedPhasesFailTheTest() throws Exception {
        assertThat(run(PHASES + "rlPhaseStartTest\nrlFail oops\nrlPhaseEnd\nrlJournalEnd\n"))
                .isEqualTo(1);
        assertThat(harness.results())
                .containsExactly(
                        Map.of("status", "fail", "name", "Test"),
                        Map.of("status", "fail", "note", "Test: fail", "files", List.of("output.txt")));
    }

    @Test
    void warnedPhasesFailTest() throws Exception {
        assertThat(run(PHASES + "rlPhaseStartSetup\nrlFail oops\nrlPhaseEnd\nexit 7\n"))
                .isEqualTo(1);
        assertThat(harness.results().getFirst()).isEqualTo(Map.of("status", "warn", "name", "Setup"));
        assertThat(harness.result()).containsEntry("status", "fail").containsEntry("note", "Setup: warn");
    }

    @Test
    void worstPhaseIsReason() throws Exception {
        assertThat(
                        run(
                                PHASES + "rlPhaseStartSetup\nrlFail oops\nrlPhaseEnd\n"
                                        + "rlPhaseStartTest\nrlFail oops\nrlPhaseEnd\nrlPhaseStartTest Later\nrlFail oops\nrlPhaseEnd\n"))
                .isEqualTo(1);
        assertThat(harness.results().getFirst()).isEqualTo(Map.of("status", "warn", "name", "Setup"));
        assertThat(harness.result()).containsEntry("status", "fail").containsEntry("note", "Test: fail");
    }

    @Test
    void ownResultWinsOverPhases() throws Exception {
        assertThat(run(PHASES + "rlReport phase FAIL 1\nrlReport '' PASS 0\n")).isZero();
        assertThat(harness.results())
                .containsExactly(Map.of("status", "fail", "name", "phase"), Map.of("status", "pass"));
    }

    @Test
    void submittedFilesBelongToTheTest() throws Exception {
        assertThat(run(PHASES + """
            echo one > one.log
            echo again > other
            rlFileSubmit one.log
            rlFileSubmit "$PWD/one.log" 'with "quotes"'
            rlFileSubmit other one.log
            OUTPUTFILE=one.log rlReport named FAIL 0
            rlReport logged PASS 0 one.log
            rlReport gone PASS 0 nowhere
            """)).isEqualTo(1);
        assertThat(harness.results())
                .containsExactly(
                        Map.of("status", "fail", "name", "named"),
                        Map.of("status", "pass", "name", "logged", "files", List.of("one.log.txt")),
                        Map.of("status", "pass", "name", "gone"),
                        Map.of(
                                "status",
                                "fail",
                                "note",
                                "named: fail",
                                "files",
                                List.of("output.txt", "one.log", "with \"quotes\"")));
        assertThat(harness.file("one.log")).isEqualTo("one\nagain\n");
        assertThat(harness.file("with \"quotes\"")).isEqualTo("one\n");
        assertThat(harness.file("logged/one.log.txt")).isEqualTo("one\n");
    }

    @Test
    void manyWritersDoNotMix() throws Exception {
        assertThat(run(PHASES + """
            head -c 300000 /dev/zero | tr '\\0' x > big
            for i in {1..20}; do
              rlReport "r$i" PASS 0 big &
            done
            wait
            """)).isZero();
        assertThat(harness.results()).hasSize(21);
        for (int i = 1; i <= 20; i++) {
            assertThat(Files.size(harness.artifacts().directory().resolve("files/r" + i + "/big.txt")))
                    .isEqualTo(300_000);
        }
    }

    @Test
    void environmentIsThatOfBeakerlib() throws Exception {
        assertThat(run("""
            echo "$BEAKERLIB_JOURNAL ${#TESTID}"
            cmp "$BEAKERLIB_DIR/metadata.yaml" "$TMT_TEST_METADATA" && test -L "$BEAKERLIB_DIR/metadata.yaml"
            command -v "$BEAKERLIB_COMMAND_REPORT_RESULT" "$BEAKERLIB_COMMAND_SUBMIT_LOG" tmt-reboot rhts-reboot | wc -l
            """)).isZero();
        assertThat(harness.output()).isEqualTo("0 36\n4\n");
        assertThat(Files.readAllLines(tools.resolve("calls"))).containsExactly("-y install beakerlib");
    }

    @Test
    void beakerlibDirectoryIsKeptOverRestarts() throws Exception {
        harness.test("/u", "test ! -e \"$BEAKERLIB_DIR/kept\"", "framework", "beakerlib");
        assertThat(run("""
            echo "$TMT_REBOOT_COUNT $TESTID" >> "$BEAKERLIB_DIR/kept"
            if [[ $TMT_REBOOT_COUNT == 0 ]]; then
              rhts-reboot -c 'echo "reboot now"; exit 0'
            fi
            cut -d ' ' -f 1 "$BEAKERLIB_DIR/kept"
            cut -d ' ' -f 2 "$BEAKERLIB_DIR/kept" | uniq | wc -l
            """)).isZero();
        assertThat(harness.output()).endsWith("0\n1\n1\n");
        assertThat(harness.run("/u")).isZero();
    }

    /** As in tmt; others end at the first command that fails. */
    @Test
    void failedCommandDoesNotEndBeakerlibTest() throws Exception {
        harness.test("/shell", "false; exit 0");
        assertThat(run("false; false | true; exit 0")).isZero();
        assertThat(harness.run("/shell")).isEqualTo(1);
    }

    @Test
    void reportsOfTmtAreSubtestsOnly() throws Exception {
        assertThat(run("tmt-report-result part PASS; exit 3")).isEqualTo(3);
        assertThat(harness.results().getFirst()).isEqualTo(Map.of("status", "pass", "name", "/part"));
        assertThat(harness.result()).containsEntry("status", "fail");
    }

    /** It may have come from its sources. */
    @Test
    void installedBeakerlibNeedsNoPackage() throws Exception {
        Path library = directory.resolve("beakerlib.sh");
        String script = "set -- " + directory + " beakerlib other --\n"
                + RemoteScripts.PACKAGES
                        .text()
                        .replace(". \"$work/packagetool.sh\"", RemoteScripts.PACKAGETOOL.text())
                        .replace("/usr/share/beakerlib/beakerlib.sh", library.toString());
        Files.writeString(tools.resolve("rpm"), "#!/bin/bash\n[[ -e ${0%/*}/calls ]]\n");
        for (boolean there : new boolean[] {false, true}) {
            if (there) {
                Files.createFile(library);
            }
            Files.deleteIfExists(tools.resolve("calls"));
            ProcessBuilder builder = new ProcessBuilder("bash", "-c", script);
            builder.environment().put("PATH", tools + ":" + System.getenv("PATH"));
            assertThat(builder.inheritIO().start().waitFor()).isZero();
            assertThat(tools.resolve("calls")).hasContent("-y install " + (there ? "other" : "beakerlib other"));
        }
    }

    @Test
    void thisHostIsNotRebooted() throws Exception {
        tool("reboot", "echo rebooted >> ${0%/*}/rebooted");
        assertThat(run("tmt-reboot")).isEqualTo(1);
        assertThat(harness.output()).contains("tmt-reboot: atex itself runs on this machine");
        assertThat(tools.resolve("rebooted")).doesNotExist();
    }

    @Test
    void otherTestsAreNotBeakerlibTests() throws Exception {
        harness.test("/shell", "test -z \"$TESTID$BEAKERLIB_DIR\"; atex-report-result phase FAIL");
        harness.test("/beakerlib", "true", "framework", "beakerlib");
        assertThat(harness.run("/shell")).isZero();
        assertThat(harness.results()).hasSize(2);
        assertThat(tools.resolve("calls")).doesNotExist();
    }

    @Test
    void allOrNoTestsCanBeBeakerlibTests() throws Exception {
        harness.beakerlib = BeakerlibTests.ALL;
        harness.test("/shell", "test -n \"$TESTID\"");
        assertThat(harness.run("/shell")).isZero();
        try (Harness other = new Harness(new LocalConnection(), directory.resolve("other"))) {
            other.beakerlib = BeakerlibTests.NONE;
            other.test("/t", "test -z \"$TESTID\"", "framework", "beakerlib");
            assertThat(other.run("/t")).isZero();
        }
    }
}
