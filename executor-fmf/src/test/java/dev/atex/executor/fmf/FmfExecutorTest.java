package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.executor.Ending;
import dev.atex.executor.Executor;
import dev.atex.executor.ExecutorException;
import dev.atex.executor.FailureClass;
import dev.atex.executor.ResultReader;
import dev.atex.executor.TestArtifacts;
import dev.atex.executor.fmf.discovery.DiscoverySupport;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.shell.Shell;
import dev.atex.executor.fmf.test.ControlLimits;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.local.LocalConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The executor over the connection to this host: what a test sees, and what becomes of what it does. */
@Timeout(60)
class FmfExecutorTest {
    private final LocalConnection connection = new LocalConnection();
    private final Map<String, Object> plan = new LinkedHashMap<>();
    private final Map<String, String> executorEnvironment = new LinkedHashMap<>();
    private final Map<String, String> switches = new LinkedHashMap<>();
    private final Map<String, Map<String, Object>> tests = new LinkedHashMap<>();
    private ControlLimits limits = ControlLimits.DEFAULT;
    private int runs;

    @TempDir
    private Path directory;

    private Path tree;
    private FmfTests fmf;
    private Executor executor;
    private TestArtifacts artifacts;
    private List<Map<String, Object>> results = List.of();

    @BeforeEach
    void makeTree() throws Exception {
        tree = Files.createDirectories(directory.resolve("tree/sub"));
        tree = tree.getParent();
        connection.connect(Deadline.after(Duration.ofSeconds(20)));
    }

    @AfterEach
    void stop() throws Exception {
        if (executor != null) {
            executor.stop();
            fmf.close();
        }
        connection.disconnect(Deadline.after(Duration.ofSeconds(20)));
        assertThat(workDirectories()).isEmpty();
    }

    // ---- what a test sees

    @Test
    void exitCodeIsTheResult() throws Exception {
        assertThat(run("exit 0")).isZero();
        assertThat(results).containsExactly(Map.of("status", "pass", "files", List.of("output.txt")));
        assertThat(run("echo hello; exit 7")).isEqualTo(7);
        assertThat(results).containsExactly(Map.of("status", "fail", "files", List.of("output.txt")));
        assertThat(file("output.txt")).isEqualTo("hello\n");
        assertThat(run("kill -9 $$")).isEqualTo(137);
        assertThat(run("exec /nonexistent/program")).isEqualTo(127);
        assertThat(Files.list(artifacts.directory()))
                .extracting(p -> p.getFileName().toString())
                .containsExactlyInAnyOrder("results", "files");
    }

    @Test
    void scriptsStopAtTheFirstFailure() throws Exception {
        assertThat(run("false; exit 0")).isEqualTo(1);
        assertThat(run("exit 3 | true; exit 0")).isEqualTo(3);
    }

    @Test
    void laterVariablesWin() throws Exception {
        plan.put("environment", Map.of("A", "plan", "B", "plan", "C", "plan", "D", "plan", "TMT_TEST_NAME", "plan"));
        executorEnvironment.putAll(Map.of("C", "executor", "D", "executor", "UID", "executor"));
        test(
                "/sub/env",
                "sub",
                Map.of(
                        "test",
                        "echo $A $B $C $D $TMT_TEST_NAME; cat \"$TMT_TEST_METADATA\"; echo ${TMT_TREE##*/}; pwd; "
                                + "env | grep ^UID=; echo $TMT_REBOOT_COUNT $TMT_TEST_RESTART_COUNT $ATEX_TEST_CONTROL",
                        "environment",
                        Map.of("B", "test", "C", "test", "D", "test")));
        assertThat(runNamed("/sub/env", Map.of("D", "it's the call"))).isZero();
        List<String> lines = file("output.txt").lines().toList();
        assertThat(lines.getFirst()).isEqualTo("plan test executor it's the call /sub/env");
        assertThat(lines).contains("tests", "UID=executor").endsWith("0 0 3");
        assertThat(lines.get(lines.size() - 3)).startsWith("/").endsWith("/tests/sub");
        assertThat(file("output.txt")).contains("environment:\n");
    }

