package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that do what they should not: each spoils its own result only. */
class HostileTest {
    @TempDir
    private Path directory;

    /** Scripts that break the protocol, by a name that says how, with the kind of error that it makes. */
    private static Map<String, String[]> hostile() {
        String[][] cases = {
            {"garbage", "head -c 100000 /dev/urandom >&$ATEX_TEST_CONTROL", "BadControlError"},
            {"unknown-word", "echo foo bar >&$ATEX_TEST_CONTROL", "BadControlError"},
            {"empty-line", "echo >&$ATEX_TEST_CONTROL", "BadControlError"},
            {"nan", "send NaN", "BadReportJSONError"},
            {"nan-inside", "send '{\"x\": NaN}'", "BadReportJSONError"},
            {"null", "send null", "BadReportJSONError"},
            {"array", "send '[]'", "BadReportJSONError"},
            {"negative-length", "echo 'result -5' >&$ATEX_TEST_CONTROL", "BadControlError"},
            {"huge-length", "echo 'result 99999999999999999999' >&$ATEX_TEST_CONTROL", "BadControlError"},
            {"large-length", "echo 'result 999999999' >&$ATEX_TEST_CONTROL", "Bad(Control|ReportJSON)Error"},
            {"negative-file", "send '{\"files\": [{\"name\": \"x\", \"length\": -1}]}'", "BadReportJSONError"},
            {"cut-off", "printf 'result 100\\n{' >&$ATEX_TEST_CONTROL", "BadControlError"},
            {"endless-line", "yes | tr -d '\\n' | head -c 10000 >&$ATEX_TEST_CONTROL", "BadControlError"},
        };
        Map<String, String[]> byName = new LinkedHashMap<>();
        for (String[] each : cases) {
            byName.put(each[0], each);
        }
        return byName;
    }

    private static final String SEND = """
            send() { printf 'result %d\\n%s' "${#1}" "$1" >&$ATEX_TEST_CONTROL; }
            """;

    @Test
    void protocolViolationIsInfraAndOtherTestsRun() throws Exception {
        Tree tree = Tree.in(directory.resolve("tree"));
        for (String[] each : hostile().values()) {
            tree.test("hostile/" + each[0], SEND + each[1] + "\n");
            tree.test("good/" + each[0], "true");
        }
        Atex.in(directory)
                .call("run", "--root", "tree", "--output", "run", "--provision", "local,max=4")
                .expect(3);
        Map<String, Tree.Line> results = Tree.own(directory.resolve("run"));
        hostile().forEach((name, each) -> {
            assertThat(results.get("/good/" + name).status()).as(name).isEqualTo("pass");
            assertThat(results.get("/hostile/" + name).status()).as(name).isEqualTo("infra");
            assertThat(results.get("/hostile/" + name).note()).as(name).matches("(?s)" + each[2] + "\\(.+\\)");
        });
    }

    @Test
    void unusualButValidReportsAreStored() throws Exception {
        String longName = "n".repeat(300);
        Tree tree = Tree.in(directory.resolve("tree"))
                .file("long.fmf", "/" + longName + ":\n  test: 'true'\n")
                .test("closes", "eval \"exec $ATEX_TEST_CONTROL>&-\"; true")
                .test("closes-and-fails", "eval \"exec $ATEX_TEST_CONTROL>&-\"; false")
                .test("daemon", "setsid sleep 1000 & echo $! > \"$PIDS/daemon\"")
                .test("ansi", SEND + "send '{\"status\": \"fail\", \"note\": \"\\u001b[2J\\u0007\\nboo\"}'")
                .test("climbs", SEND + "send '{\"files\": [{\"name\": \"../../../../climbed\", \"length\": 0}]}'")
                .test("absolute", SEND + "send '{\"files\": [{\"name\": \"/etc/atex-passwd\", \"length\": 0}]}'")
                .test("dots", SEND + "send '{\"files\": [{\"name\": \"..\", \"length\": 0}]}'");
        Path pids = Files.createDirectory(directory.resolve("pids"));
        Atex.Result result = Atex.in(directory).call("run", "--root", "tree", "--output", "run", "-e", "PIDS=" + pids);
        Map<String, Tree.Line> results = Tree.own(directory.resolve("run"));
        assertThat(results).hasSize(8);
        assertThat(results.get("/long/" + longName).status()).isEqualTo("pass");
        assertThat(results.get("/closes").status()).isEqualTo("pass");
        assertThat(results.get("/closes-and-fails").status()).isEqualTo("fail");
        assertThat(results.get("/daemon").status()).isEqualTo("pass");
        assertThat(result.out()).contains("\\e[2J").doesNotContain("\u001b", "\u0007");
        assertThat(Path.of("/etc/atex-passwd")).doesNotExist();
        try (var files = Files.walk(directory)) {
            List<Path> climbed = files.filter(file -> file.endsWith("climbed")).toList();
            assertThat(climbed).allMatch(file -> file.startsWith(directory.resolve("run/files/local/climbs")));
        }
        long daemon = Long.parseLong(Files.readString(pids.resolve("daemon")).strip());
        assertThat(isRunning(daemon)).isFalse();
    }

    @Test
    void mountedFilesInWorkDirectoryAreKept() throws Exception {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("precious"), "x");
        Tree.in(directory.resolve("tree"))
                .test(
                        "mounts",
                        "mkdir 'my dir' && mount --bind \"$OUTSIDE\" 'my dir' && ls 'my dir'/precious || exit 77");
        Atex.Result result =
                Atex.in(directory).call("run", "--root", "tree", "--output", "run", "-e", "OUTSIDE=" + outside);
        String status = Tree.own(directory.resolve("run")).get("/mounts").status();
        assertThat(outside.resolve("precious")).hasContent("x");
        org.junit.jupiter.api.Assumptions.assumeTrue(status.equals("pass"), "nothing can be mounted here");
        result.expect(0);
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(outside.toString());
    }

    /** Zombies that nobody has asked about have no command line. */
    private static boolean isRunning(long pid) throws IOException {
        try {
            return Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline")).length > 0;
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
