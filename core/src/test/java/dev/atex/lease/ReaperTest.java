package dev.atex.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.concurrent.TaskScope;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ReaperTest {
    @TempDir
    private Path directory;

    private final Things things = new Things();

    /** Resources in memory, by the id of their lease. */
    private static final class Things implements Reclaimer {
        final Set<String> there = ConcurrentHashMap.newKeySet();
        final List<String> released = new ArrayList<>();
        volatile boolean stubborn;
        volatile boolean bound;

        @Override
        public boolean isBoundToHost() {
            return bound;
        }

        @Override
        public String kind() {
            return "thing";
        }

        @Override
        public Optional<String> find(LeaseRecord lease, Deadline deadline) {
            return there.contains(lease.id()) ? Optional.of("a thing") : Optional.empty();
        }

        @Override
        public synchronized void release(LeaseRecord lease, Deadline deadline) throws LeaseException {
            if (stubborn) {
                throw new LeaseException("it does not go");
            }
            released.add(lease.id());
            there.remove(lease.id());
        }
    }

    private StateDirectory state() {
        return new StateDirectory(directory);
    }

    private Ledger ledger(String run) throws Exception {
        return Ledger.create(state(), RunOwner.current(run, directory));
    }

    private String take(Ledger ledger) throws Exception {
        String id = ledger.intend("thing", Map.of()).id();
        things.there.add(id);
        return id;
    }

    private List<Reaped> reap(Reaper.Request request) throws Exception {
        List<Reaped> all = new ArrayList<>();
        new Reaper(state(), List.of(things), Clock.systemUTC()).reap(request, all::add);
        return all;
    }

    @Test
    void whatADeadOwnerLeftIsFreedAndNothingIsLeftOfTheLedger() throws Exception {
        String gone;
        String left;
        try (Ledger ledger = ledger("dead")) {
            Lease first = ledger.intend("thing", Map.of());
            gone = first.id();
            first.gone();
            left = take(ledger);
            ledger.intend("thing", Map.of()); // never made
        }
        assertThat(reap(Reaper.Request.all()))
                .extracting(each -> each.getClass().getSimpleName())
                .containsExactly("Freed", "Absent");
        assertThat(things.released).contains(left).doesNotContain(gone);
        assertThat(things.there).isEmpty();
        assertThat(directory.toFile().list()).containsExactly("locks");
        assertThat(reap(Reaper.Request.all())).isEmpty();
    }

    @Test
    void aLiveOwnersLeasesAreNeverTouched() throws Exception {
        try (Ledger ledger = ledger("alive")) {
            String id = take(ledger);
            assertThat(reap(Reaper.Request.all())).containsExactly(new Reaped.Alive("alive"));
            assertThat(reap(Reaper.Request.of("alive", Duration.ofMillis(50))))
                    .containsExactly(new Reaped.Alive("alive"));
            assertThat(things.there).containsExactly(id);
            assertThat(Ledgers.list(state())).singleElement().satisfies(run -> {
                assertThat(run.alive()).isTrue();
                assertThat(run.open()).hasSize(1);
            });
        }
        assertThat(Ledgers.list(state()))
                .singleElement()
                .satisfies(run -> assertThat(run.alive()).isFalse());
        things.there.clear();
    }

    @Test
    void whatIsOnAnotherHostIsNotGone() throws Exception {
        String id;
        try (Ledger ledger = ledger("elsewhere")) {
            id = take(ledger);
        }
        Path file = state().ledger("elsewhere");
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        Map<String, Object> first =
                new LinkedHashMap<>(LedgerLine.decode(lines.getFirst().getBytes(StandardCharsets.UTF_8))
                        .orElseThrow());
        first.put("host", "other");
        first.put("machine", "0123");
        lines.set(0, new String(LedgerLine.encode(first), StandardCharsets.UTF_8).strip());
        Files.write(file, lines);
        things.bound = true;
        things.there.clear(); // cannot be seen from here
        assertThat(reap(Reaper.Request.all()))
                .singleElement()
                .isInstanceOfSatisfying(
                        Reaped.Left.class,
                        left -> assertThat(left.why()).contains("the host 'other'", file.toString()));
        assertThat(file).exists();
        things.bound = false;
        things.there.add(id);
        assertThat(reap(Reaper.Request.all())).singleElement().isInstanceOf(Reaped.Freed.class);
    }

    @Test
    void anOwnerThatIsEndingIsWaitedFor() throws Exception {
        Ledger ledger = ledger("ending");
        take(ledger);
        try (TaskScope scope = TaskScope.open("test")) {
            TaskScope.Task<List<Reaped>> reaping =
                    scope.fork("reap", () -> reap(Reaper.Request.of("ending", Duration.ofMinutes(1))));
            ledger.close();
            assertThat(reaping.join(Deadline.after(Duration.ofMinutes(1))))
                    .singleElement()
                    .isInstanceOf(Reaped.Freed.class);
        }
    }

    @Test
    void whatCannotBeFreedStaysInTheLedgerAndTheRestDoesNot() throws Exception {
        try (Ledger ledger = ledger("half")) {
            ledger.intend("unknown", Map.of());
            take(ledger);
        }
        assertThat(reap(Reaper.Request.all()))
                .extracting(each -> each.getClass().getSimpleName())
                .containsExactly("Left", "Freed");
        assertThat(LedgerReader.read(state().ledger("half"), "half").open())
                .extracting(LeaseRecord::kind)
                .containsExactly("unknown");
        things.stubborn = true;
        try (Ledger ledger = ledger("stubborn")) {
            take(ledger);
        }
        assertThat(reap(Reaper.Request.of("stubborn", Duration.ZERO)))
                .singleElement()
                .satisfies(reaped -> assertThat(((Reaped.Left) reaped).why()).isEqualTo("it does not go"));
        things.stubborn = false;
        assertThat(reap(Reaper.Request.of("stubborn", Duration.ZERO)))
                .singleElement()
                .isInstanceOf(Reaped.Freed.class);
    }

    @Test
    void aDryRunLooksOnly() throws Exception {
        try (Ledger ledger = ledger("dry")) {
            take(ledger);
        }
        byte[] before = Files.readAllBytes(state().ledger("dry"));
        assertThat(reap(new Reaper.Request(Optional.empty(), Optional.empty(), true, Duration.ZERO)))
                .singleElement()
                .isInstanceOf(Reaped.Found.class);
        assertThat(Files.readAllBytes(state().ledger("dry"))).isEqualTo(before);
        assertThat(things.there).hasSize(1);
    }

    @Test
    void youngRunsCanBeLeftOut() throws Exception {
        try (Ledger ledger = ledger("young")) {
            take(ledger);
        }
        assertThat(reap(new Reaper.Request(Optional.empty(), Optional.of(Duration.ofDays(1)), false, Duration.ZERO)))
                .isEmpty();
        assertThat(things.there).hasSize(1);
    }

    @Test
    void howOldARunIsIsWhatItsLedgerSays() throws Exception {
        Instant now = Instant.parse("2026-11-24T12:00:00Z");
        for (int hours : List.of(23, 25)) {
            RunOwner owner = new RunOwner("ran-" + hours, 1, now.minus(Duration.ofHours(hours)), directory);
            try (Ledger ledger = Ledger.create(state(), owner)) {
                take(ledger);
            }
        }
        List<Reaped> reaped = new ArrayList<>();
        new Reaper(state(), List.of(things), Clock.fixed(now, ZoneOffset.UTC))
                .reap(
                        new Reaper.Request(Optional.empty(), Optional.of(Duration.ofDays(1)), false, Duration.ZERO),
                        reaped::add);
        assertThat(reaped)
                .singleElement()
                .isInstanceOfSatisfying(
                        Reaped.Freed.class, freed -> assertThat(freed.run()).isEqualTo("ran-25"));
        assertThat(things.there).containsExactly("ran-23-1");
        assertThat(state().runs()).containsExactly("ran-23");
    }

    /** Things that go when the others do. */
    private static final class Together implements Reclaimer {
        final CountDownLatch awaited;
        final AtomicInteger now = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();

        Together(int awaited) {
            this.awaited = new CountDownLatch(awaited);
        }

        @Override
        public String kind() {
            return "thing";
        }

        @Override
        public Optional<String> find(LeaseRecord lease, Deadline deadline) {
            return Optional.of("a thing");
        }

        @Override
        public void release(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            awaited.countDown();
            if (!awaited.await(30, TimeUnit.SECONDS)) {
                throw new LeaseException("the others did not come");
            }
            now.decrementAndGet();
        }
    }

    @Test
    void aServiceThatHangsKeepsNoOtherLedgerFromBeingFreed() throws Exception {
        for (int i = 0; i < 3 * Reaper.AT_A_TIME; i++) {
            try (Ledger ledger = ledger("run-" + i)) {
                ledger.intend("thing", Map.of());
            }
        }
        Together together = new Together(Reaper.AT_A_TIME);
        List<Reaped> reaped = new ArrayList<>();
        new Reaper(state(), List.of(together), Clock.systemUTC()).reap(Reaper.Request.all(), reaped::add);
        assertThat(reaped).hasSize(3 * Reaper.AT_A_TIME).hasOnlyElementsOfType(Reaped.Freed.class);
        assertThat(together.most).hasValue(Reaper.AT_A_TIME);
    }

    @Test
    void aDamagedLineIsTold() throws Exception {
        try (Ledger ledger = ledger("damaged")) {
            take(ledger);
            take(ledger);
        }
        Path file = state().ledger("damaged");
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.set(1, "x" + lines.get(1));
        Files.write(file, lines);
        assertThat(reap(Reaper.Request.all()))
                .extracting(each -> each.getClass().getSimpleName())
                .containsExactly("Unreadable", "Freed");
        assertThat(file).exists();
    }

    @Test
    void severalReapersShareTheWork() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (Ledger ledger = ledger("run-" + i)) {
                take(ledger);
            }
        }
        try (TaskScope scope = TaskScope.open("reapers")) {
            List<TaskScope.Task<List<Reaped>>> reapers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                reapers.add(scope.fork("reaper", () -> reap(Reaper.Request.all())));
            }
            for (TaskScope.Task<List<Reaped>> reaper : reapers) {
                reaper.join(Deadline.after(Duration.ofMinutes(1)));
            }
        }
        reap(Reaper.Request.all());
        assertThat(things.there).isEmpty();
        assertThat(things.released).hasSize(20).doesNotHaveDuplicates();
        assertThat(directory.toFile().list()).containsExactly("locks");
    }
}