    @Test
    void planEnvironmentFileAndBinAreUsed() throws Exception {
        plan.put(
                "prepare",
                Map.of(
                        "how",
                        "shell",
                        "script",
                        List.of(
                                "echo 'X=from prepare' | sed \"s/ /_/\" >> \"$TMT_PLAN_ENVIRONMENT_FILE\"",
                                "[[ $X == from_prepare ]]; mkdir -p ../bin; echo 'echo mine' > ../bin/tool; chmod +x ../bin/tool")));
        test("/a", "", Map.of("test", "echo $X; tool; echo Y=2 >> $TMT_PLAN_ENVIRONMENT_FILE"));
        test("/b", "", Map.of("test", "echo $Y; printenv Y"));
        assertThat(runNamed("/a", Map.of())).isZero();
        assertThat(file("output.txt")).isEqualTo("from_prepare\nmine\n");
        assertThat(runNamed("/b", Map.of())).isZero();
        assertThat(file("output.txt")).isEqualTo("2\n2\n");
    }

    @Test
    void streamsDescriptorsAndSignalsAreClean() throws Exception {
        assertThat(run(
                        "cat; test ! -t 0; sed -n 's/SigIgn:.*\\([0-9a-f]\\{7\\}\\)$/\\1/p' /proc/self/status; ls -l /proc/self/fd/0 | grep -c /dev/null; "
                                + "printf 'a\\0b' >&2"))
                .isZero();
        assertThat(file("output.txt")).isEqualTo("0000000\n1\na\0b");
    }

    @Test
    void ttyGetsTerminal() throws Exception {
        test("/tty", "", Map.of("test", "test -t 0; test -t 1; stty size; echo $TERM", "tty", true));
        assertThat(runNamed("/tty", Map.of())).isZero();
        assertThat(file("output.txt")).isEqualTo("24 80\r\nvt100\r\n");
    }

    @Test
    void treeIsUploadedAsItIs() throws Exception {
        Files.writeString(tree.resolve("sub/script.sh"), "#!/bin/bash\necho ran here: $(cat link)\n");
        Files.setPosixFilePermissions(tree.resolve("sub/script.sh"), PosixFilePermissions.fromString("rwxr-x---"));
        Files.writeString(tree.resolve("top"), "top");
        Files.createSymbolicLink(tree.resolve("sub/link"), Path.of("../top"));
        test("/t", "sub", Map.of("test", "./script.sh; stat -c %A script.sh"));
        assertThat(runNamed("/t", Map.of())).isZero();
        assertThat(file("output.txt")).isEqualTo("ran here: top\n-rwxr-x---\n");
    }

    @Test
    void longTextsAndNamesAreNoProblem() throws Exception {
        String name = "/" + "n".repeat(300);
        test(name, "", Map.of("test", "# " + "x".repeat(200_000) + "\necho ${#TMT_TEST_NAME}", "tag", List.of("é✓")));
        assertThat(runNamed(name, Map.of())).isZero();
        assertThat(file("output.txt")).isEqualTo("301\n");
    }

    @Test
    void directoryThatIsNotThereIs126() throws Exception {
        test("/t", "no/such", Map.of("test", "true"));
        assertThat(runNamed("/t", Map.of())).isEqualTo(126);
    }

    // ---- reports

    @Test
    void reportedResultsAreStored() throws Exception {
        assertThat(run(report("{\"name\":\"one\",\"status\":\"info\",\"files\":[{\"name\":\"a/log\",\"length\":5}]}")
                        + "; printf 'a\\0b\\nc' >&3; "
                        + report("{\"name\":\"part\",\"partial\":true,\"x\":1}") + "; "
                        + report("{\"status\":\"warn\",\"testout\":\"all.txt\"}") + "; echo later; exit 1"))
                .isEqualTo(1);
        assertThat(results).hasSize(3);
        assertThat(results.get(0)).containsEntry("files", List.of("a/log"));
        assertThat(results.get(1)).isEqualTo(Map.of("status", "warn", "files", List.of("all.txt")));
        assertThat(results.get(2)).containsEntry("name", "part").doesNotContainKey("partial");
        assertThat(file("one/a/log")).isEqualTo("a\0b\nc");
        assertThat(file("all.txt")).isEqualTo("later\n");
    }

