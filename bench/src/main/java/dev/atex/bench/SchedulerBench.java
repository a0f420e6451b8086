package dev.atex.bench;

import dev.atex.aggregator.Commit;
import dev.atex.executor.Ending;
import dev.atex.run.RunEvent;
import dev.atex.run.schedule.Action;
import dev.atex.run.schedule.Rules;
import dev.atex.run.schedule.Rules.Ranked;
import dev.atex.run.schedule.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** The scheduler alone, without threads: how many tests it can see through, and what picking the next one costs. */
final class SchedulerBench {
    private static final int TESTS = 100_000;
    private static final int QUEUED = 10_000;
    private static final int ROUNDS = 7;
    private static final Ending PASSED =
            new Ending(OptionalInt.of(0), Optional.empty(), Optional.of("pass"), Optional.empty(), Optional.empty());
    private static final Commit COMMIT = new Commit("0", Optional.empty());

    private SchedulerBench() {}

    private static Row all() throws Exception {
        List<Ranked> tests = tests(TESTS, test -> 0);
        Samples.Pair pair = Samples.takePair(
                0, ROUNDS, () -> Samples.seconds(() -> drive(tests, 10)), () -> Samples.seconds(() -> events(tests)));
        return new Row(
                "scheduler alone, 100,000 tests on 10 remotes, cold and then warm",
                pair.ours().rates(TESTS).text("/s"),
                "the same events through a queue: " + pair.floor().rates(TESTS).text("/s"),
                pair.ratio(),
                "250,000/s");
    }

    private static Row pick() throws Exception {
        Random random = new Random(1);
        List<Ranked> tests = tests(QUEUED, test -> random.nextInt());
        Samples.Pair pair = Samples.takePair(
                0, ROUNDS, () -> Samples.seconds(() -> drive(tests, 1)), () -> Samples.seconds(() -> heap(tests)));
        return new Row(
                "picking the longest of 10,000 tests, 10,000 times, with all else a run decides",
                pair.ours().text(" s"),
                "a bare binary heap: " + pair.floor().text(" s"),
                pair.ratio(),
                "0.1 s");
    }

    private static List<Ranked> tests(int count, IntUnaryOperator rank) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Ranked("/bench/test-" + i, rank.applyAsInt(i)))
                .toList();
    }

    /** The floor of a run: the two events that come of each test are made, queued, and told apart. */
    private static void events(List<Ranked> tests) {
        ArrayDeque<RunEvent> events = new ArrayDeque<>();
        int finished = 0;
        for (Ranked ranked : tests) {
            events.add(new RunEvent.TestFinished(Duration.ZERO, "remote", ranked.test(), 1, PASSED, false, false));
            events.add(new RunEvent.AttemptIngested(Duration.ZERO, ranked.test(), 1, true, COMMIT));
            while (!events.isEmpty()) {
                finished += events.remove() instanceof RunEvent.TestFinished ? 1 : 0;
            }
        }
        if (finished != tests.size()) {
            throw new IllegalStateException();
        }
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
        Scheduler scheduler = new Scheduler(new Rules(tests, List.of("pool"), 0, 10, 0, 3, 2, false));
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

    /** Prints one row: {@code all} or {@code pick}. */
    public static void main(String[] arguments) throws Exception {
        (arguments[0].equals("pick") ? pick() : all()).print();
    }
}
