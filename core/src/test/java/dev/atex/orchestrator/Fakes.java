package dev.atex.orchestrator;

import dev.atex.aggregator.Aggregator;
import dev.atex.aggregator.Attempt;
import dev.atex.aggregator.Commit;
import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.RemoteProcess;
import dev.atex.executor.Ending;
import dev.atex.executor.Executor;
import dev.atex.executor.FailureClass;
import dev.atex.executor.TestArtifacts;
import dev.atex.provisioner.Expiry;
import dev.atex.provisioner.MachineProgress;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.Remote;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** In-process machines, executors and outputs for tests of orchestrators. */
final class Fakes {
    private Fakes() {}

    /** Something that may throw anything. */
    @FunctionalInterface
    interface Step<T> {
        void on(T subject) throws Exception;

        static <T> Step<T> nothing() {
            return subject -> {};
        }
    }

    static final class FakeRemote implements Remote {
        volatile Optional<Expiry> expiry = Optional.empty();
        final String name;
        final FakeProvisioner owner;
        final AtomicInteger releases = new AtomicInteger();
        final AtomicInteger running = new AtomicInteger();

        FakeRemote(String name, FakeProvisioner owner) {
            this.name = name;
            this.owner = owner;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Optional<Expiry> expiry() {
            return expiry;
        }

        @Override
        public boolean servesOneTest() {
            return owner.oneTestEach;
        }

        @Override
        public void release(Deadline deadline) throws ReleaseException, InterruptedException {
            if (releases.incrementAndGet() == 1) {
                try {
                    owner.onRelease.on(this);
                } catch (ReleaseException | InterruptedException | RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new ReleaseException("release of " + name + " failed", e);
                } finally {
                    owner.free();
                }
            }
        }

        @Override
        public void connect(Deadline deadline) {}

        @Override
        public void disconnect() {}

        @Override
        public RemoteProcess start(Command command) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void upload(Path localDirectory, String remoteDirectory, Deadline deadline) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void download(String remoteDirectory, Path localDirectory, Deadline deadline) {
            throw new UnsupportedOperationException();
        }
    }

    /** Gives machines at once, {@code max} at a time; hooks make it fail. */
    static final class FakeProvisioner implements Provisioner {
        final String name;
        final int max;
        final List<FakeRemote> made = Collections.synchronizedList(new ArrayList<>());
        final AtomicInteger asked = new AtomicInteger();
        final AtomicInteger cleared = new AtomicInteger();
        final AtomicInteger stopped = new AtomicInteger();
        private final LinkedBlockingQueue<Optional<FakeRemote>> ready = new LinkedBlockingQueue<>();
        /** How long each of them lasts. */
        volatile Optional<Duration> life = Optional.empty();

        volatile boolean oneTestEach;

        private int waiting;
        private int held;
        volatile Consumer<MachineProgress> progress = _ -> {};
        volatile Step<FakeProvisioner> onStart = Step.nothing();
        volatile Step<FakeProvisioner> onProvision = Step.nothing();
        /** Called before a machine is made; a {@link ProvisionException} uses the request up. */
        volatile Step<FakeProvisioner> onMake = Step.nothing();

        volatile Step<FakeProvisioner> onClear = Step.nothing();
        volatile Step<FakeProvisioner> onStop = Step.nothing();
        volatile Step<FakeRemote> onRelease = Step.nothing();

