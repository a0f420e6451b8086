package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atex.concurrent.Deadline;
import dev.atex.executor.Ending;
import dev.atex.executor.Executor;
import dev.atex.executor.FailureClass;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.concurrent.TaskScope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that reboot their machine, on one that can. */
@Timeout(120)
@Tag("slow")
class RebootTest {
    private static final String ANNOUNCE = """
        trap '' PIPE HUP
        echo disconnect >&3
        while echo noop >&3; do :; done 2>/dev/null
        """;

    @TempDir
    private Path directory;

    private RebootingMachine machine;
    private Harness harness;

    @BeforeAll
    static void possible() throws Exception {
        assumeTrue(RebootingMachine.isPossible(), "no namespaces can be made here");
    }

    private void machine(int refusals) throws Exception {
        machine = new RebootingMachine(refusals);
        harness = new Harness(machine, directory);
    }

    @AfterEach
    void stop() throws Exception {
        try {
            harness.close();
            assertThat(harness.leftovers()).isEmpty();
        } finally {
            machine.destroy();
        }
    }

    @Test
    void rebootsAreCountedAndOutputGoesOn() throws Exception {
        machine(3);
        harness.test("/t", """
            echo "$TMT_REBOOT_COUNT $TMT_TEST_RESTART_COUNT $KEPT"
            if [[ $TMT_REBOOT_COUNT -lt 2 ]]; then
              echo KEPT=$TMT_REBOOT_COUNT > "$TMT_PLAN_ENVIRONMENT_FILE"
            """ + ANNOUNCE + """
              kill -TERM 1
              sleep 600
            fi
            exit 4
            """);
        harness.test("/u", "echo $KEPT");
        assertThat(harness.run("/t")).isEqualTo(4);
        assertThat(harness.output()).isEqualTo("0 0 \n1 1 0\n2 2 1\n");
        assertThat(harness.results()).hasSize(1);
        assertThat(machine.boots()).isEqualTo(3);
        assertThat(machine.attempts()).as("refused three times").isGreaterThan(3);
        assertThat(harness.run("/u")).isZero();
        assertThat(harness.output()).isEqualTo("1\n");
    }

    @Test
    void lateRebootIsAwaited() throws Exception {
        machine(0);
        harness.test("/t", """
            echo "start $TMT_REBOOT_COUNT"
            if [[ $TMT_REBOOT_COUNT == 0 ]]; then
            """ + ANNOUNCE + """
              sleep 0.7
              kill -TERM 1
              sleep 600
            fi
            """);
        assertThat(harness.run("/t")).isZero();
        assertThat(harness.output()).isEqualTo("start 0\nstart 1\n");
        assertThat(machine.boots()).isEqualTo(2);
    }

    /** It still lets in, and ends what it has let in. */
    @Test
    void machineThatShutsDownIsAwaited() throws Exception {
        machine(0);
        machine.endsCommandsOnTheWayDown(2);
        harness.test("/t", """
            echo "start $TMT_REBOOT_COUNT"
            if [[ $TMT_REBOOT_COUNT == 0 ]]; then
            """ + ANNOUNCE + """
              kill -TERM 1
              sleep 600
            fi
            """);
        assertThat(harness.run("/t")).isZero();
        assertThat(harness.output()).isEqualTo("start 0\nstart 1\n");
        assertThat(machine.lateVictims()).isZero();
        assertThat(machine.boots()).isEqualTo(2);
    }

    /** The test has ended, and its machine reboots a little later. */
    @Test
    void rebootFromBackgroundProcessIsExpected() throws Exception {
        machine(0);
        harness.test("/t", """
            echo "start $TMT_REBOOT_COUNT"
            if [[ $TMT_REBOOT_COUNT == 0 ]]; then
              setsid bash -c 'echo > away; sleep 0.7; kill -TERM 1' >/dev/null 2>&1 3>&- &
              until [[ -e away ]]; do sleep 0.01; done # else it may still be in the group that ends with the test
            """ + ANNOUNCE + """
            elif [[ $(cut -d' ' -f22 /proc/1/stat) == $(cat booted) ]]; then
              sleep 600 # not the boot that was meant
            fi
            cut -d' ' -f22 /proc/1/stat > booted
            """);
        assertThat(harness.run("/t")).isZero();
        assertThat(harness.output()).startsWith("start 0\nstart 1\n").endsWith("start 1\n");
        assertThat(machine.boots()).isEqualTo(2);
    }

