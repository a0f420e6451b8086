package dev.atex.bench;

import dev.atex.aggregator.Commit;
import dev.atex.orchestrator.Ending;
import dev.atex.orchestrator.RunEvent;
import dev.atex.orchestrator.schedule.Action;
import dev.atex.orchestrator.schedule.Rules;
import dev.atex.orchestrator.schedule.Rules.Ranked;
import dev.atex.orchestrator.schedule.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.IntStream;

/** The scheduler alone, without threads: how many tests it can see through, and what picking the next one costs. */
final class SchedulerBench {
    private static final int TESTS = 100_000;
    private static final int QUEUED = 10_000;
    private static final Ending PASSED =
            new Ending(OptionalInt.of(0), Optional.empty(), Optional.of("pass"), Optional.empty(), Optional.empty());
    private static final Commit COMMIT = new Commit("0", Optional.empty());

    private SchedulerBench() {}

    static List<Row> rows() {
        Random random = new Random(1);
        List<Ranked> flat = IntStream.range(0, TESTS)
                .mapToObj(i -> new Ranked("/bench/test-" + i, 0))
                .toList();
        List<Ranked> ranked = IntStream.range(0, QUEUED)
                .mapToObj(i -> new Ranked("/bench/test-" + i, random.nextInt()))
                .toList();
        double all = seconds(() -> drive(flat, 10));
        double picks = seconds(() -> drive(ranked, 1));
        double heap = seconds(() -> heap(ranked));
        return List.of(
                new Row(
                        "scheduler alone, " + TESTS + " tests on 10 remotes",
                        String.format(Locale.ROOT, "%,.0f tests/s", TESTS / all),
                        "",
                        "",
                        "250,000 tests/s"),
                new Row(
                        "picking the longest of " + QUEUED + " tests, " + QUEUED + " times",
                        String.format(Locale.ROOT, "%.4f s", picks),
                        String.format(Locale.ROOT, "a bare binary heap: %.4f s", heap),
                        String.format(Locale.ROOT, "%.1fx", picks / heap),
                        "0.1 s"));
    }

    /** The first, cold run: what a user of one run gets. */
    private static double seconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private static void heap(List<Ranked> tests) {
        PriorityQueue<Integer> heap = new PriorityQueue<>();
        tests.forEach(test -> heap.add(test.rank()));
        while (!heap.isEmpty()) {
            heap.remove();
        }
    }

    /** A run in which everything succeeds at once. */
    private static void drive(List<Ranked> tests, int remotes) {
        Scheduler scheduler = new Scheduler(new Rules(tests, List.of("pool"), 0, 10, false));
        ArrayDeque<RunEvent> events = new ArrayDeque<>();
        events.add(new RunEvent.RunStarted(
                Duration.ZERO,
                Instant.EPOCH,
                "bench",
                "bench",
                tests.stream().map(Ranked::test).toList()));
        int given = 0;
        boolean finished = false;
        while (!finished) {
            RunEvent event = events.remove();
            for (Action action : scheduler.decide(event)) {
                switch (action) {
                    case Action.Provision a -> {
                        for (; given < remotes; given++) {
                            events.add(new RunEvent.RemoteReady(Duration.ZERO, "remote-" + given, "pool"));
                        }
                    }
                    case Action.Clear a ->
                        events.add(new RunEvent.ProvisionCleared(Duration.ZERO, "pool", tests.size() - given));
                    case Action.SetUp a -> events.add(new RunEvent.SetUpFinished(Duration.ZERO, a.remote()));
                    case Action.RunTest a ->
                        events.add(new RunEvent.TestFinished(
                                Duration.ZERO, a.remote(), a.test(), a.attempt(), PASSED, false, false));
                    case Action.Ingest a ->
                        events.add(new RunEvent.AttemptIngested(Duration.ZERO, a.test(), a.attempt(), true, COMMIT));
                    case Action.Release a -> events.add(new RunEvent.RemoteReleased(Duration.ZERO, a.remote()));
                    case Action.StopProvisioner a ->
                        events.add(new RunEvent.ProvisionerStopped(Duration.ZERO, "pool", Optional.empty()));
                    case Action.Finish a -> finished = true;
                    case Action other -> {}
                }
            }
        }
    }

    /** Prints the rows. */
    public static void main(String[] arguments) {
        rows().forEach(System.out::println);
    }
}