        FakeProvisioner(String name, int max) {
            this.name = name;
            this.max = max;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void onProgress(Consumer<MachineProgress> listener) {
            progress = listener;
        }

        @Override
        public void start() throws ProvisionException, InterruptedException {
            step(onStart, this);
        }

        @Override
        public void provision(int count) {
            try {
                onProvision.on(this);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            asked.addAndGet(count);
            synchronized (this) {
                waiting += count;
            }
            fill();
        }

        private void fill() {
            synchronized (this) {
                while (waiting > 0 && held < max) {
                    waiting--;
                    held++;
                    ready.add(Optional.empty());
                }
            }
        }

        void free() {
            synchronized (this) {
                held--;
            }
            fill();
        }

        @Override
        public Optional<Remote> remote(Deadline deadline) throws ProvisionException, InterruptedException {
            if (ready.poll(deadline.remainingNanos(), TimeUnit.NANOSECONDS) == null) {
                return Optional.empty();
            }
            try {
                step(onMake, this);
            } catch (ProvisionException | RuntimeException | Error e) {
                free();
                throw e;
            }
            FakeRemote remote = new FakeRemote(name + "-" + (made.size() + 1), this);
            remote.expiry = life.map(length -> new Expiry(length, Deadline.after(length)));
            made.add(remote);
            return Optional.of(remote);
        }

        @Override
        public int clear() {
            try {
                onClear.on(this);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            cleared.incrementAndGet();
            synchronized (this) {
                int dropped = waiting;
                waiting = 0;
                return dropped;
            }
        }

        @Override
        public void stop(Deadline deadline) throws ReleaseException, InterruptedException {
            stopped.incrementAndGet();
            try {
                onStop.on(this);
            } catch (ReleaseException | InterruptedException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new ReleaseException("stopping " + name + " failed", e);
            }
            for (FakeRemote remote : List.copyOf(made)) {
                if (remote.releases.get() == 0) {
                    remote.release(deadline);
                }
            }
        }

        private static <T> void step(Step<T> step, T subject) throws ProvisionException, InterruptedException {
            try {
                step.on(subject);
            } catch (ProvisionException | InterruptedException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new ProvisionException(e.getMessage(), e);
            }
        }
    }

    /** Ends a fake test in another way than by an exit code. */
    static final class Abort extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final transient Ending ending;

        Abort(FailureClass failure, String reason) {
            super(reason);
            ending = Ending.aborted(failure, reason);
        }
    }

    /** What a fake test does; returns the exit code. */
    @FunctionalInterface
    interface TestBody {
        int run(String test, int attempt, FakeExecutor executor) throws Exception;
    }

    /** Runs tests that are Java code; {@link #awaitCancel} is the body of a test that runs until it is cancelled. */
    static class FakeExecutor implements Executor {
        final FakeRemote remote;
        private final TestBody body;
        private final Map<String, AtomicInteger> attempts;
        private final LinkedBlockingQueue<Boolean> cancels = new LinkedBlockingQueue<>();
        final AtomicInteger stops = new AtomicInteger();
        volatile Step<FakeExecutor> onStart = Step.nothing();
        volatile Step<FakeExecutor> onStop = Step.nothing();
        volatile Step<FakeExecutor> onCancel = Step.nothing();

        FakeExecutor(Connection remote, TestBody body, Map<String, AtomicInteger> attempts) {
            this.remote = (FakeRemote) remote;
            this.body = body;
            this.attempts = attempts;
        }

        @Override
        public void start() throws InterruptedException {
            step(onStart);
        }

        @Override
        public Ending runTest(String test, TestArtifacts artifacts, Map<String, String> environment)
                throws InterruptedException {
            if (remote.running.incrementAndGet() != 1) {
                throw new AssertionError("two tests on " + remote.name);
            }
            if (remote.releases.get() != 0) {
                throw new AssertionError(remote.name + " is released");
            }
            try {
                int attempt = attempts.computeIfAbsent(test, name -> new AtomicInteger())
                        .incrementAndGet();
                int exit = body.run(test, attempt, this);
                Map<String, Object> result = new LinkedHashMap<>();
                result.put("status", exit == 0 ? "pass" : "fail");
                result.put("note", "attempt " + attempt);
                artifacts.addResult(result);
                return Ending.exited(exit);
            } catch (Abort e) {
                return e.ending;
            } catch (InterruptedException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            } finally {
                remote.running.decrementAndGet();
            }
        }

        /** Waits for {@link #cancel}. */
        int awaitCancel() throws InterruptedException {
            cancels.take();
            throw new Abort(FailureClass.CANCELLED, "cancel requested");
        }

        @Override
        public void cancel() {
            cancels.add(true);
            try {
                step(onCancel);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void stop() throws InterruptedException {
            stops.incrementAndGet();
            step(onStop);
        }

        private void step(Step<FakeExecutor> step) throws InterruptedException {
            try {
                step.on(this);
            } catch (InterruptedException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
        }
    }

    /** Keeps what was ingested, by test. */
    static final class FakeAggregator implements Aggregator {
        final List<Attempt> ingested = new CopyOnWriteArrayList<>();
        final Map<Attempt, List<String>> statuses = new java.util.concurrent.ConcurrentHashMap<>();
        volatile Step<Attempt> onIngest = Step.nothing();

        @Override
        public Commit ingest(Attempt attempt, TestArtifacts artifacts) throws InterruptedException {
            try {
                onIngest.on(attempt);
                List<String> all = new ArrayList<>();
                try (var reader = artifacts.readResults()) {
                    for (var result = reader.next(); result != null; result = reader.next()) {
                        all.add(result.get("status") + ": " + result.get("note"));
                    }
                }
                statuses.put(attempt, all);
            } catch (InterruptedException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
            ingested.add(attempt);
            return new Commit(Integer.toString(ingested.size()), Optional.empty());
        }

        List<String> tests() {
            return ingested.stream().map(Attempt::test).sorted().toList();
        }

        List<String> statusesOf(String test) {
            return ingested.stream()
                    .filter(attempt -> attempt.test().equals(test))
                    .flatMap(attempt -> statuses.get(attempt).stream())
                    .toList();
        }

        @Override
        public void close() {}
    }

    /** A careless implementation. */
    static final class NullAggregator implements Aggregator {
        @Override
        public Commit ingest(Attempt attempt, TestArtifacts artifacts) {
            return null;
        }

        @Override
        public void close() {}
    }
}
