package dev.atex.provisioner.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.RemoteProcess;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.Remote;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class PooledProvisionerTest {
    private final AtomicInteger existing = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger failuresLeft = new AtomicInteger();
    private final AtomicInteger failingReleases = new AtomicInteger();
    private volatile boolean blocking;
    private volatile boolean interrupting;
    private final CountDownLatch begun = new CountDownLatch(1);

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(30));
    }

    /** A machine that counts how many of its kind exist. */
    private final class Fake extends AbstractReservation {
        private boolean exists;

        Fake(String name) {
            super(name);
        }

        @Override
        protected Connection acquire() throws ProvisionException, InterruptedException {
            exists = true;
            most.accumulateAndGet(existing.incrementAndGet(), Math::max);
            begun.countDown();
            if (interrupting) {
                throw new InterruptedException("by something of its own");
            }
            if (blocking) {
                new CountDownLatch(1).await();
            }
            if (failuresLeft.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                throw new ProvisionException(name() + ": no");
            }
            return new Nowhere();
        }

        @Override
        protected void free(Deadline deadline) throws ReleaseException {
            if (failingReleases.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                throw new ReleaseException(name() + " may still exist");
            }
            if (exists) {
                exists = false;
                existing.decrementAndGet();
            }
        }
    }

    /** A connection that nobody uses. */
    private static final class Nowhere implements Connection {
        @Override
        public void connect(Deadline deadline) {}

        @Override
        public void disconnect() {}

        @Override
        public RemoteProcess start(Command command) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void upload(Path localDirectory, String remoteDirectory, Deadline deadline) {}

        @Override
        public void download(String remoteDirectory, Path localDirectory, Deadline deadline) {}
    }

    private PooledProvisioner pool(int max, int attempts) throws Exception {
        PooledProvisioner pool =
                new PooledProvisioner("fake", max, attempts, (slot, number) -> new Fake("fake-" + number));
        pool.start();
        return pool;
    }

    /** Machines of which some are of no use, by their slots: those whose number is in the set fail for good. */
    private static final class Partly implements MachineSource {
        private final List<ProvisionException.Extent> failures;
        private final CountDownLatch others;
        private final AtomicInteger left;

        Partly(int machines, CountDownLatch others, ProvisionException.Extent... failures) {
            this.failures = List.of(failures);
            this.others = others;
            left = new AtomicInteger(machines);
        }

        @Override
        public Reservation reservation(int slot, long number) {
            return new AbstractReservation("partly-" + number) {
                @Override
                protected Connection acquire() throws ProvisionException, InterruptedException {
                    if (number <= failures.size()) {
                        left.decrementAndGet();
                        throw new ProvisionException(name() + ": never", failures.get((int) number - 1));
                    }
                    others.await();
                    return new Nowhere();
                }

                @Override
                protected void free(Deadline deadline) {}
            };
        }

        @Override
        public int capacity() {
            return left.get();
        }
    }

    @Test
    void uselessMachineIsNotReplaced() throws Exception {
        CountDownLatch others = new CountDownLatch(0);
        Partly source = new Partly(2, others, ProvisionException.Extent.MACHINE);
        try (PooledProvisioner pool = new PooledProvisioner("partly", 2, 3, source)) {
            pool.start();
            pool.provision(4);
            Remote good = null;
            int failures = 0;
            for (int i = 0; i < 2; i++) {
                try {
                    good = pool.remote(soon()).orElseThrow();
                } catch (ProvisionException e) {
                    failures++;
                    assertThat(e).hasMessage("partly-1: never");
                    assertThat(e.isPermanent()).isTrue();
                }
            }
            assertThat(failures).isOne();
            assertThat(pool.remoteNow()).as("the other machine is in use").isEmpty();
            java.util.Objects.requireNonNull(good).release(soon());
            assertThat(pool.remote(soon())).as("it is used again").isPresent();
        }
    }

    @Test
    void machinesInProgressComeBeforeFinalFailure() throws Exception {
        CountDownLatch others = new CountDownLatch(1);
        Partly source = new Partly(9, others, ProvisionException.Extent.PROVISIONER);
        try (PooledProvisioner pool = new PooledProvisioner("partly", 2, 3, source)) {
            pool.start();
            pool.provision(20);
            assertThat(pool.remote(Deadline.after(Duration.ofMillis(200)))).isEmpty();
            others.countDown();
            assertThat(pool.remote(soon()).orElseThrow().name()).isEqualTo("partly-2");
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> pool.remote(soon()))
                        .isInstanceOfSatisfying(
                                ProvisionException.class,
                                e -> assertThat(e.extent()).isEqualTo(ProvisionException.Extent.PROVISIONER))
                        .hasMessage("partly-1: never");
            }
        }
    }

    @Test
    void failuresAreReturnedAndEndTheirRequest() throws Exception {
        failuresLeft.set(1);
        try (PooledProvisioner pool = pool(1, 1)) {
            pool.provision(2);
            assertThatThrownBy(() -> pool.remote(soon()))
                    .isInstanceOf(ProvisionException.class)
                    .hasMessage("fake-1: no");
            assertThat(pool.remote(soon()).orElseThrow().name()).isEqualTo("fake-2");
            assertThat(pool.remoteNow()).isEmpty();
        }
        assertThat(existing).hasValue(0);
    }

    @Test
    void failedMachineIsRetried() throws Exception {
        failuresLeft.set(2);
        try (PooledProvisioner pool = pool(1, 3)) {
            pool.provision(1);
            assertThat(pool.remote(soon()).orElseThrow().name()).isEqualTo("fake-3");
            assertThat(existing).hasValue(1);
        }
    }

    @Test
    void failedReleaseThrowsAndStopRetries() throws Exception {
        PooledProvisioner pool = pool(1, 1);
        pool.provision(1);
        Remote remote = pool.remote(soon()).orElseThrow();
        failingReleases.set(Integer.MAX_VALUE);
        assertThatThrownBy(() -> remote.release(soon())).isInstanceOf(ReleaseException.class);
        assertThatThrownBy(() -> pool.stop(soon()))
                .isInstanceOf(ReleaseException.class)
                .hasMessageContaining("fake-1 may still exist");
        failingReleases.set(0);
        pool.stop(soon());
        assertThat(existing).hasValue(0);
    }

    @Test
    void brieflyFailingReleaseIsRetried() throws Exception {
        try (PooledProvisioner pool = pool(1, 1)) {
            pool.provision(1);
            Remote remote = pool.remote(soon()).orElseThrow();
            failingReleases.set(2);
            remote.release(soon());
            assertThat(existing).hasValue(0);
        }
    }

    @Test
    void stopRetriesCleanUpOfFailedReservation() throws Exception {
        PooledProvisioner pool = pool(1, 2);
        failuresLeft.set(1);
        failingReleases.set(Integer.MAX_VALUE);
        pool.provision(1);
        Remote remote = pool.remote(soon()).orElseThrow();
        failingReleases.set(0);
        assertThat(remote.name()).isEqualTo("fake-2");
        remote.release(soon());
        assertThat(existing).as("the one that failed").hasValue(1);
        pool.stop(soon());
        assertThat(existing).hasValue(0);
    }

    @Test
    void stopFreesReservationInterruptedByOthers() throws Exception {
        PooledProvisioner pool = pool(1, 1);
        interrupting = true;
        pool.provision(1);
        assertThatThrownBy(() -> pool.remote(soon()))
                .isInstanceOf(ProvisionException.class)
                .hasMessageContaining("interrupted");
        assertThat(existing).hasValue(1);
        pool.stop(soon());
        assertThat(existing).hasValue(0);
    }

    @Test
    void stopAbortsReservationsInProgress() throws Exception {
        blocking = true;
        PooledProvisioner pool = pool(100, 1);
        pool.provision(100);
        begun.await();
        pool.stop(soon());
        assertThat(existing).hasValue(0);
    }

    @Test
    void reservationIsAbortedFromOtherThread() throws Exception {
        blocking = true;
        try (Fake fake = new Fake("one");
                TaskScope scope = TaskScope.open("test")) {
            TaskScope.Task<Boolean> reserve = scope.fork("reserve", () -> {
                assertThatThrownBy(fake::reserve).isInstanceOf(ProvisionException.class);
                return Thread.currentThread().isInterrupted();
            });
            begun.await();
            fake.abort(soon());
            assertThat(existing).hasValue(0);
            assertThat(reserve.join(soon())).as("a stray interrupt").isFalse();
            fake.abort(soon());
        }
    }

    @Test
    void abortBeforeReservePreventsIt() throws Exception {
        Fake fake = new Fake("one");
        fake.abort(soon());
        assertThatThrownBy(fake::reserve).isInstanceOf(ProvisionException.class);
        assertThat(most).hasValue(0);
    }

    @RepeatedTest(200)
    void noMachineIsLeftInAnyOrder(RepetitionInfo repetition) throws Exception {
        Random random = new Random(repetition.getCurrentRepetition());
        int max = 1 + random.nextInt(8);
        failuresLeft.set(random.nextInt(6));
        PooledProvisioner pool = pool(max, 1 + random.nextInt(2));
        try (TaskScope scope = TaskScope.open("test")) {
            List<Integer> kinds = random.ints(12, 0, 4).boxed().toList();
            for (int kind : kinds) {
                scope.run("user", () -> {
                    switch (kind) {
                        case 0 -> pool.provision(3);
                        case 1 -> pool.clear();
                        default -> take(pool, kind == 3);
                    }
                });
            }
            if (random.nextBoolean()) {
                scope.interrupt();
            }
            scope.run("stop", () -> pool.stop(soon()));
            pool.stop(soon());
        }
        pool.stop(soon());
        assertThat(existing).hasValue(0);
        assertThat(most.get()).isLessThanOrEqualTo(max);
    }

    private static void take(PooledProvisioner pool, boolean twice) throws Exception {
        pool.provision(1);
        Optional<Remote> remote;
        try {
            remote = pool.remote(soon());
        } catch (ProvisionException e) {
            return;
        }
        if (remote.isPresent()) {
            remote.get().release(soon());
            if (twice) {
                remote.get().release(soon());
            }
        }
    }
}