    @Test
    void exitCodeCountsWhenTheDescriptorWasClosed() throws Exception {
        assertThat(run("exec 3>&-; exit 5")).isEqualTo(5);
    }

    @Test
    void dataAfterExitCodeIsIgnored() throws Exception {
        assertThat(run("echo exitcode 9 >&3; head -c 1000000 /dev/zero >&3; echo done; exit 4"))
                .isEqualTo(9);
        assertThat(file("output.txt")).isEqualTo("done\n");
    }

    @Test
    void daemonHoldingTheDescriptorDoesNotHoldTheRun() throws Exception {
        assertThat(run("setsid sleep 600 & exit 4")).isEqualTo(4);
        assertThat(run("printf 'result 100\\nabc' >&3; setsid sleep 600 & exit 4"))
                .isEqualTo(-1);
        assertThat(note()).isEqualTo("BadControlError(EOF when reading data)");
    }

    @Test
    void hostileControlDataEndsThatTestAlone() throws Exception {
        assertHostile("echo >&3", "BadControlError(");
        assertHostile("head -c 100000 /dev/zero | tr '\\0' x >&3", "BadControlError(");
        assertHostile("echo foo >&3", "BadControlError(unknown control word: foo)");
        assertHostile("echo result -5 >&3", "BadControlError(");
        assertHostile("echo result 99999999999999999999 >&3", "BadControlError(");
        assertHostile("echo result 00001 >&3", "BadControlError(");
        assertHostile("echo duration restore >&3", "BadControlError(");
        assertHostile("echo duration 5x >&3", "BadControlError(");
        assertHostile(report("[]"), "BadReportJSONError(");
        assertHostile(report("null"), "BadReportJSONError(");
        assertHostile(report("{\"x\":NaN}"), "BadReportJSONError(");
        assertHostile(report("{\"name\":\"\"}"), "BadReportJSONError(");
        assertHostile(report("{\"testout\":\"\"}"), "BadReportJSONError('testout' specified, but empty)");
        assertHostile(report("{\"files\":[{\"name\":\"..\",\"length\":1}]}"), "BadReportJSONError(");
        assertHostile(report("{\"files\":[{\"name\":\"/etc/passwd\",\"length\":1}]}"), "BadReportJSONError(");
        assertHostile(report("{\"files\":[{\"name\":\"x\",\"length\":-1}]}"), "BadReportJSONError(");
        assertHostile(
                "printf 'result 1000\\n{' >&3; exec 3>&-; kill -9 $PPID", "BadControlError(EOF when reading data)");
        assertThat(run("true")).isZero();
    }

    private void assertHostile(String script, String note) throws Exception {
        assertThat(run(script + "; sleep 600")).isEqualTo(-1);
        assertThat(results.getLast()).containsEntry("status", "infra");
        assertThat(note()).startsWith(note);
    }

    @Test
    void uploadsStayInside() throws Exception {
        assertThat(run(report("{\"name\":\"../../x\",\"files\":[{\"name\":\"../../../y\",\"length\":1}]}")
                        + "; printf z >&3"))
                .isZero();
        try (Stream<Path> all = Files.walk(directory)) {
            assertThat(all.filter(path -> path.endsWith("y")))
                    .hasSize(1)
                    .allMatch(path -> path.startsWith(artifacts.directory().resolve("files")));
        }
    }

