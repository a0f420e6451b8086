package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.executor.fmf.scripts.RemoteScripts;
import dev.atex.executor.fmf.test.Check;
import dev.atex.local.LocalConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is looked at around a test: the script by itself with tools that say what they are told, and around real tests. */
@Timeout(120)
class ChecksTest {
    @TempDir
    private Path directory;

    private Path work;
    private Path tools;

    private void machine() throws Exception {
        work = Files.createDirectory(directory.resolve("work"));
        tools = Files.createDirectory(directory.resolve("tools"));
        Files.writeString(work.resolve("control.sh"), RemoteScripts.CONTROL.text());
        Files.writeString(
                work.resolve("check.sh"),
                RemoteScripts.CHECK
                        .text()
                        .replace("/sys/fs/selinux/enforce", work + "/selinux")
                        .replace("contained() {", "contained() { return 1;"));
        Files.createFile(work.resolve("selinux"));
        tool("dmesg", "cat " + work + "/kernel");
        tool(
                "journalctl",
                "[[ $* == *show-cursor* ]] && echo '-- cursor: s=1' || { echo \"$@\" >> " + work
                        + "/journalctl; [[ $* == *'-n 0'* ]] || cat " + work + "/journal; }");
        tool("coredumpctl", "[[ $1 == list ]] && cat " + work + "/dumps || echo details");
        tool("ausearch", "cat " + work + "/audit; exit $(cat " + work + "/audit-code)");
        tool("sestatus", "echo SELinux status: enabled");
        Files.writeString(work.resolve("kernel"), "[1] one\n[2] Call Trace: old\n");
        Files.writeString(work.resolve("journal"), "");
        Files.writeString(work.resolve("dumps"), "");
        audit(1, "<no matches>\n");
    }

    private void audit(int code, String text) throws Exception {
        Files.writeString(work.resolve("audit"), text);
        Files.writeString(work.resolve("audit-code"), String.valueOf(code));
    }

