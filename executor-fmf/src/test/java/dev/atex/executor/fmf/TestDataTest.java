package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.executor.Executor;
import dev.atex.executor.FailureClass;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.local.LocalConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code TMT_TEST_DATA}: what a test leaves there, and what becomes of it. */
@Timeout(120)
class TestDataTest {
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

    private List<?> files() throws Exception {
        return (List<?>) harness.result().get("files");
    }

    @Test
    void testDataFilesBelongToTest() throws Exception {
        assertThat(run("""
            test -z "$(ls -A "$TMT_TEST_DATA")"
            cd "$TMT_TEST_DATA"
            echo one > 'a "b" é'
            mkdir -p sub/.deep
            head -c 3000000 /dev/zero > sub/.deep/zeros
            : > empty
            echo dash > -n
            printf 'x' > $'line\\nbreak'
            printf 'y' > $'bad\\xff'
            printf 'z' > $'bad\\xfe'
            printf 'literal' > 'bad\\xff'
            printf 'w' > $'\\\\ \\t\\r\\x01\\x7f"'
            """)).isZero();
        assertThat(harness.results()).hasSize(1);
        assertThat(files())
                .isEqualTo(List.of(
                        "output.txt",
                        "-n",
                        "\\ \t\r\u0001\u007f\"",
                        "a \"b\" é",
                        "bad\\xfe",
                        "bad\\xff",
                        "bad\\xff~1",
                        "empty",
                        "line\nbreak",
                        "sub/.deep/zeros"));
        assertThat(stored("bad\\xfe")).isEqualTo("z");
        assertThat(List.of(stored("bad\\xff"), stored("bad\\xff~1"))).containsExactlyInAnyOrder("y", "literal");
        assertThat(stored("\\ \t\r\u0001\u007f\"")).isEqualTo("w");
        assertThat(stored("line\nbreak")).isEqualTo("x");
        assertThat(harness.file("a \"b\" é")).isEqualTo("one\n");
        assertThat(harness.file("-n")).isEqualTo("dash\n");
        assertThat(harness.artifacts().directory().resolve("files/sub/.deep/zeros"))
                .hasSize(3_000_000);
        assertThat(harness.artifacts().directory().resolve("files/empty")).isEmptyFile();
    }

    private String stored(String name) throws Exception {
        return Files.readString(harness.artifacts().files().find(null, name).orElseThrow());
    }

    @Test
    void eachAttemptStartsWithEmptyTestData() throws Exception {
        harness.test(
                "/clean",
                "[[ -z $(ls -A \"$TMT_TEST_DATA\") && $(ls -A \"$TMT_TEST_INVOCATION_PATH\" | wc -l) == 2 ]]");
        String[] leavings = {
            "echo x > $TMT_TEST_DATA/.hidden",
            "mkdir $TMT_TEST_DATA/empty",
            "ln -s /etc $TMT_TEST_DATA/link",
            "echo x > $TMT_TEST_INVOCATION_PATH/journal.xml",
            "rm -r $TMT_TEST_DATA",
            "rmdir $TMT_TEST_DATA; ln -s /nowhere $TMT_TEST_DATA",
            "rm -r $TMT_TEST_INVOCATION_PATH",
            "mkfifo $TMT_TEST_DATA/fifo"
        };
        for (int i = 0; i < leavings.length; i++) {
            harness.test("/dirty" + i, leavings[i]);
        }
        for (int i = 0; i < leavings.length; i++) {
            assertThat(harness.run("/dirty" + i)).as(leavings[i]).isZero();
            assertThat(harness.run("/clean")).as("after " + leavings[i]).isZero();
        }
    }

    /** What is mounted there is not what the test has left. */
    @Test
    void mountedFilesAreNotDeleted() throws Exception {
        Path precious = Files.createDirectory(directory.resolve("precious"));
        Files.writeString(precious.resolve("file"), "still here");
        harness.test("/mount", "mkdir $TMT_TEST_DATA/m && mount --bind " + precious + " $TMT_TEST_DATA/m || exit 77");
        harness.test("/clean", "[[ -z $(ls -A \"$TMT_TEST_DATA\") ]]");
        org.junit.jupiter.api.Assumptions.assumeTrue(harness.run("/mount") == 0, "nothing can be mounted here");
        assertThat(harness.run("/clean")).isZero();
        harness.executor().stop();
        assertThat(precious.resolve("file")).hasContent("still here");
    }

    @Test
    void onlyRegularFilesAreSent() throws Exception {
        Files.writeString(directory.resolve("secret"), "not the test's");
        assertThat(run("""
            cd "$TMT_TEST_DATA"
            ln -s %s secret
            ln -s %s dir
            mkfifo fifo
            echo ok > ok
            """.formatted(directory.resolve("secret"), directory))).isZero();
        assertThat(files()).isEqualTo(List.of("output.txt", "ok"));
    }