    @Test
    void uploadsAreLimited() throws Exception {
        limits = limits.withMaxUploadBytes(10);
        assertThat(run(report("{\"files\":[{\"name\":\"big\",\"length\":1000000000000}]}") + "; sleep 600"))
                .isEqualTo(-1);
        assertThat(note()).startsWith("BadControlError(");
    }

    @Test
    void testThatKillsItsWrapperIsInfra() throws Exception {
        assertThat(run("kill -9 $PPID; sleep 600")).isEqualTo(-1);
        assertThat(note())
                .isEqualTo("TestAbortedError(test wrapper unexpectedly exited with 137 and disconnect was not "
                        + "sent via test control)");
    }

    // ---- time

    @Test
    void timeIsLimited() throws Exception {
        test("/t", "", Map.of("test", "echo before; trap '' HUP TERM INT; sleep 600; sleep 600", "duration", "10s"));
        assertAborts("/t", FailureClass.TIMEOUT, "TestAbortedError(test duration timeout reached)");
        assertThat(file("output.txt")).startsWith("before\n");
    }

    @Test
    void durationWordsMoveTheLimit() throws Exception {
        test("/shorter", "", Map.of("test", "echo duration -1h >&3; sleep 600", "duration", "1h"));
        String longer = "echo duration save >&3; echo duration 1 >&3; echo duration restore >&3; sleep 1.5";
        test("/longer", "", Map.of("test", longer));
        assertAborts("/shorter", FailureClass.TIMEOUT, "TestAbortedError(test duration timeout reached)");
        assertThat(runNamed("/longer", Map.of())).isZero();
    }

    // ---- restarts

    private static final String AGAIN =
            "trap '' PIPE; echo disconnect >&3; while echo noop >&3; do :; done 2>/dev/null\n";

    private void assertGivenUp(String script) throws Exception {
        limits = limits.withMaxRestarts(3);
        test("/t", "", Map.of("test", script, "duration", "7d"));
        assertAborts(
                "/t",
                FailureClass.CONTROL,
                "TestAbortedError(started again 3 times in a row by 'disconnect', without a reboot or a result"
                        + " (see --max-restarts))");
        assertThat(file("output.txt")).isEqualTo("start 0\nstart 1\nstart 2\nstart 3\n");
    }

    @Test
    void idleRestartsAreLimited() throws Exception {
        assertGivenUp("echo start $TMT_TEST_RESTART_COUNT; " + AGAIN);
    }

    @Test
    void idleRestartsAreLimitedAfterTimeout() throws Exception {
        assertGivenUp("echo start $TMT_TEST_RESTART_COUNT; trap '' HUP TERM; " + AGAIN + "sleep 600");
    }

    @Test
    void idleRestartsAreLimitedForKilledWrappers() throws Exception {
        limits = limits.withMaxRestarts(3);
        test(
                "/t",
                "",
                Map.of("test", "[[ $TMT_TEST_RESTART_COUNT == 0 ]] || kill -9 $PPID\n" + AGAIN, "duration", "7d"));
        assertThat(runNamed("/t", Map.of())).isEqualTo(-1);
        assertThat(note()).startsWith("TestAbortedError(started again 3 times in a row");
    }

    @Test
    void restartsWithResultsAreNotLimited() throws Exception {
        limits = limits.withMaxRestarts(3);
        String script = """
                [[ $TMT_TEST_RESTART_COUNT -ge 9 ]] && exit 0
                printf 'result 12\n{"name":"a"}' >&3
                """;
        assertThat(run(script + AGAIN)).isZero();
        assertThat(results).hasSize(10);
    }

    @Test
    void announcedRebootStartsTheTestAgain() throws Exception {
        String script = """
                echo "start $TMT_REBOOT_COUNT $TMT_TEST_RESTART_COUNT"
                if [[ $TMT_REBOOT_COUNT -lt 2 ]]; then
                  echo X=$TMT_REBOOT_COUNT > "$TMT_PLAN_ENVIRONMENT_FILE"
                  trap '' PIPE
                  echo disconnect >&3
                  while echo noop >&3; do :; done 2>/dev/null
                  sleep 600
                fi
                echo "X=$X"
                """;
        assertThat(run(script)).isZero();
        assertThat(file("output.txt")).isEqualTo("start 0 0\nstart 1 1\nstart 2 2\nX=1\n");
        assertThat(run("true")).isZero();
    }