    @Test
    void commandsOfBeakerlibReboot() throws Exception {
        machine(1);
        Path tools = Files.createDirectory(directory.resolve("tools"));
        tool(tools, "rpm", "exit 0");
        tool(tools, "dnf", "exit 1");
        tool(tools, "systemctl", "echo systemctl $1 >> ${0%/*}/steps");
        tool(tools, "sync", "echo sync >> ${0%/*}/steps");
        tool(tools, "reboot", "echo reboot >> ${0%/*}/steps; kill -TERM 1");
        harness.environment.put("PATH", tools + ":" + System.getenv("PATH"));
        harness.test(
                "/t", """
                unset ATEX_THIS_HOST # this host is not rebooted
                echo "$TMT_REBOOT_COUNT" | tee -a "$BEAKERLIB_DIR/kept"
                if [[ $TMT_REBOOT_COUNT == 0 ]]; then tmt-reboot; fi
                if [[ $TMT_REBOOT_COUNT == 1 ]]; then rhts-reboot; fi
                cat "$BEAKERLIB_DIR/kept"
                """,
                "framework", "beakerlib");
        assertThat(harness.run("/t")).isZero();
        assertThat(harness.output()).isEqualTo("0\n1\n2\n0\n1\n2\n");
        assertThat(machine.boots()).isEqualTo(3);
        List<String> once = List.of("systemctl stop", "sync", "reboot");
        assertThat(Files.readAllLines(tools.resolve("steps")).stream()).containsExactlyElementsOf(twice(once));
    }

    private static List<String> twice(List<String> steps) {
        return java.util.stream.Stream.concat(steps.stream(), steps.stream()).toList();
    }

