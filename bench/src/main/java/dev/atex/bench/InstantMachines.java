package dev.atex.bench;

import dev.atex.aggregator.Aggregator;
import dev.atex.aggregator.Attempt;
import dev.atex.aggregator.Commit;
import dev.atex.aggregator.Found;
import dev.atex.aggregator.Resume;
import dev.atex.concurrent.Deadline;
import dev.atex.concurrent.TaskScope;
import dev.atex.connection.Command;
import dev.atex.connection.RemoteProcess;
import dev.atex.executor.Executor;
import dev.atex.executor.TestArtifacts;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.Remote;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Machines, executors and outputs that cost nothing, so that what is measured is the orchestrator. */
final class InstantMachines {
    private InstantMachines() {}

    /** Gives at most {@code max} machines, each after {@code wait}, all at the same time. */
    static final class Pool implements Provisioner {
        private final int max;
        private final Duration wait;
        private final LinkedBlockingQueue<Remote> ready = new LinkedBlockingQueue<>();
        private final TaskScope scope = TaskScope.open("pool");
        private int given;
        private int waiting;

        Pool(int max, Duration wait) {
            this.max = max;
            this.wait = wait;
        }

        @Override
        public String name() {
            return "pool";
        }

        @Override
        public void start() {}

        @Override
        public synchronized void provision(int count) {
            waiting += count;
            for (; waiting > 0 && given < max; waiting--, given++) {
                Remote remote = new Machine("machine-" + given);
                if (wait.isZero()) {
                    ready.add(remote);
                } else {
                    scope.run("reserve", () -> {
                        Thread.sleep(wait);
                        ready.add(remote);
                    });
                }
            }
        }

        @Override
        public Optional<Remote> remote(Deadline deadline) throws InterruptedException {
            return Optional.ofNullable(ready.poll(deadline.remainingNanos(), TimeUnit.NANOSECONDS));
        }

        @Override
        public synchronized int clear() {
            int dropped = waiting;
            waiting = 0;
            return dropped;
        }

        @Override
        public void stop(Deadline deadline) {
            scope.close();
        }
    }

    private record Machine(String name) implements Remote {
        @Override
        public void release(Deadline deadline) {}

        @Override
        public void connect(Deadline deadline) {}

        @Override
        public void disconnect() {}

        @Override
        public RemoteProcess start(Command command) {
            throw new UnsupportedOperationException("nothing runs here");
        }

        @Override
        public void upload(Path localDirectory, String remoteDirectory, Deadline deadline) {}

        @Override
        public void download(String remoteDirectory, Path localDirectory, Deadline deadline) {}
    }

    /** Every test passes at once and reports nothing. */
    static class NoOpExecutor implements Executor {
        @Override
        public void start() {}

        @Override
        public int runTest(String test, TestArtifacts artifacts, Map<String, String> environment) {
            return 0;
        }

        @Override
        public void cancel() {}

        @Override
        public void stop() {}
    }

    /** Stores nothing. */
    static final class NoOutput implements Aggregator {
        private static final Commit COMMIT = new Commit("0", Optional.empty());

        @Override
        public void open() {}

        @Override
        public Map<Attempt, Found> resume(Resume from) {
            return Map.of();
        }

        @Override
        public Commit ingest(Attempt attempt, TestArtifacts artifacts) {
            return COMMIT;
        }

        @Override
        public void close() {}
    }
}