    @Test
    void partialResultsOutliveARestart() throws Exception {
        assertThat(run("if [[ $TMT_REBOOT_COUNT == 0 ]]; then " + report("{\"partial\":true,\"note\":\"kept\"}")
                        + "; echo disconnect >&3; sleep 600; fi"))
                .isZero();
        assertThat(results).containsExactly(Map.of("note", "kept", "status", "pass", "files", List.of("output.txt")));
    }

    // ---- plans

    @Test
    void failingPrepareSaysWhatItPrinted() throws Exception {
        plan.put("prepare", Map.of("how", "shell", "script", List.of("true", "echo some words; false; echo never")));
        test("/t", "", Map.of("test", "true"));
        makeExecutor();
        assertThatThrownBy(executor::start)
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("prepare of plan '/plan'")
                .hasMessageContaining("exit code 1")
                .hasMessageContaining("some words")
                .hasMessageNotContaining("never\nOutput:\nnever");
    }

    @Test
    void finishRunsOnceAndItsFailureLeavesNothing() throws Exception {
        Path proof = directory.resolve("finished");
        plan.put("environment", Map.of("PROOF", proof.toString()));
        plan.put("finish", List.of(Map.of("how", "shell", "script", "echo ${PWD##*/} >> $PROOF; exit 9")));
        assertThat(run("true")).isZero();
        assertThatThrownBy(executor::stop).isInstanceOf(ExecutorException.class).hasMessageContaining("exit code 9");
        executor.stop();
        assertThat(proof).hasContent("tests\n");
        assertThat(workDirectories()).isEmpty();
    }

    @Test
    void interruptedStopLeavesOutTheScriptsAndRemovesTheDirectory() throws Exception {
        Path proof = directory.resolve("finished");
        plan.put("environment", Map.of("PROOF", proof.toString()));
        plan.put("finish", List.of(Map.of("how", "shell", "script", "echo > $PROOF")));
        assertThat(run("true")).isZero();
        Thread.currentThread().interrupt();
        assertThatThrownBy(executor::stop).isInstanceOf(InterruptedException.class);
        assertThat(proof).doesNotExist();
        assertThat(workDirectories()).isEmpty();
    }

    @Test
    void stopAfterLostConnectionSucceeds() throws Exception {
        assertThat(run("true")).isZero();
        List<Path> left = workDirectories();
        assertThat(left).hasSize(1);
        connection.disconnect(Deadline.after(Duration.ofSeconds(20)));
        executor.stop();
        for (Path path : left) {
            Remains.remove(path);
        }
    }

    @Test
    void stopEndsRemainingProcesses() throws Exception {
        assertThat(run("setsid bash -c 'echo > up; while :; do sleep 7777; done' & until [[ -e up ]]; do :; done"))
                .isZero();
        assertThat(sleeping("7777")).isNotEmpty();
        executor.stop();
        assertThat(sleeping("7777")).isEmpty();
    }

    @Test
    void unknownTestIsNamed() throws Exception {
        assertThat(run("true")).isZero();
        assertAborts("/no", FailureClass.INTERNAL, "TestAbortedError(there is no test '/no')");
    }

    // ---- switches

    @Test
    void debugSwitchesWork() throws Exception {
        switches.put("ATEX_DEBUG_NO_EXITCODE", "1");
        assertThat(run("exit 3")).isEqualTo(-1);
        assertThat(note()).startsWith("TestAbortedError(test wrapper unexpectedly exited with 0");
    }

