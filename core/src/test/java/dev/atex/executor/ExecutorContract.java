package dev.atex.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.local.LocalConnection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link Executor} promises, tried with tests that are shell scripts on this host. */
@Timeout(600)
public abstract class ExecutorContract {
    /** Tells that it runs, starts a child in a session of its own, and would run for ever. */
    private static final String ENDLESS = """
            setsid sleep 1000000 &
            echo begun
            echo "$$ $!" > "$FIFO"
            sleep 1000000
            """;

    /** For files of the test. */
    @TempDir
    protected Path temp;

    private final LocalConnection connection = new LocalConnection();
    protected Executor executor;
    private int made;
    private Path fifo;

    /** For subclasses. */
    protected ExecutorContract() {}

    /**
     * Makes executors for tests that are shell scripts.
     *
     * @param scripts a script by the name of each test; {@code sh} runs it
     */
    protected abstract ExecutorFactory factory(Map<String, String> scripts) throws Exception;

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(5));
    }

    @BeforeEach
    void start() throws Exception {
        fifo = temp.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        Map<String, String> scripts = new LinkedHashMap<>();
        scripts.put("/pass", "echo out; echo err >&2");
        scripts.put("/fail", "echo failed; exit 3");
        scripts.put("/killed", "kill -9 $$");
        scripts.put("/variables", "printf '%s' \"$A|$B\"");
        scripts.put("/input", "read line || true; echo \"got '$line'\"");
        scripts.put("/endless", ENDLESS);
        connection.connect(soon());
        executor = factory(scripts).create(connection);
        executor.start();
    }

    @AfterEach
    void stop() throws Exception {
        executor.stop();
        connection.disconnect(soon());
    }

    private TestArtifacts artifacts() {
        return TestArtifacts.toBeFilled(temp.resolve("artifacts/" + made++));
    }

    private Ending end(String test, TestArtifacts artifacts) throws Exception {
        return executor.runTest(test, artifacts, Map.of("FIFO", fifo.toString()));
    }

    private int run(String test, TestArtifacts artifacts) throws Exception {
        Ending end = end(test, artifacts);
        assertThat(end.failure()).as(end::toString).isEmpty();
        return end.exitCode().orElseThrow();
    }

    private Ending abort(String test, TestArtifacts artifacts) throws Exception {
        Ending end = end(test, artifacts);
        assertThat(end.exitCode()).as(end::toString).isEmpty();
        return end;
    }

    /** The captured output, as the result for the test itself lists it. */
    private static String log(TestArtifacts artifacts) throws IOException {
        OwnResult own = artifacts.ownResult().orElseThrow();
        return Files.readString(
                artifacts.files().find(null, own.log().orElseThrow()).orElseThrow());
    }

    private static void assertEnded(TestArtifacts artifacts, String note) throws IOException {
        // Read again, as others will: what a writer has not flushed does not count.
        OwnResult own = TestArtifacts.in(artifacts.directory()).ownResult().orElseThrow();
        assertThat(own.status()).contains("infra");
        assertThat(own.note()).contains(note);
    }

    @Test
    void exitCodeStatusAndOutput() throws Exception {
        TestArtifacts passed = artifacts();
        assertThat(run("/pass", passed)).isZero();
        assertThat(passed.ownResult().orElseThrow().status()).contains("pass");
        assertThat(log(passed)).isEqualTo("out\nerr\n");
        TestArtifacts failed = artifacts();
        assertThat(run("/fail", failed)).isEqualTo(3);
        assertThat(failed.ownResult().orElseThrow().status()).contains("fail");
        assertThat(log(failed)).isEqualTo("failed\n");
        TestArtifacts killed = artifacts();
        assertThat(run("/killed", killed)).isEqualTo(128 + 9);
        assertThat(killed.ownResult().orElseThrow().status()).contains("fail");
    }

    @Test
    void environmentArrives() throws Exception {
        TestArtifacts artifacts = artifacts();
        assertThat(executor.runTest("/variables", artifacts, Map.of("A", "1 'x'", "B", "né\n\"$A\"")))
                .extracting(Ending::exitCode)
                .isEqualTo(OptionalInt.of(0));
        assertThat(log(artifacts)).isEqualTo("1 'x'|né\n\"$A\"");
    }

    @Test
    void standardInputIsEmpty() throws Exception {
        TestArtifacts artifacts = artifacts();
        assertThat(run("/input", artifacts)).isZero();
        assertThat(log(artifacts)).isEqualTo("got ''\n");
    }

    @Test
    void aTestThatDoesNotExistIsAborted() throws Exception {
        TestArtifacts artifacts = artifacts();
        String note = abort("/missing", artifacts).note().orElseThrow();
        assertThat(note).contains("/missing");
        assertEnded(artifacts, note);
        assertThat(run("/pass", artifacts())).isZero();
    }

    /** What a test says over the FIFO: its process and that of its child. */
    private List<Long> processes() throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(fifo, StandardCharsets.UTF_8)) {
            return pids(reader.readLine());
        }
    }

    private static List<Long> pids(String line) {
        return Stream.of(line.split(" ")).map(Long::valueOf).toList();
    }

    private static void assertGone(List<Long> pids) throws IOException {
        for (long pid : pids) {
            assertThat(isRunning(pid)).as("process %d runs", pid).isFalse();
        }
    }

    private static boolean isRunning(long pid) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state != 'Z' && state != 'X';
        } catch (java.nio.file.NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("No such process")) {
                return false;
            }
            throw e;
        }
    }

    @Test
    void cancelEndsARunningTestWithAllThatItStarted() throws Exception {
        TestArtifacts artifacts = artifacts();
        try (TaskScope scope = TaskScope.open("test")) {
            TaskScope.Task<List<Long>> canceller = scope.forkPlatform("canceller", () -> {
                List<Long> pids = processes();
                executor.cancel();
                executor.cancel();
                return pids;
            });
            Ending abort = abort("/endless", artifacts);
            assertThat(abort).isEqualTo(Ending.aborted(FailureClass.CANCELLED, "cancel requested"));
            assertGone(canceller.join(soon()));
        }
        assertEnded(artifacts, "TestAbortedError(cancel requested)");
        assertThat(log(artifacts)).isEqualTo("begun\n");
    }

    @Test
    void aCancelIsNeverLost() throws Exception {
        executor.cancel();
        executor.cancel();
        TestArtifacts artifacts = artifacts();
        assertThat(abort("/pass", artifacts).failure()).contains(FailureClass.CANCELLED);
        assertEnded(artifacts, "TestAbortedError(cancel requested)");
        assertThat(run("/pass", artifacts())).isZero();
        executor.cancel();
        assertThat(abort("/endless", artifacts()).failure()).contains(FailureClass.CANCELLED);
    }

    @Test
    void cancelAtAnyMoment() throws Exception {
        // Held open at both ends: the test never waits for a reader, nor we for a test that was cancelled early.
        try (RandomAccessFile told = new RandomAccessFile(fifo.toFile(), "rw")) {
            for (int i = 0; i < 20; i++) {
                int spins = i * i * 5000;
                TestArtifacts artifacts = artifacts();
                try (TaskScope scope = TaskScope.open("test")) {
                    scope.run("canceller", () -> {
                        for (int spin = 0; spin < spins; spin++) {
                            Thread.onSpinWait();
                        }
                        executor.cancel();
                    });
                    assertThat(abort("/endless", artifacts).failure()).contains(FailureClass.CANCELLED);
                }
                assertEnded(artifacts, "TestAbortedError(cancel requested)");
                told.writeBytes("\n");
                for (String line = told.readLine(); !line.isEmpty(); line = told.readLine()) {
                    assertGone(pids(line));
                }
            }
        }
    }

    @Test
    void anInterruptEndsTheTest() throws Exception {
        TestArtifacts artifacts = artifacts();
        try (TaskScope scope = TaskScope.open("test")) {
            TaskScope.Task<Integer> runner = scope.fork("runner", () -> run("/endless", artifacts));
            TaskScope.Task<List<Long>> pids = scope.forkPlatform("pids", this::processes);
            List<Long> running = pids.join(soon());
            runner.interrupt();
            assertThatThrownBy(() -> runner.join(soon()))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(InterruptedException.class);
            assertGone(running);
        }
        assertEnded(artifacts, "TestAbortedError(cancel requested)");
        assertThat(run("/pass", artifacts())).isZero();
    }

    @Test
    void aLostConnectionAbortsTheTest() throws Exception {
        TestArtifacts artifacts = artifacts();
        try (TaskScope scope = TaskScope.open("test")) {
            TaskScope.Task<List<Long>> breaker = scope.forkPlatform("breaker", () -> {
                List<Long> pids = processes();
                connection.disconnect(soon());
                return pids;
            });
            Ending abort = abort("/endless", artifacts);
            assertThat(abort.failure()).contains(FailureClass.CONNECTION);
            assertEnded(artifacts, abort.note().orElseThrow());
            assertGone(breaker.join(soon()));
        }
        executor.stop();
        executor.stop();
        executor.cancel();
        connection.connect(soon()); // and what is there to be cleaned up can be
    }
}
