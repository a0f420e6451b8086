package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atex.internal.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs on file systems that become full, each a little later than the one before, so that every write of a run fails once:
 * what is called stored is stored, the exit code says that something was lost, and with room again {@code atex resume}
 * makes the run whole. {@code -Datex.full-disk.all=true} for every size.
 */
class FullDiskTest {
    private static final boolean ALL = Boolean.getBoolean("atex.full-disk.all");
    private static final int PAGE_KIB = 4;
    private static final Map<String, String> STATUSES =
            Map.of("/hello", "pass", "/results", "pass", "/fails", "fail", "/quiet", "pass");

    @TempDir
    private Path directory;

    private Path small;

    @BeforeEach
    void makeTree() throws Exception {
        Tree.in(directory.resolve("tree"))
                .test("hello", "echo hello")
                .test("results", """
                        send() { printf 'result %d\\n%s' "${#1}" "$1" >&$ATEX_TEST_CONTROL; }
                        send '{"status":"pass","name":"one"}'
                        send '{"status":"pass","name":"two","files":[{"name":"large.txt","length":9000}]}'
                        head -c 9000 /dev/zero | tr '\\0' y >&$ATEX_TEST_CONTROL
                        """)
                .test("fails", "exit 1")
                .test("quiet", "true");
        small = Files.createDirectory(directory.resolve("small"));
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "-l", small.toString());
    }

    static IntStream pages() {
        return IntStream.rangeClosed(1, 16).filter(n -> ALL || n % 2 == 1);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void whatIsCalledStoredIsStoredHoweverFewBytesTheDiskTakes(int pages) throws Exception {
        runOn("size=" + pages * PAGE_KIB + "k", "size=20m");
    }

    static IntStream inodes() {
        return IntStream.rangeClosed(3, 40).filter(n -> ALL || n % 6 == 3);
    }

    @ParameterizedTest
    @MethodSource("inodes")
    void whatIsCalledStoredIsStoredHoweverFewFilesTheDiskTakes(int inodes) throws Exception {
        runOn("nr_inodes=" + inodes, "nr_inodes=10000");
    }

    private void runOn(String full, String room) throws Exception {
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "mode=700," + full, "tmpfs", small.toString()) == 0, "no mounts");
        Path output = small.resolve("run");
        Atex.Result first = atex("run", "--root", "tree", "--output", output.toString());
        if (!Files.exists(output.resolve("results.jsonl"))) {
            assertThat(first.exitCode()).as(first.err()).isEqualTo(2); // refused before it began
            assertThat(first.err()).contains("atex: ").doesNotContain("Exception in", "\tat ");
            return;
        }
        Map<String, String> stored = statuses(output);
        assertThat(stored.keySet()).as(first.out()).containsAll(calledStored(output));
        assertThat(first.exitCode()).as(first.out()).isEqualTo(stored.equals(STATUSES) ? first.exitCode() : 3);
        assertThat(first.exitCode()).as(first.out()).isIn(1, 3);
        assertThat(first.err() + first.out()).doesNotContain("Exception in", "\tat ");

        assertThat(run("mount", "-o", "remount," + room, small.toString())).isZero();
        Atex.Result second = atex("resume", output.toString());
        Map<String, String> whole = statuses(output);
        assertThat(whole.keySet()).as(second.out()).isEqualTo(STATUSES.keySet());
        whole.forEach((test, status) -> assertThat(status)
                .as(test + second.out())
                .isIn(STATUSES.get(test), stored.getOrDefault(test, "infra".equals(status) ? "" : status)));
        assertThat(second.exitCode()).as(second.out()).isEqualTo(whole.containsValue("infra") ? 3 : 1);
    }

    /** Sibling: what the run keeps for itself, its ledger and its temporary files, is on the full disk. */
    @Test
    void aFullDiskUnderLedgerAndTemporaryFilesIsToldAndLeavesNothing() throws Exception {
        for (int pages = 1; pages < 8; pages += 2) {
            assumeTrue(
                    run(
                                    "mount",
                                    "-t",
                                    "tmpfs",
                                    "-o",
                                    "mode=700,size=" + pages * PAGE_KIB + "k",
                                    "tmpfs",
                                    small.toString())
                            == 0,
                    "no mounts");
            Map<String, String> environment = Map.of("TMPDIR", small.toString(), "XDG_STATE_HOME", small.toString());
            Path output = directory.resolve("run-" + pages);
            Atex.Result run =
                    Atex.in(directory).with(environment).call("run", "--root", "tree", "--output", output.toString());
            boolean whole = Files.exists(output.resolve("results.jsonl"))
                    && statuses(output).equals(STATUSES);
            assertThat(run.exitCode()).as(run.out() + run.err()).isIn(whole ? List.of(1, 3) : List.of(2, 3));
            assertThat(run.err() + run.out()).doesNotContain("Exception in", "\tat ");
            assertThat(run("mount", "-o", "remount,size=20m", small.toString())).isZero();
            Atex.in(directory).with(environment).call("reap").expect(0);
            assertThat(run("umount", small.toString())).isZero();
        }
    }

    private Atex.Result atex(String... args) throws Exception {
        return Atex.in(directory).call(args);
    }

    private static Map<String, String> statuses(Path run) throws Exception {
        Map<String, String> statuses = new LinkedHashMap<>();
        Tree.own(run).forEach((test, line) -> statuses.put(test, line.status()));
        return statuses;
    }

    /** The tests of which the event log says that their final outcome is stored. */
    private static List<String> calledStored(Path run) throws Exception {
        List<String> tests = new ArrayList<>();
        String log = Files.readString(run.resolve("events.jsonl"));
        for (String line : log.substring(0, log.lastIndexOf('\n') + 1).lines().toList()) {
            if (Json.parse(line) instanceof Map<?, ?> event
                    && "attempt-ingested".equals(event.get("event"))
                    && Boolean.TRUE.equals(event.get("last"))) {
                tests.add((String) event.get("test"));
            }
        }
        return tests;
    }

    private static int run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }
}