    @Test
    void debugSwitchKeepsBackgroundProcesses() throws Exception {
        switches.put("ATEX_DEBUG_NO_BG_KILL", "1");
        assertThat(run("sleep 7778 & until grep -q 7778 /proc/$!/cmdline; do :; done; exit 0"))
                .isZero();
        assertThat(sleeping("7778")).isNotEmpty();
    }

    @Test
    void malformedSwitchIsRefused() {
        switches.put("ATEX_DEBUG_TEST_OUTPUT_FD", "two");
        test("/t", "", Map.of("test", "true"));
        assertThatThrownBy(this::makeExecutor)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ATEX_DEBUG_TEST_OUTPUT_FD");
    }

    // ---- tools

    private static String report(String json) {
        return "printf 'result %d\\n%s' " + json.getBytes(StandardCharsets.UTF_8).length + " " + Shell.quote(json)
                + " >&3";
    }

    private void test(String name, String where, Map<String, Object> data) {
        tests.put(name, new LinkedHashMap<>(data));
        if (!where.isEmpty()) {
            tests.get(name).put("where", where);
        }
        if (fmf != null) {
            throw new IllegalStateException("tests are made before the first run");
        }
    }

    private void makeExecutor() {
        List<FmfTest> all = new ArrayList<>();
        tests.forEach((name, data) -> {
            Map<String, Object> cleaned = new LinkedHashMap<>(data);
            Object where = cleaned.remove("where");
            all.add(new FmfTest(name, where == null ? "" : where.toString(), cleaned));
        });
        for (int i = 0; i < 30; i++) {
            all.add(new FmfTest("/script" + i, "", Map.of("test", "eval \"$SCRIPT\"")));
        }
        fmf = DiscoverySupport.tests(DiscoverySupport.plan("/plan", plan), tree, all);
        executor = FmfExecutorFactory.builder(fmf)
                .environment(executorEnvironment)
                .limits(limits)
                .switches(switches)
                .build()
                .create(connection);
    }

    /** Runs a script as a test; -1 when it was aborted. */
    private int run(String script) throws Exception {
        return runNamed("/script" + runs, Map.of("SCRIPT", script));
    }

    private int runNamed(String name, Map<String, String> variables) throws Exception {
        if (executor == null) {
            makeExecutor();
            executor.start();
        }
        artifacts = TestArtifacts.toBeFilled(directory.resolve("artifacts-" + runs++));
        try {
            return executor.runTest(name, artifacts, variables).exitCode().orElse(-1);
        } finally {
            readResults();
        }
    }

    private void assertAborts(String name, FailureClass failureClass, String note) throws Exception {
        if (executor == null) {
            makeExecutor();
            executor.start();
        }
        artifacts = TestArtifacts.toBeFilled(directory.resolve("artifacts-" + runs++));
        Ending end = executor.runTest(name, artifacts, Map.of());
        assertThat(end.failure()).contains(failureClass);
        assertThat(end.note()).contains(note);
        readResults();
        assertThat(results.getLast()).containsEntry("status", "infra").containsEntry("note", note);
    }

    private void readResults() throws IOException {
        results = new ArrayList<>();
        try (ResultReader reader = artifacts.readResults()) {
            for (Map<String, Object> result = reader.next(); result != null; result = reader.next()) {
                results.add(result);
            }
        }
    }

    private String note() {
        return (String) results.getLast().get("note");
    }

    private String file(String name) throws IOException {
        return Files.readString(artifacts.directory().resolve("files").resolve(name), StandardCharsets.UTF_8);
    }

    private List<Path> workDirectories() {
        if (executor == null) {
            return List.of();
        }
        String name = "atex-" + ((FmfExecutor) executor).identity().suffix();
        return Stream.of("/var", "/var/tmp", "/tmp")
                .map(parent -> Path.of(parent, name))
                .filter(Files::exists)
                .toList();
    }

    private static List<ProcessHandle> sleeping(String seconds) {
        return ProcessHandle.allProcesses()
                .filter(handle ->
                        List.of(handle.info().arguments().orElse(new String[0])).contains(seconds))
                .toList();
    }
}
