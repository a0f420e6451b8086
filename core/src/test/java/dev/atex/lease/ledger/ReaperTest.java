package dev.atex.lease.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.lease.Lease;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.Reclaimer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
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
        volatile boolean blind;

        @Override
        public boolean isBoundToHost() {
            return bound;
        }

        @Override
        public String kind() {
            return "thing";
        }

        @Override
        public Optional<String> find(LeaseRecord lease, Deadline deadline) throws LeaseException {
            if (blind) {
                throw new LeaseException("nobody answers");
            }
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
    void leasesOfDeadOwnerAreFreedAndLedgerDeleted() throws Exception {
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
    void leasesOfLiveOwnerAreNotTouched() throws Exception {
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
    void resourceOnOtherHostIsNotReportedGone() throws Exception {
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
    void reaperWaitsForEndingOwner() throws Exception {
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
    void onlyUnfreedLeasesStayInLedger() throws Exception {
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
    void dryRunFreesNothing() throws Exception {
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
    void youngRunsAreSkipped() throws Exception {
        try (Ledger ledger = ledger("young")) {
            take(ledger);
        }
        assertThat(reap(new Reaper.Request(Optional.empty(), Optional.of(Duration.ofDays(1)), false, Duration.ZERO)))
                .isEmpty();
        assertThat(things.there).hasSize(1);
    }

    @Test
    void ageOfRunIsReadFromLedger() throws Exception {
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
    void hangingServiceDoesNotBlockOtherLedgers() throws Exception {
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
    void damagedLineIsReported() throws Exception {
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
                .containsExactly("Unreadable", "Freed", "Freed");
        assertThat(file).exists();
        assertThat(things.there).isEmpty();
    }

    /** Leases that a ledger tells of no more, as its lines were damaged in these ways. */
    private List<Reaped> reapDamaged(String run, int leases, UnaryOperator<byte[]> damage) throws Exception {
        try (Ledger ledger = ledger(run)) {
            for (int i = 0; i < leases; i++) {
                take(ledger);
            }
        }
        Files.write(state().ledger(run), damage.apply(Files.readAllBytes(state().ledger(run))));
        return reap(Reaper.Request.of(run, Duration.ZERO));
    }

    private static byte[] flipped(byte[] ledger, int fromEnd) {
        ledger[ledger.length - fromEnd] ^= 1;
        return ledger;
    }

    /** It had been on disk, or it would have no end. */
    @Test
    void damagedLastLineIsReportedKeptAndLookedUp() throws Exception {
        List<Reaped> reaped = reapDamaged("last", 2, ledger -> flipped(ledger, 5));
        assertThat(reaped)
                .extracting(each -> each.getClass().getSimpleName())
                .containsExactly("Unreadable", "Freed", "Freed");
        assertThat(((Reaped.Unreadable) reaped.getFirst()).why())
                .contains("line 3 of " + state().ledger("last") + " is damaged", "Look yourself");
        assertThat(things.there).isEmpty();
        assertThat(state().runs()).containsExactly("last");
        assertThat(reap(Reaper.Request.all()))
                .as("it is told until somebody has looked")
                .singleElement()
                .isInstanceOf(Reaped.Unreadable.class);
    }

    /** As after a loss of power, which leaves zeros, or less than was written: it may have been on disk. */
    @Test
    void leaseOfCutOffLineIsLookedUp() throws Exception {
        for (String how : List.of("shorter", "zeros")) {
            List<Reaped> reaped = reapDamaged(how, 3, ledger -> {
                int from = ledger.length - 150; // in the middle of the second lease
                byte[] torn = java.util.Arrays.copyOf(ledger, from);
                return how.equals("zeros") ? java.util.Arrays.copyOf(torn, ledger.length) : torn;
            });
            assertThat(reaped)
                    .as(how)
                    .extracting(each -> each.getClass().getSimpleName())
                    .containsExactly("Freed", "Freed", "Freed");
            assertThat(things.there).isEmpty();
            assertThat(state().runs()).isEmpty();
        }
    }

    @Test
    void cutOffLineThatCannotBeLookedUpIsReported() throws Exception {
        String run = "cut";
        try (Ledger ledger = ledger(run)) {
            take(ledger);
            ledger.intend("unknown", Map.of("where", "there"));
        }
        Path file = state().ledger(run);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 4));
        for (int i = 0; i < 2; i++) {
            assertThat(reap(Reaper.Request.all()))
                    .first()
                    .isInstanceOfSatisfying(
                            Reaped.Unreadable.class,
                            told -> assertThat(told.why()).contains("is cut off", "kind 'unknown'"));
            assertThat(state().runs()).containsExactly(run);
        }
    }

    @Test
    void leaseUnreachableByMarksStaysInLedger() throws Exception {
        things.blind = true;
        assertThat(reapDamaged("blind", 2, ledger -> java.util.Arrays.copyOf(ledger, ledger.length - 3)))
                .extracting(each -> each.getClass().getSimpleName())
                .containsOnly("Left");
        things.blind = false;
        assertThat(reap(Reaper.Request.all()))
                .extracting(each -> each.getClass().getSimpleName())
                .containsOnly("Freed");
        assertThat(things.there).isEmpty();
        assertThat(state().runs()).isEmpty();
    }

    /** Where nobody knows on which host it was, what is not seen is not gone. */
    @Test
    void ledgerWithoutFirstLineHasNoHost() throws Exception {
        things.bound = true;
        List<Reaped> reaped = reapDamaged("headless", 1, ledger -> {
            ledger[3] ^= 1;
            things.there.clear();
            return ledger;
        });
        assertThat(reaped).extracting(each -> each.getClass().getSimpleName()).containsExactly("Unreadable", "Left");
        assertThat(LedgerReader.read(state().ledger("headless"), "headless").open())
                .hasSize(1);
    }

    /** Things that appear when they have been looked for so many times. */
    private static class Late implements Reclaimer {
        final AtomicInteger looks = new AtomicInteger();
        final int appears;
        volatile Duration longest = Duration.ofMillis(1);

        Late(int appears) {
            this.appears = appears;
        }

        @Override
        public String kind() {
            return "late";
        }

        @Override
        public Duration longestCreate(LeaseRecord lease) {
            return longest;
        }

        @Override
        public Optional<String> find(LeaseRecord lease, Deadline deadline) {
            int look = looks.incrementAndGet();
            return look > appears ? Optional.of("a late thing") : Optional.empty();
        }

        @Override
        public void release(LeaseRecord lease, Deadline deadline) throws InterruptedException {}
    }

    private List<String> reapLate(Late late) throws Exception {
        List<String> reaped = new ArrayList<>();
        new Reaper(state(), List.of(late), Clock.systemUTC())
                .reap(Reaper.Request.all(), each -> reaped.add(each.getClass().getSimpleName()));
        return reaped;
    }

    @Test
    void lateMachineIsFreed() throws Exception {
        for (int appears : List.of(0, 1, 2)) {
            try (Ledger ledger = ledger("late")) {
                ledger.intend("late", Map.of());
            }
            assertThat(reapLate(new Late(appears))).containsExactly("Waits", "Freed");
            assertThat(state().runs()).isEmpty();
        }
        try (Ledger ledger = ledger("never")) {
            ledger.intend("late", Map.of());
        }
        Late never = new Late(Integer.MAX_VALUE);
        assertThat(reapLate(never)).containsExactly("Waits", "Absent");
        assertThat(never.looks).as("once, and twice after its own time").hasValue(3);
    }

    /** That it was to be freed says nothing about whether it was made. */
    @Test
    void leaseReleasedBeforeCreationWasKnownIsDoubtful() throws Exception {
        try (Ledger ledger = ledger("freeing")) {
            ledger.intend("late", Map.of()).releasing();
        }
        assertThat(reapLate(new Late(1))).containsExactly("Waits", "Freed");
        try (Ledger ledger = ledger("uncertain")) {
            ledger.intend("late", Map.of()).have(Map.of(LeaseRecord.UNCERTAIN, "true"));
        }
        assertThat(reapLate(new Late(1))).containsExactly("Waits", "Freed");
        try (Ledger ledger = ledger("known")) {
            ledger.intend("late", Map.of()).have(Map.of());
        }
        assertThat(reapLate(new Late(1))).containsExactly("Absent");
    }

    /** What a service still makes for a run that died before this host was started has been made. */
    @Test
    void createTimeHasPassedAfterReboot() throws Exception {
        try (Ledger ledger = ledger("before")) {
            ledger.intend("late", Map.of());
        }
        rewriteFirst("before", first -> first.put("boot", "another"));
        Late late = new Late(1);
        late.longest = Boot.uptime().dividedBy(2);
        assertThat(reapLate(late)).containsExactly("Absent");
    }

    private void rewriteFirst(String run, Consumer<Map<String, Object>> change) throws Exception {
        Path file = state().ledger(run);
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        Map<String, Object> first =
                new LinkedHashMap<>(LedgerLine.decode(lines.getFirst().getBytes(StandardCharsets.UTF_8))
                        .orElseThrow());
        change.accept(first);
        lines.set(0, new String(LedgerLine.encode(first), StandardCharsets.UTF_8).strip());
        Files.write(file, lines);
    }

    /** A run in another process, until it is closed. */
    private final class Elsewhere implements AutoCloseable {
        private final Process process;

        Elsewhere(String run) throws Exception {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            ReaperTest.class.getName(),
                            directory.toString(),
                            run)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            step();
        }

        /** Has it take something. */
        String take() throws Exception {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            return step();
        }

        private String step() throws Exception {
            return String.valueOf(process.inputReader().readLine());
        }

        @Override
        public void close() throws Exception {
            process.destroyForcibly().waitFor();
        }
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        try (Ledger ledger = Ledger.create(new StateDirectory(directory), RunOwner.current(arguments[1], directory))) {
            System.out.println();
            while (System.in.read() >= 0) {
                System.out.println(ledger.intend("thing", Map.of()).id());
            }
        }
    }

    private interface Damage {
        void to(Path locks) throws Exception;
    }

    @Test
    void replacedLockFileEndsNoRun() throws Exception {
        Map<String, Damage> damages = new LinkedHashMap<>();
        damages.put("removed", Files::delete);
        damages.put("replaced", locks -> {
            Path other = Files.createFile(directory.resolve("other"));
            Files.move(other, locks, StandardCopyOption.REPLACE_EXISTING);
        });
        damages.put("moved-away", locks -> Files.move(locks, directory.resolve("away")));
        for (Map.Entry<String, Damage> damage : damages.entrySet()) {
            try (Elsewhere run = new Elsewhere(damage.getKey())) {
                things.there.add(run.take());
                damage.getValue().to(state().locks());
                assertThat(reap(Reaper.Request.all()))
                        .containsExactly(new Reaped.Unlocked(damage.getKey(), run.process.pid()));
                assertThat(Ledgers.list(state())).singleElement().matches(Ledgers.Run::alive);
                assertThat(things.there).hasSize(1);
                things.there.add(run.take()); // locks it again
                assertThat(reap(Reaper.Request.all())).containsExactly(new Reaped.Alive(damage.getKey()));
            }
            assertThat(reap(Reaper.Request.all())).hasOnlyElementsOfType(Reaped.Freed.class);
            assertThat(things.there).isEmpty();
        }
    }

    @Test
    void emptiedLockFileKeepsLocks() throws Exception {
        try (Elsewhere _ = new Elsewhere("run")) {
            Files.write(state().locks(), new byte[0]);
            assertThat(reap(Reaper.Request.all())).containsExactly(new Reaped.Alive("run"));
        }
        reap(Reaper.Request.all());
    }

    @Test
    void workingReaperIsNotARun() throws Exception {
        try (Ledger ledger = ledger("slow")) {
            ledger.intend("slow", Map.of());
        }
        CountDownLatch looked = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Late slow = new Late(0) {
            @Override
            public String kind() {
                return "slow";
            }

            @Override
            public void release(LeaseRecord lease, Deadline deadline) throws InterruptedException {
                looked.countDown();
                released.await();
            }
        };
        try (TaskScope scope = TaskScope.open("test")) {
            TaskScope.Task<List<Reaped>> first = scope.fork("first", () -> {
                List<Reaped> reaped = new ArrayList<>();
                new Reaper(state(), List.of(slow), Clock.systemUTC()).reap(Reaper.Request.all(), reaped::add);
                return reaped;
            });
            looked.await();
            assertThat(reap(Reaper.Request.all())).containsExactly(new Reaped.Reaping("slow"));
            assertThat(Ledgers.list(state()))
                    .singleElement()
                    .satisfies(run -> assertThat(run.holder()).isEqualTo(Ledgers.Holder.REAPER));
            released.countDown();
            assertThat(first.join(Deadline.after(Duration.ofMinutes(1)))).hasSize(2);
        }
    }

    @Test
    void fileThatIsNotALedgerIsReported() throws Exception {
        try (Ledger _ = ledger("run")) {
            assertThat(new ProcessBuilder("mkfifo", state().ledger("fifo").toString())
                            .start()
                            .waitFor())
                    .isZero();
            Files.createFile(state().ledger("-what is it"));
            assertThat(reap(Reaper.Request.all()))
                    .containsExactlyInAnyOrder(
                            new Reaped.Unreadable(
                                    "-what is it", state().ledger("-what is it") + " is not the ledger of a run"),
                            new Reaped.Unreadable(
                                    "fifo",
                                    "java.io.IOException: " + state().ledger("fifo") + " is not a regular file"),
                            new Reaped.Alive("run"));
        }
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