    private static void tool(Path tools, String name, String text) throws Exception {
        Path tool = Files.writeString(tools.resolve(name), "#!/bin/bash\n" + text + "\n");
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void unexpectedRebootEndsTheTest() throws Exception {
        machine(0);
        harness.test("/t", "printf 'result 30\\n{\"name\":\"one\",\"status\":\"pass\"}' >&3; kill -TERM 1; sleep 600");
        harness.test("/u", "echo again");
        assertAborts("/t", FailureClass.CONNECTION, "connection lost and disconnect was not sent via test control: ");
        assertThat(harness.results()).hasSize(2);
        assertThat(harness.results().getFirst()).containsEntry("name", "one");
        harness.connection.connect(Deadline.after(Duration.ofSeconds(20)));
    }

    /** 255 among the codes is a lost connection, as a panic of the kernel makes it. */
    @Test
    void lostConnectionCanBeRestart() throws Exception {
        machine(1);
        String script = """
            echo "$TMT_TEST_RESTART_COUNT $TMT_REBOOT_COUNT"
            echo x >> $TMT_TEST_DATA/kept
            if [[ $TMT_TEST_RESTART_COUNT -lt 1 ]]; then kill -TERM 1; sleep 600; fi
            """;
        harness.test("/t", script, "restart-on-exit-code", List.of(137, 255));
        harness.test("/u", "kill -TERM 1; sleep 600", "restart-on-exit-code", 255);
        assertThat(harness.run("/t")).isZero();
        assertThat(harness.output()).isEqualTo("0 0\n1 0\n");
        assertThat(harness.file("kept")).isEqualTo("x\nx\n");
        assertThat(harness.run("/u")).isEqualTo(1);
        assertThat(harness.result())
                .containsEntry("status", "error")
                .containsEntry("note", "maximum restart attempts exceeded");
        assertThat(machine.boots()).isEqualTo(3);
        harness.connection.connect(Deadline.after(Duration.ofSeconds(20)));
    }

    /** What had come of its files before comes once more. */
    @Test
    void connectionLostDuringFilesCanBeRestart() throws Exception {
        machine(0);
        harness.test("/t", """
                echo "$TMT_TEST_RESTART_COUNT" | tee -a $TMT_TEST_DATA/a $TMT_TEST_DATA/z
                if [[ $TMT_TEST_RESTART_COUNT -lt 1 ]]; then
                  head -c 5000000 /dev/zero > $TMT_TEST_DATA/b
                else
                  echo small > $TMT_TEST_DATA/b
                fi
                """, "restart-on-exit-code", 255);
        harness.started();
        machine.crashesWhenDataComes();
        assertThat(harness.run("/t")).isZero();
        assertThat(machine.boots()).isEqualTo(2);
        assertThat(harness.output()).isEqualTo("0\n1\n");
        assertThat(harness.result().get("files")).isEqualTo(List.of("output.txt", "a", "b", "z"));
        assertThat(harness.file("a")).isEqualTo("0\n1\n");
        assertThat(harness.file("b")).isEqualTo("small\n");
        assertThat(harness.file("z")).isEqualTo("0\n1\n");
    }

    @Test
    void crashOfTheMachineEndsTheTest() throws Exception {
        machine(0);
        harness.test("/t", "sleep 600");
        Executor executor = harness.started();
        TestArtifacts artifacts = harness.newArtifacts();
        try (TaskScope scope = TaskScope.open("crash")) {
            scope.run("crash", () -> machine.crash());
            assertThat(executor.runTest("/t", artifacts, Map.of()).failure()).contains(FailureClass.CONNECTION);
        }
        assertThat(harness.result()).containsEntry("status", "infra");
        harness.connection.connect(Deadline.after(Duration.ofSeconds(20)));
    }

    @Test
    void machineThatDoesNotComeBackEndsTheTestInTime() throws Exception {
        machine(Integer.MAX_VALUE);
        harness.test("/t", ANNOUNCE + "kill -TERM 1; sleep 600", "duration", "2s");
        assertAborts("/t", FailureClass.TIMEOUT, "test duration timeout reached");
        removeLeftovers();
    }

    @Test
    void machineThatDoesNotComeBackInTimeIsInfra() throws Exception {
        machine(Integer.MAX_VALUE);
        harness.test("/t", "tmt-reboot -t 1 -c 'kill -TERM 1'");
        assertAborts("/t", FailureClass.CONNECTION, "the machine did not come back within 1 s (tmt-reboot -t)");
        removeLeftovers();
    }

    @Test
    void cancelEndsWaitForReboot() throws Exception {
        machine(Integer.MAX_VALUE);
        harness.test("/t", ANNOUNCE + "kill -TERM 1; sleep 600");
        Executor executor = harness.started();
        TestArtifacts artifacts = harness.newArtifacts();
        try (TaskScope scope = TaskScope.open("cancel")) {
            scope.run("cancel", () -> {
                while (machine.attempts() == 0) {
                    Thread.sleep(5); // what it waits for needs the CPU
                }
                executor.cancel();
            });
            assertThat(executor.runTest("/t", artifacts, Map.of()).failure()).contains(FailureClass.CANCELLED);
        }
        assertThat(harness.result()).containsEntry("note", "TestAbortedError(cancel requested)");
        removeLeftovers();
    }

    /** The files of a machine that is never seen again are still those of this host. */
    private void removeLeftovers() throws Exception {
        for (Path left : harness.leftovers()) {
            Remains.remove(left);
        }
    }

    private void assertAborts(String test, FailureClass failureClass, String reason) throws Exception {
        Executor executor = harness.started();
        TestArtifacts artifacts = harness.newArtifacts();
        Ending end = executor.runTest(test, artifacts, Map.of());
        assertThat(end.failure()).contains(failureClass);
        assertThat(end.note().orElseThrow()).startsWith("TestAbortedError(" + reason);
        assertThat(harness.result()).containsEntry("status", "infra");
        assertThat((String) harness.result().get("note")).startsWith("TestAbortedError(" + reason);
    }
}
