package dev.atex.bench;

import dev.atex.concurrent.Deadline;
import dev.atex.executor.Ending;
import dev.atex.executor.Executor;
import dev.atex.executor.ExecutorException;
import dev.atex.executor.TestArtifacts;
import dev.atex.executor.fmf.FmfExecutorFactory;
import dev.atex.executor.fmf.discovery.Discovery;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.internal.files.Trees;
import dev.atex.local.LocalConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How soon a test is over, with all that it started, once it is cancelled: at seeded instants of each of its phases. */
final class CancelBench implements AutoCloseable {
    private static final long SEED = 20261124;
    private static final int CANCELS = 40;

    /** Ignores signals, and has processes in sessions of their own that come and go. */
    private static final String RESTLESS = """
            trap '' HUP INT TERM
            setsid bash -c 'while :; do sleep 0.01 & wait; done' &
            (trap '' HUP; setsid sleep 600) &
            bash -c 'while :; do (sleep 0.01 &); sleep 0.01; done' &
            [[ $TMT_REBOOT_COUNT == 0 && $REBOOT ]] && echo disconnect >&3
            while :; do sleep 600; done
            """;

    private final Path directory = Files.createTempDirectory("atex-bench");
    private final LocalConnection connection = new LocalConnection();
    private final Random random = new Random(SEED);
    private final Path begun = directory.resolve("begun");
    private int runs;

    private CancelBench() throws IOException {
        Files.createDirectory(directory.resolve(".fmf"));
        Files.writeString(directory.resolve(".fmf/version"), "1\n");
        Files.writeString(directory.resolve("restless.sh"), RESTLESS);
        Files.writeString(directory.resolve("tests.fmf"), """
                test: bash ./restless.sh
                /restless: {}
                /tty: {tty: true}
                /reboot: {environment: {REBOOT: 1}}
                """);
        Files.writeString(directory.resolve("plans.fmf"), """
                discover: {how: fmf}
                /prepared:
                  prepare: {how: shell, script: 'sleep 0.05; sleep 600 & sleep 0.05'}
                /finished:
                  finish: {how: shell, script: "echo > %s; trap '' HUP; setsid sleep 600 & sleep 600"}
                """.formatted(begun));
    }

    private FmfTests tests(String plan) throws Exception {
        return Discovery.in(directory).plan(plan).discover();
    }

    /** What is cancelled: returns when it is over, and fails if it was not by the cancel. */
    @FunctionalInterface
    private interface Cancelled {
        void run() throws Exception;
    }

    /** What comes before the part that is cancelled. */
    @FunctionalInterface
    private interface Preparation {
        Cancelled of(Executor executor) throws Exception;
    }

    private void measure() throws Exception {
        try (FmfTests tests = tests("/plans/prepared")) {
            row("before it starts", tests, 0, executor -> {
                executor.start();
                return () -> test(executor, "/tests/restless");
            });
            row("while its machine is set up", tests, 100_000, executor -> () -> {
                executor.start();
                test(executor, "/tests/restless");
            });
            row("while it starts and runs", tests, 80_000, executor -> {
                executor.start();
                return () -> test(executor, "/tests/restless");
            });
            row("at its terminal", tests, 80_000, executor -> {
                executor.start();
                return () -> test(executor, "/tests/tty");
            });
            row("while its machine reboots", tests, 400_000, executor -> {
                executor.start();
                return () -> test(executor, "/tests/reboot");
            });
        }
        try (FmfTests tests = tests("/plans/finished")) {
            row("while its machine is cleaned up", tests, 20_000, executor -> {
                executor.start();
                return () -> executor.stop();
            });
        }
    }

    private void row(String phase, FmfTests tests, int longest, Preparation preparation) throws Exception {
        double[] millis = new double[CANCELS];
        for (int i = 0; i < CANCELS; i++) {
            connection.connect(soon());
            try (Executor executor = FmfExecutorFactory.builder(tests).build().create(connection)) {
                Cancelled body = preparation.of(executor);
                int micros = longest == 0 ? 0 : random.nextInt(longest);
                millis[i] = cancelled(executor, micros, !tests.plan().finish().isEmpty(), body) / 1e6;
                connection.connect(soon()); // what is cancelled in a reboot has no connection to clean up by
            }
            Files.deleteIfExists(begun);
        }
        Samples samples = Samples.of(millis);
        new Row(
                        "a cancelled test is over: " + phase,
                        samples.text(" ms"),
                        "p99 " + Samples.number(samples.percentile(99)) + " ms of " + CANCELS,
                        "-",
                        "1 s")
                .print();
    }

    /** Nanoseconds from the cancel to the end. */
    private long cancelled(Executor executor, int micros, boolean cleaningUp, Cancelled body) throws Exception {
        try (TaskScope scope = TaskScope.open("cancel")) {
            TaskScope.Task<Long> cancel = scope.fork("cancel", () -> {
                if (cleaningUp) {
                    while (Files.notExists(begun)) {
                        Thread.onSpinWait();
                    }
                }
                boolean _ = new CountDownLatch(1).await(micros, TimeUnit.MICROSECONDS);
                long asked = System.nanoTime();
                executor.cancel();
                return asked;
            });
            if (micros == 0) {
                cancel.join(soon());
            }
            try {
                body.run();
            } catch (ExecutorException e) {
                return System.nanoTime() - cancel.join(soon());
            }
            throw new IllegalStateException("it came to its own end");
        }
    }

    private void test(Executor executor, String name) throws Exception {
        Path artifacts = directory.resolve("artifacts/" + runs++);
        Ending end = executor.runTest(name, TestArtifacts.toBeFilled(artifacts), Map.of());
        if (end.isCancelled()) {
            throw new ExecutorException("cancelled");
        }
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(1));
    }

    @Override
    public void close() throws Exception {
        connection.disconnect(soon());
        Trees.delete(directory);
    }

    /** Prints a row for each phase; on a virtual thread, as an orchestrator's are. */
    public static void main(String[] arguments) throws Exception {
        FutureTask<@Nullable Void> task = new FutureTask<>(() -> {
            try (CancelBench bench = new CancelBench()) {
                bench.measure();
            }
            return null;
        });
        Thread.ofVirtual().start(task);
        task.get();
    }
}