    @Test
    void filesThatTheTestSentWin() throws Exception {
        assertThat(run("""
            r='{"partial": true, "files": [{"name": "a", "length": 4}]}'
            printf 'result %d\\n%s' ${#r} "$r" >&3; printf sent >&3
            echo data > $TMT_TEST_DATA/a
            echo data > $TMT_TEST_DATA/b
            echo data > $TMT_TEST_DATA/output.txt
            echo printed
            """)).isZero();
        assertThat(files()).isEqualTo(List.of("output.txt", "a", "b", "data/output.txt"));
        assertThat(harness.file("a")).isEqualTo("sent");
        assertThat(harness.file("b")).isEqualTo("data\n");
        assertThat(harness.output()).isEqualTo("printed\n");
        assertThat(harness.file("data/output.txt")).isEqualTo("data\n");
    }

    @Test
    void ownResultListsTestData() throws Exception {
        assertThat(run("""
            send() { printf 'result %d\\n%s' ${#1} "$1" >&3; }
            send '{"status": "info", "files": []}'
            send '{"name": "later", "status": "pass"}'
            echo data > $TMT_TEST_DATA/b
            """)).isZero();
        assertThat(harness.results())
                .containsExactly(
                        Map.of("status", "info", "files", List.of("b")), Map.of("name", "later", "status", "pass"));
        assertThat(harness.artifacts().ownResult().orElseThrow().log()).contains("b");
    }

    @Test
    void timeoutKeepsTestData() throws Exception {
        assertThat(run("""
            head -c 5000000 /dev/zero > $TMT_TEST_DATA/big
            echo 'duration 1' >&3
            sleep 600
            """)).isEqualTo(-1);
        assertThat(harness.result()).containsEntry("status", "infra");
        assertThat(files()).isEqualTo(List.of("output.txt", "big"));
        assertThat(harness.artifacts().directory().resolve("files/big")).hasSize(5_000_000);
    }

    @Test
    void cancelledTestKeepsSmallTestData() throws Exception {
        harness.test("/t", "echo some > $TMT_TEST_DATA/small; touch " + directory + "/begun; sleep 600");
        Executor executor = harness.started();
        TestArtifacts artifacts = harness.newArtifacts();
        try (TaskScope scope = TaskScope.open("cancel")) {
            scope.run("cancel", () -> {
                while (!Files.exists(directory.resolve("begun"))) {
                    Thread.sleep(5); // what it waits for needs the CPU
                }
                executor.cancel();
            });
            assertThat(executor.runTest("/t", artifacts, Map.of()).failure()).contains(FailureClass.CANCELLED);
        }
        assertThat(files()).isEqualTo(List.of("output.txt", "small"));
        assertThat(harness.file("small")).isEqualTo("some\n");
    }

    @Test
    void testDataIsLimited() throws Exception {
        harness.limits = harness.limits.withMaxFiles(10).withMaxUploadBytes(1000);
        harness.test("/many", "touch $TMT_TEST_DATA/{1..20}");
        harness.test("/much", "head -c 1001 /dev/zero > $TMT_TEST_DATA/much");
        harness.test("/few", "head -c 900 /dev/zero > $TMT_TEST_DATA/much");
        assertThat(harness.run("/many")).isEqualTo(-1);
        assertThat((String) harness.result().get("note")).contains("more than the limit of 10 files");
        assertThat(harness.run("/much")).isEqualTo(-1);
        assertThat((String) harness.result().get("note")).contains("more than the limit of 1000 bytes");
        assertThat(harness.run("/few")).isZero();
    }

    @Test
    void thousandFilesAreStored() throws Exception {
        assertThat(run("for i in {1..1000}; do echo $i > $TMT_TEST_DATA/$i; done"))
                .isZero();
        assertThat(files()).hasSize(1001);
        assertThat(harness.file("1000")).isEqualTo("1000\n");
    }

    /** A daemon writes on while they are sent: each is cut off at the length that was announced. */
    @Test
    void filesThatChangeSizeKeepStreamInSync() throws Exception {
        assertThat(run("""
            for i in {1..50}; do head -c 20000 /dev/zero > $TMT_TEST_DATA/$i; done
            setsid bash -c 'exec 3>&-; trap "" HUP; while [[ -d $TMT_TEST_DATA ]]; do
              for i in {1..50}; do : > $TMT_TEST_DATA/$i; head -c 30000 /dev/zero >> $TMT_TEST_DATA/$i; done
            done' >/dev/null 2>&1 &
            """)).isZero();
        assertThat(harness.results()).hasSize(1);
        assertThat(files()).hasSize(51);
        try (Stream<Path> all = Files.list(harness.artifacts().directory().resolve("files"))) {
            assertThat(all).hasSize(51);
        }
    }
}
