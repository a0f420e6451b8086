package dev.atex.bench;

import dev.atex.executor.Ending;
import dev.atex.executor.ExecutorFactory;
import dev.atex.executor.TestArtifacts;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Whole runs of tests that cost nothing, with the event log written. */
final class OrchestratorBench {
    private static final int TESTS = 100_000;
    private static final int SLEEPING_TESTS = 20_000;
    private static final int REMOTES = 10;
    private static final int ROUNDS = 7;
    private static final Duration BUSY = Duration.ofMillis(1);

    private OrchestratorBench() {}

    private static Row tests() throws Exception {
        ExecutorFactory noOp = connection -> new InstantMachines.NoOpExecutor();
        Samples cold = Samples.take(0, 1, () -> run(TESTS, noOp));
        Samples.Pair pair = Samples.takePair(
                1, ROUNDS, () -> run(TESTS, noOp), () -> Samples.seconds(() -> bare(TESTS, free -> {})));
        return new Row(
                "100,000 no-op tests on 10 remotes, event log written (first run in the JVM: "
                        + Samples.number(cold.rates(TESTS).median()) + "/s)",
                pair.ours().rates(TESTS).text("/s"),
                "a queue and a virtual thread for each: "
                        + pair.floor().rates(TESTS).text("/s"),
                pair.ratio(),
                "100,000/s");
    }

    private static double run(int tests, ExecutorFactory executors) throws Exception {
        return WholeRun.of(tests, new InstantMachines.Pool(REMOTES), executors, (test, ending) -> false);
    }

    private static Row nextTest() throws Exception {
        Gaps warmUp = new Gaps();
        run(SLEEPING_TESTS, connection -> new TimedExecutor(warmUp));
        Gaps ours = new Gaps();
        run(SLEEPING_TESTS, connection -> new TimedExecutor(ours));
        Gaps floor = new Gaps();
        long[] ended = new long[REMOTES];
        bare(SLEEPING_TESTS, free -> ended[free] = floor.busy(ended[free]));
        return new Row(
                "next test starts on a freed remote: p50, p99",
                text(ours),
                "a queue and a virtual thread for each: " + text(floor),
                Row.ratio(ours.samples().percentile(99), floor.samples().percentile(99)),
                "p99 0.5 ms");
    }

    private static String text(Gaps gaps) {
        return Samples.number(gaps.samples().median()) + " ms, "
                + Samples.number(gaps.samples().percentile(99)) + " ms";
    }

    @FunctionalInterface
    private interface Test {
        void run(int free) throws InterruptedException;
    }

    /** The floor: one thread with a queue, and a virtual thread for each piece of work. */
    private static void bare(int tests, Test test) throws InterruptedException {
        LinkedBlockingQueue<Integer> queue = new LinkedBlockingQueue<>();
        for (int i = 0; i < REMOTES; i++) {
            queue.add(i);
        }
        Thread coordinator = Thread.ofVirtual().start(() -> {
            try {
                for (int done = 0; done < tests; done++) {
                    Integer free = queue.take();
                    Thread.ofVirtual().start(() -> {
                        try {
                            test.run(free);
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        queue.add(free);
                    });
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        coordinator.join();
    }

    /** From the end of one test to the beginning of the next on the same machine, which is busy most of the time. */
    private static final class Gaps {
        private final double[] millis = new double[SLEEPING_TESTS];
        private final AtomicInteger count = new AtomicInteger();

        /** A test of its own: takes when the one before ended, or 0, and returns when this one did. */
        long busy(long ended) throws InterruptedException {
            if (ended != 0) {
                millis[count.getAndIncrement()] = (System.nanoTime() - ended) / 1e6;
            }
            Thread.sleep(BUSY);
            return System.nanoTime();
        }

        Samples samples() {
            return Samples.of(Arrays.copyOf(millis, count.get()));
        }
    }

    private static final class TimedExecutor extends InstantMachines.NoOpExecutor {
        private final Gaps gaps;
        private long ended;

        TimedExecutor(Gaps gaps) {
            this.gaps = gaps;
        }

        @Override
        public Ending runTest(String test, TestArtifacts artifacts, Map<String, String> environment)
                throws InterruptedException {
            ended = gaps.busy(ended);
            return Ending.exited(0);
        }
    }

    /** Prints one row: {@code tests} or {@code next-test}. */
    public static void main(String[] arguments) throws Exception {
        (arguments[0].equals("tests") ? tests() : nextTest()).print();
    }
}