    private void tool(String name, String text) throws Exception {
        Path tool = Files.writeString(tools.resolve(name), "#!/bin/bash\n" + text + "\n");
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** What it sends. */
    private String look(String when, String... more) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                "bash",
                "-c",
                "exec bash \"$@\" 3>&1 >/dev/null",
                "bash",
                work + "/check.sh",
                work.toString(),
                when,
                more.length == 0 ? "" : more[0]);
        builder.environment().put("PATH", tools + ":" + System.getenv("PATH"));
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String sent = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return sent;
    }

    private void calls(Object check) throws Exception {
        StringBuilder calls = new StringBuilder();
        Check.of(Map.of("check", check)).forEach(each -> calls.append(each.call()));
        Files.writeString(work.resolve("check-calls"), calls);
    }

    @Test
    void dmesgCheckFindsNewKernelMessages() throws Exception {
        machine();
        calls("dmesg");
        assertThat(look("before")).isEmpty();
        assertThat(look("after")).contains("\"name\":\"check/dmesg\",\"status\":\"pass\",\"files\":[");
        Files.writeString(work.resolve("kernel"), "[2] Call Trace: old\n[3] x segfault at 0\n");
        String sent = look("after");
        assertThat(sent)
                .startsWith("check ")
                .contains("\"status\":\"fail\",\"note\":\"[3] x segfault at 0\"", "After the test:\n[3] x segfault");
        Files.writeString(work.resolve("kernel"), "[1] new boot\n[2] Call Trace: now\n");
        assertThat(look("after")).contains("\"status\":\"fail\",\"note\":\"[2] Call Trace: now\"");
    }

    @Test
    void checksUsePatternsOfUser() throws Exception {
        machine();
        calls(List.of(
                Map.of("how", "dmesg", "failure-pattern", "it's \\d+"),
                Map.of("how", "journal", "ignore-pattern", List.of("known"), "unit", "my.service", "priority", "err")));
        look("before");
        Files.writeString(work.resolve("kernel"), "[9] Call Trace: it's x\n");
        Files.writeString(work.resolve("journal"), "Call Trace: known\n");
        assertThat(look("after")).contains("check/dmesg\",\"status\":\"pass\"", "check/journal\",\"status\":\"pass\"");
        assertThat(Files.readString(work.resolve("journalctl"))).contains("--after-cursor s=1 -u my.service -p err");
        Files.writeString(work.resolve("kernel"), "[9] it's 42\n");
        Files.writeString(work.resolve("journal"), "Call Trace: known\nCall Trace: other\n");
        assertThat(look("after")).contains("check/dmesg\",\"status\":\"fail\"", "\"note\":\"Call Trace: other\"");
    }

    @Test
    void avcCheckFindsDenials() throws Exception {
        machine();
        calls(Map.of("how", "avc", "delay-before-report", 0));
        look("before");
        assertThat(look("after")).contains("check/avc\",\"status\":\"pass\"", "SELinux status: enabled");
        audit(0, "type=AVC msg=denied\n");
        assertThat(look("after")).contains("check/avc\",\"status\":\"fail\"", "\"note\":\"type=AVC msg=denied\"");
        audit(0, "type=USER_AVC msg=received policyload notice\n");
        assertThat(look("after")).contains("check/avc\",\"status\":\"pass\"");
        audit(3, "broken\n");
        assertThat(look("after")).contains("check/avc\",\"status\":\"error\",\"note\":\"ausearch failed");
        Files.delete(work.resolve("selinux"));
        look("before");
        assertThat(look("after")).contains("check/avc\",\"status\":\"skip\",\"note\":\"SELinux is not enabled\"");
    }

    @Test
    void coredumpCheckFindsCrashes() throws Exception {
        machine();
        calls(Map.of("how", "coredump", "ignore-pattern", "/known$"));
        look("before");
        assertThat(look("after")).contains("check/coredump\",\"status\":\"pass\"");
        Files.writeString(work.resolve("dumps"), "now 1 SIGSEGV /usr/bin/known\n");
        assertThat(look("after")).contains("check/coredump\",\"status\":\"pass\"");
        Files.writeString(work.resolve("dumps"), "now 1 SIGSEGV /usr/bin/other\n");
        assertThat(look("after")).contains("check/coredump\",\"status\":\"fail\"", "details");
    }

    @Test
    void checkResultKeyChangesStatus() throws Exception {
        machine();
        calls(List.of(Map.of("how", "dmesg", "result", "xfail"), Map.of("how", "dmesg", "result", "info")));
        look("before");
        assertThat(look("after"))
                .contains("\"status\":\"fail\",\"note\":\"was expected to fail\"", "\"status\":\"info\"");
        Files.writeString(work.resolve("kernel"), "Call Trace: x\n");
        assertThat(look("after")).contains("\"status\":\"pass\",\"note\":\"failed as expected: Call Trace: x\"");
        assertThat(look("after", "expire")).contains("\"status\":\"skip\",\"note\":\"the test was cut off\"");
    }

    @Test
    void checksRunBeforeAndAfterTest() throws Exception {
        try (Harness harness = new Harness(new LocalConnection(), directory)) {
            harness.test(
                    "/t",
                    "sleep 0.1; exit 0",
                    "check",
                    List.of("watchdog", Map.of("how", "dmesg", "enabled", false)),
                    "duration",
                    "5s");
            assertThat(harness.run("/t")).isZero();
            assertThat(harness.results()).hasSize(2);
            assertThat(harness.results().getFirst())
                    .containsEntry("name", "check/watchdog")
                    .containsEntry("status", "skip");
            assertThat(harness.result()).isEqualTo(Map.of("status", "pass", "files", List.of("output.txt")));
        }
    }

    /** What a script of a test would send, as the wrapper's own does. */
    @Test
    void checkStatusCountsForTest() throws Exception {
        try (Harness harness = new Harness(new LocalConnection(), directory)) {
            String failed =
                    "r='{\"name\": \"check/dmesg\", \"status\": \"fail\"}'; printf 'check %d\\n%s' ${#r} \"$r\" >&3\n";
            harness.test("/t", failed)
                    .test("/x", failed, "result", "xfail")
                    .test("/e", failed + "exit 3", "result", "xfail");
            assertThat(harness.run("/t")).isEqualTo(1);
            assertThat(harness.result()).containsEntry("status", "fail").containsEntry("note", "check/dmesg: fail");
            assertThat(harness.run("/x"))
                    .as("outcome, then checks, then result")
                    .isZero();
            assertThat(harness.result()).containsEntry("note", "check/dmesg: fail, test failed as expected");
            assertThat(harness.run("/e")).isEqualTo(3);
            assertThat(harness.result()).containsEntry("status", "error").containsEntry("note", "exit code 3");
        }
    }

    @Test
    void checkDoesNotHideFailedSubtests() throws Exception {
        String script =
                "json='{\"name\": \"a\", \"status\": \"fail\"}'; printf 'result %d\\n%s' ${#json} \"$json\" >&$ATEX_TEST_CONTROL";
        try (Harness harness = new Harness(new LocalConnection(), directory)) {
            harness.test("/checked", script, "check", "watchdog");
            assertThat(harness.run("/checked")).isZero();
            assertThat(harness.artifacts().tally().failedSubtests()).isEqualTo(1);
        }
    }

    @Test
    void pythonOnlyPatternsAreRefused() {
        for (String pattern : List.of("(?i)kernel panic", "oops(?!x)", "\\Apanic", "[\\D]", "a*?b")) {
            assertThatThrownBy(() -> Check.of(Map.of("check", Map.of("how", "dmesg", "failure-pattern", pattern))))
                    .hasMessageContaining("cannot be translated for bash");
        }
        assertThat(Check.of(Map.of("check", Map.of("how", "dmesg", "failure-pattern", "[\\d:]+ (?:a|b)")))
                        .getFirst()
                        .call())
                .contains("'[0-9:]+ (a|b)'");
    }
}
