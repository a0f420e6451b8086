package dev.atex.bench;

import dev.atex.aggregator.Aggregator;
import dev.atex.aggregator.Attempt;
import dev.atex.aggregator.Commit;
import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.RemoteProcess;
import dev.atex.executor.Ending;
import dev.atex.executor.Executor;
import dev.atex.executor.TestArtifacts;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.Remote;
import dev.atex.provisioner.pool.AbstractReservation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Machines, executors and outputs that cost nothing, so that what is measured is the orchestrator. */
final class InstantMachines {
    private InstantMachines() {}

    /** Gives at most {@code max} machines, at once. */
    static final class Pool implements Provisioner {
        private final int max;
        private final LinkedBlockingQueue<Remote> ready = new LinkedBlockingQueue<>();
        private int given;
        private int waiting;

        Pool(int max) {
            this.max = max;
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
                ready.add(new Machine("machine-" + given));
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
        public void stop(Deadline deadline) {}
    }

    /** A machine that comes after a while. */
    static final class Late extends AbstractReservation {
        private final Duration wait;

        Late(long number, Duration wait) {
            super("machine-" + number);
            this.wait = wait;
        }

        @Override
        protected Connection acquire() throws InterruptedException {
            Thread.sleep(wait);
            return new Machine(name());
        }

        @Override
        protected void free(Deadline deadline) {}
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
        public Ending runTest(String test, TestArtifacts artifacts, Map<String, String> environment)
                throws InterruptedException {
            return Ending.exited(0);
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
        public Commit ingest(Attempt attempt, TestArtifacts artifacts) {
            return COMMIT;
        }

        @Override
        public void close() {}
    }
}
