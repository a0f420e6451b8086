package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.executor.Ending;
import dev.atex.executor.Executor;
import dev.atex.executor.ExecutorException;
import dev.atex.executor.FailureClass;
import dev.atex.executor.TestArtifacts;
import dev.atex.executor.fmf.discovery.DiscoverySupport;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.lease.ledger.LeaseNames;
import dev.atex.local.LocalConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Cancels and interrupts at many instants; afterwards nothing of the test is there. */
@Timeout(300)
@Tag("slow")
class CancelTest {
    private static final long SEED = 20261124;

    /** Found in the environment of all that a test starts, unless it hides. */
    private static final String TRACE =
            "atex-cancel-test-" + ProcessHandle.current().pid();

    private static final String RESTLESS = """
            trap '' HUP INT TERM
            setsid bash -c 'while :; do sleep 0.01 & wait; done' &
            (trap '' HUP; setsid sleep 600) &
            bash -c 'while :; do (sleep 0.01 &); sleep 0.01; done' &
            [[ $TMT_REBOOT_COUNT == 0 && $REBOOT ]] && echo disconnect >&3
            while :; do sleep 600; done
            """;

    private final String lease = "cancel-" + UUID.randomUUID();
    private final LocalConnection connection = new LocalConnection(lease);
    private final Random random = new Random(SEED);

    @TempDir
    private Path directory;

    private FmfTests tests;
    private int runs;

    @BeforeEach
    void connect() throws Exception {
        connection.connect(Deadline.after(Duration.ofSeconds(20)));
        Path tree = Files.createDirectory(directory.resolve("tree"));
        tests = DiscoverySupport.tests(
                DiscoverySupport.plan("/plan", Map.of("prepare", Map.of("how", "shell", "script", "sleep 0.02"))),
                tree,
                List.of(
                        new FmfTest("/quick", "", Map.of("test", "sleep 0.02")),
                        new FmfTest("/restless", "", Map.of("test", RESTLESS)),
                        new FmfTest("/reboot", "", Map.of("test", RESTLESS, "environment", Map.of("REBOOT", "1"))),
                        new FmfTest("/tty", "", Map.of("test", RESTLESS, "tty", true))));
    }

    @AfterEach
    void disconnect() throws Exception {
        tests.close();
        connection.disconnect(Deadline.after(Duration.ofSeconds(20)));
        assertThat(traces()).isEmpty();
        assertThat(groups()).isEmpty();
    }

    /** Control groups of the executor. */
    private List<Path> groups() throws IOException {
        Path all = Path.of("/sys/fs/cgroup");
        String name = "atex-" + LeaseNames.shortName(lease);
        List<Path> groups = new ArrayList<>();
        for (String hierarchy : List.of("", "pids", "unified")) {
            Path group = all.resolve(hierarchy).resolve(name);
            if (Files.exists(group)) {
                groups.add(group);
            }
        }
        return groups;
    }

    @Test
    void cancelAtAnyTimeEndsAllProcesses() throws Exception {
        try (Executor executor = executor()) {
            executor.start();
            for (int i = 0; i < 40; i++) {
                String test = List.of("/restless", "/restless", "/tty").get(i % 3);
                cancelled(executor, test, random.nextInt(80_000));
            }
        }
    }

    /** The test may come to its own end before the cancel does, which then meets the next test, and is not lost. */
    @Test
    void cancelAroundTheEndOfATestLeavesNothing() throws Exception {
        int cancelled = 0;
        try (Executor executor = executor()) {
            executor.start();
            for (int i = 0; i < 40; i++) {
                int micros = random.nextInt(120_000);
                TestArtifacts artifacts = artifacts();
                try (TaskScope scope = TaskScope.open("cancel")) {
                    TaskScope.Task<Void> cancel = scope.run("cancel", () -> {
                        pause(micros);
                        executor.cancel();
                    });
                    Ending end = executor.runTest("/quick", artifacts, Map.of("TRACE", TRACE));
                    if (end.failure().isEmpty()) {
                        assertThat(end).isEqualTo(Ending.exited(0));
                        assertThat(note(artifacts)).isEmpty();
                        cancel.join(Deadline.after(Duration.ofSeconds(20)));
                        cancelled(executor, "/quick", -1);
                    } else {
                        cancelled++;
                        assertThat(note(artifacts)).contains("TestAbortedError(cancel requested)");
                    }
                }
                assertThat(traces()).isEmpty();
            }
        }
        assertThat(cancelled).isPositive();
    }

