package dev.atex.bench;

import dev.atex.executor.TestArtifacts;
import dev.atex.orchestrator.AdHocOrchestrator;
import dev.atex.orchestrator.EventLog;
import dev.atex.orchestrator.RunSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Whole runs of tests that cost nothing, with the event log written. */
final class OrchestratorBench {
    private static final int TESTS = 100_000;
    private static final int REMOTES = 10;
    private static final int ROUNDS = 5;

    private OrchestratorBench() {}

    static List<Row> rows() throws IOException, InterruptedException {
        double[] perSecond = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            perSecond[round] = TESTS / run(TESTS, null);
        }
        double cold = perSecond[0];
        Arrays.sort(perSecond);
        double floor = TESTS / threadsAlone();
        long[] gaps = new long[20_000];
        AtomicInteger count = new AtomicInteger();
        run(gaps.length, new Gaps(gaps, count));
        int measured = Math.min(count.get(), gaps.length);
        long[] sorted = Arrays.copyOf(gaps, measured);
        Arrays.sort(sorted);
        return List.of(
                new Row(
                        TESTS + " no-op tests on " + REMOTES + " remotes, event log written (first run: "
                                + String.format(Locale.ROOT, "%,.0f/s)", cold),
                        String.format(Locale.ROOT, "%,.0f tests/s", perSecond[ROUNDS / 2]),
                        String.format(Locale.ROOT, "a queue and a virtual thread for each: %,.0f/s", floor),
                        String.format(Locale.ROOT, "%.1fx", floor / perSecond[ROUNDS / 2]),
                        "100,000 tests/s"),
                new Row(
                        "next test starts on a freed remote (p50; p99)",
                        String.format(
                                Locale.ROOT,
                                "%.3f ms; %.3f ms",
                                sorted[measured / 2] / 1e6,
                                sorted[measured * 99 / 100] / 1e6),
                        "",
                        "",
                        "p99 0.5 ms"));
    }

    /** Seconds for a run. */
    private static double run(int tests, @Nullable Gaps gaps) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("atex-bench");
        Path events = directory.resolve("events.jsonl");
        List<String> names = IntStream.range(0, tests)
                .mapToObj(i -> "/bench/suite/test-" + i)
                .toList();
        try (EventLog log = EventLog.open(events)) {
            AdHocOrchestrator orchestrator = AdHocOrchestrator.builder()
                    .platform("bench")
                    .tests(names)
                    .provisioner(new InstantMachines.Pool(REMOTES, Duration.ZERO))
                    .executorFactory(
                            connection -> gaps == null ? new InstantMachines.NoOpExecutor() : new TimedExecutor(gaps))
                    .aggregator(new InstantMachines.NoOutput())
                    .artifactsDirectory(directory.resolve("artifacts"))
                    .ensureResults(false)
                    .listener(log)
                    .build();
            long start = System.nanoTime();
            RunSummary summary = orchestrator.run();
            double seconds = (System.nanoTime() - start) / 1e9;
            long passed = summary.outcomes().stream()
                    .filter(outcome -> outcome.verdict() == RunSummary.Verdict.PASSED)
                    .count();
            if (passed != tests || !summary.problems().isEmpty()) {
                throw new IllegalStateException(passed + " of " + tests + " passed: " + summary.problems());
            }
            return seconds;
        } finally {
            Files.deleteIfExists(events);
            Files.delete(directory);
        }
    }

    /** The floor: one thread with a queue, and a virtual thread for each piece of work. */
    private static double threadsAlone() throws InterruptedException {
        LinkedBlockingQueue<Integer> queue = new LinkedBlockingQueue<>();
        long start = System.nanoTime();
        Thread coordinator = Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < REMOTES; i++) {
                    queue.add(i);
                }
                for (int done = 0; done < TESTS; done++) {
                    Integer free = queue.take();
                    Thread.ofVirtual().start(() -> queue.add(free));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        coordinator.join();
        return (System.nanoTime() - start) / 1e9;
    }

    private record Gaps(long[] nanos, AtomicInteger count) {
        void add(long gap) {
            int index = count.getAndIncrement();
            if (index < nanos.length) {
                nanos[index] = gap;
            }
        }
    }

    /** Notes the time from the end of one test to the beginning of the next on the same machine. */
    private static final class TimedExecutor extends InstantMachines.NoOpExecutor {
        private final Gaps gaps;
        private long ended;

        TimedExecutor(Gaps gaps) {
            this.gaps = gaps;
        }

        @Override
        public int runTest(String test, TestArtifacts artifacts, Map<String, String> environment) {
            if (ended != 0) {
                gaps.add(System.nanoTime() - ended);
            }
            try {
                Thread.sleep(Duration.ofMillis(1)); // machines are busy most of the time
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            ended = System.nanoTime();
            return 0;
        }
    }

    /** Prints the rows. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        rows().forEach(System.out::println);
    }
}