    @Test
    void cancelWhileFinishingEndsIt() throws Exception {
        Path begun = directory.resolve("begun");
        String script = "echo > " + begun + "; setsid sleep 600 & trap '' HUP; sleep 600; sleep 600";
        FmfTests restless = DiscoverySupport.tests(
                DiscoverySupport.plan("/plan", Map.of("finish", Map.of("how", "shell", "script", script))),
                directory.resolve("tree"),
                List.of(new FmfTest("/quick", "", Map.of("test", "true"))));
        try (restless) {
            for (int i = 0; i < 6; i++) {
                Files.deleteIfExists(begun);
                int micros = random.nextInt(20_000);
                Executor executor = FmfExecutorFactory.builder(restless)
                        .environment(Map.of("TRACE", TRACE))
                        .build()
                        .create(connection);
                executor.start();
                try (TaskScope scope = TaskScope.open("cancel")) {
                    scope.run("cancel", () -> {
                        while (Files.notExists(begun)) {
                            Thread.sleep(5); // what it waits for needs the CPU
                        }
                        pause(micros);
                        executor.cancel();
                    });
                    assertThatThrownBy(executor::stop)
                            .isInstanceOf(ExecutorException.class)
                            .hasMessage("cancel requested");
                }
                assertThat(traces()).isEmpty();
                assertThat(Path.of("/var/atex-"
                                + ((FmfExecutor) executor).identity().suffix()))
                        .doesNotExist();
            }
        }
    }

    @Test
    void cancelDuringReboots() throws Exception {
        for (int i = 0; i < 6; i++) {
            try (Executor executor = executor()) {
                executor.start();
                cancelled(executor, "/reboot", random.nextInt(400_000));
                connection.connect(Deadline.after(Duration.ofSeconds(20)));
            }
        }
    }

    @Test
    void cancelBeforeATestIsNotLost() throws Exception {
        try (Executor executor = executor()) {
            executor.start();
            executor.cancel();
            cancelled(executor, "/restless", -1);
        }
    }

    @Test
    void cancelDuringSetUpEndsIt() throws Exception {
        for (int i = 0; i < 10; i++) {
            int micros = random.nextInt(60_000);
            try (Executor executor = executor();
                    TaskScope scope = TaskScope.open("cancel")) {
                scope.run("cancel", () -> {
                    pause(micros);
                    executor.cancel();
                });
                try {
                    executor.start();
                    cancelled(executor, "/restless", -1);
                } catch (ExecutorException e) {
                    assertThat(e).hasMessage("cancel requested");
                }
            }
        }
    }

    @Test
    void interruptAtAnyTimeEndsAllProcesses() throws Exception {
        try (Executor executor = executor()) {
            executor.start();
            for (int i = 0; i < 10; i++) {
                int micros = random.nextInt(80_000);
                TestArtifacts artifacts = artifacts();
                Thread caller = Thread.currentThread();
                try (TaskScope scope = TaskScope.open("interrupt")) {
                    scope.run("interrupt", () -> {
                        pause(micros);
                        caller.interrupt();
                    });
                    Ending _ = executor.runTest("/restless", artifacts, Map.of("TRACE", TRACE));
                    throw new AssertionError("ended by itself");
                } catch (InterruptedException e) {
                    assertThat(note(artifacts)).contains("TestAbortedError(cancel requested)");
                }
                assertThat(traces()).isEmpty();
            }
        }
    }

    private void cancelled(Executor executor, String test, int micros) throws Exception {
        TestArtifacts artifacts = artifacts();
        try (TaskScope scope = TaskScope.open("cancel")) {
            if (micros >= 0) {
                scope.run("cancel", () -> {
                    pause(micros);
                    executor.cancel();
                });
            }
            Ending end = executor.runTest(test, artifacts, Map.of("TRACE", TRACE));
            assertThat(end.failure()).contains(FailureClass.CANCELLED);
            assertThat(note(artifacts)).contains("TestAbortedError(cancel requested)");
        }
        assertThat(traces()).isEmpty();
    }

    private static Optional<String> note(TestArtifacts artifacts) throws IOException {
        return artifacts.ownResult().orElseThrow().note();
    }

    /** A random instant. */
    private static void pause(int micros) throws InterruptedException {
        assertThat(new CountDownLatch(1).await(micros, TimeUnit.MICROSECONDS)).isFalse();
    }

    private Executor executor() {
        return FmfExecutorFactory.builder(tests).build().create(connection);
    }

    private TestArtifacts artifacts() {
        return TestArtifacts.toBeFilled(directory.resolve("artifacts-" + runs++));
    }

    /** Processes that a test has left. */
    private static List<String> traces() throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(path -> path.getFileName().toString().matches("[0-9]+"))
                    .filter(path -> environment(path).contains("TRACE=" + TRACE))
                    .map(Path::toString)
                    .toList();
        }
    }

    private static String environment(Path process) {
        try {
            return Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // ended meanwhile
        }
    }
}
