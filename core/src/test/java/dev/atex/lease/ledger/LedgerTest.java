package dev.atex.lease.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.lease.Lease;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.LeaseState;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LedgerTest {
    @TempDir
    private Path directory;

    private StateDirectory state() {
        return new StateDirectory(directory.resolve("state"));
    }

    private Ledger create(String run) throws Exception {
        return Ledger.create(state(), RunOwner.current(run, directory));
    }

    private LedgerReader read(String run) throws Exception {
        return LedgerReader.read(state().ledger(run), run);
    }

    @Test
    void statesOfLeaseAreOnDisk() throws Exception {
        try (Ledger ledger = create("run-1")) {
            assertThat(read("run-1").owner()).contains(ledger.owner());
            Lease lease = ledger.intend("kind", Map.of("where", "here"));
            assertThat(lease.id()).isEqualTo("run-1-1");
            assertThat(read("run-1").open()).singleElement().satisfies(record -> {
                assertThat(record.state()).isEqualTo(LeaseState.INTEND);
                assertThat(record.kind()).isEqualTo("kind");
                assertThat(record.locator()).isEqualTo(Map.of("where", "here"));
            });
            lease.have(Map.of("number", "7"));
            assertThat(read("run-1").open()).singleElement().satisfies(record -> {
                assertThat(record.state()).isEqualTo(LeaseState.HAVE);
                assertThat(record.locator()).isEqualTo(Map.of("where", "here", "number", "7"));
            });
            lease.releasing();
            lease.gone();
            ledger.intend("kind", Map.of());
            assertThat(read("run-1").open()).extracting(LeaseRecord::id).containsExactly("run-1-2");
        }
        assertThat(read("run-1").leases())
                .extracting(LeaseRecord::state)
                .containsExactly(LeaseState.GONE, LeaseState.INTEND);
    }

    @Test
    void leaseNeedsAtMostFourForces() throws Exception {
        try (Ledger ledger = create("run-8")) {
            long before = ledger.forces();
            Lease lease = ledger.intend("kind", Map.of());
            lease.have(Map.of("more", "known"));
            lease.releasing();
            lease.gone();
            long forces = ledger.forces() - before;
            System.out.printf("1 lease: %d fsyncs%n", forces);
            assertThat(forces).isLessThanOrEqualTo(4);
        }
    }

    @Test
    void ledgerIsDeletedWhenAllLeasesAreGone() throws Exception {
        try (Ledger ledger = create("run-2")) {
            ledger.intend("kind", Map.of()).gone();
        }
        assertThat(state().path().toFile().list()).containsExactly("locks");
    }

    @Test
    void secondLedgerOfRunIsRefused() throws Exception {
        try (Ledger _ = create("run-3")) {
            assertThatThrownBy(() -> create("run-3"))
                    .isInstanceOf(LeaseException.class)
                    .hasMessageContaining("going on already");
        }
    }

    @Test
    void unwritableDirectoryMessageSaysWhatToDo() throws Exception {
        Files.writeString(directory.resolve("state"), "a file");
        assertThatThrownBy(() -> create("run-4"))
                .isInstanceOf(LeaseException.class)
                .hasMessageContaining(state().path().toString())
                .hasMessageContaining("XDG_STATE_HOME");
    }

    /** Cut off anywhere, it says what its whole lines say; damaged anywhere, no line says something else. */
    @Test
    void anyPrefixAndDamageIsReadable() throws Exception {
        List<byte[]> lines = new ArrayList<>();
        try (Ledger ledger = create("run-5")) {
            for (int i = 0; i < 3; i++) {
                Lease lease = ledger.intend("kind", Map.of("i", "" + i));
                lease.have(Map.of("\u00e4", "\u2028\n"));
                lease.releasing();
                lease.gone();
            }
            ledger.intend("last", Map.of());
        }
        byte[] whole = Files.readAllBytes(state().ledger("run-5"));
        for (int begin = 0, i = 0; i < whole.length; i++) {
            if (whole[i] == '\n') {
                lines.add(Arrays.copyOfRange(whole, begin, i));
                begin = i + 1;
            }
        }
        assertThat(lines).hasSize(1 + 3 * 4 + 1);
        Path copy = directory.resolve("copy");
        for (int length = 0; length <= whole.length; length++) {
            Files.write(copy, Arrays.copyOf(whole, length));
            LedgerReader read = LedgerReader.read(copy, "run-5");
            assertThat(read.damaged()).isZero();
            assertThat(read.end()).isLessThanOrEqualTo(length);
            assertThat(read.open().size()).isLessThanOrEqualTo(1);
        }
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
            Files.write(copy, damaged);
            LedgerReader read = LedgerReader.read(copy, "run-5");
            for (LeaseRecord lease : read.leases()) {
                assertThat(lease.id()).matches("run-5-[1-4]");
            }
        }
    }

    @Test
    void incompleteLineIsOverwrittenByNext() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "whole\ntorn");
        try (GroupCommit commit = new GroupCommit(file, 6)) {
            commit.append("next\n".getBytes(StandardCharsets.UTF_8)).await();
        }
        assertThat(file).hasContent("whole\nnext\n");
    }

    @Test
    void fullDiskFailsIntents() throws Exception {
        try (GroupCommit commit = new GroupCommit(Path.of("/dev/full"), 0)) {
            assertThatThrownBy(() -> commit.append(new byte[10]).await())
                    .isInstanceOf(java.io.IOException.class)
                    .hasMessageContaining("No space left");
        }
    }

    @Test
    void threadsShareForces() throws Exception {
        int threads = 100;
        try (Ledger ledger = create("run-6")) {
            CountDownLatch begin = new CountDownLatch(1);
            List<TaskScope.Task<Lease>> tasks = new ArrayList<>();
            try (TaskScope scope = TaskScope.open("threads")) {
                for (int i = 0; i < threads; i++) {
                    tasks.add(scope.fork("lease", () -> {
                        begin.await();
                        return ledger.intend("kind", Map.of());
                    }));
                }
                begin.countDown();
                for (TaskScope.Task<Lease> task : tasks) {
                    task.join(Deadline.after(Duration.ofMinutes(1)));
                }
            }
            System.out.printf("%d leases of %d threads at once: %d fsyncs%n", threads, threads, ledger.forces() - 1);
            assertThat(read("run-6").open()).hasSize(threads);
            assertThat(ledger.forces()).isLessThan(threads);
        }
    }

    /** What comes together while one forces is forced together next. */
    @Test
    void hundredThreadsNeedTwoForcesOnSlowDisk() throws Exception {
        int threads = 100;
        CountDownLatch appended = new CountDownLatch(threads);
        Path file = Files.createFile(directory.resolve("file"));
        GroupCommit.Force slow = _ -> {
            try {
                assertThat(appended.await(1, TimeUnit.MINUTES)).isTrue();
            } catch (InterruptedException e) {
                throw new java.io.InterruptedIOException();
            }
        };
        try (GroupCommit commit = new GroupCommit(file, 0, slow)) {
            List<TaskScope.Task<Void>> tasks = new ArrayList<>();
            try (TaskScope scope = TaskScope.open("threads")) {
                for (int i = 0; i < threads; i++) {
                    tasks.add(scope.run("line", () -> {
                        GroupCommit.Batch batch = commit.append("line\n".getBytes(StandardCharsets.UTF_8));
                        appended.countDown();
                        batch.await();
                    }));
                }
                for (TaskScope.Task<Void> task : tasks) {
                    task.join(Deadline.after(Duration.ofMinutes(1)));
                }
            }
            assertThat(commit.forces()).isBetween(1L, 2L);
        }
        assertThat(Files.readAllLines(file)).hasSize(threads);
    }

    @Test
    void failedWriteLeavesNoLineOnDisk() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        AtomicBoolean broken = new AtomicBoolean(true);
        GroupCommit.Force force = _ -> {
            if (broken.getAndSet(false)) {
                throw new StackOverflowError("deep");
            }
        };
        try (GroupCommit commit = new GroupCommit(file, 0, force)) {
            GroupCommit.Batch first = commit.append("a rather long line\n".getBytes(StandardCharsets.UTF_8));
            GroupCommit.Batch second = commit.append("line\n".getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(first::await).isInstanceOf(IOException.class).hasMessageContaining("deep");
            assertThatThrownBy(second::await).isInstanceOf(IOException.class).hasMessageContaining("deep");
            assertThat(file).isEmptyFile();
            commit.append("next\n".getBytes(StandardCharsets.UTF_8)).await();
        }
        assertThat(file).hasContent("next\n");
    }

    @Test
    void ledgerIsDeletedOnFullDiskWhenAllLeasesAreGone() throws Exception {
        AtomicBoolean full = new AtomicBoolean();
        GroupCommit.Force force = _ -> {
            if (full.get()) {
                throw new IOException("No space left on device");
            }
        };
        Ledger ledger = Ledger.create(state(), RunOwner.current("run-9", directory), force);
        Lease lease = ledger.intend("kind", Map.of());
        full.set(true);
        lease.gone();
        ledger.close();
        assertThat(state().runs()).isEmpty();

        full.set(false);
        Ledger other = Ledger.create(state(), RunOwner.current("run-10", directory), force);
        other.intend("kind", Map.of()).releasing();
        full.set(true);
        assertThatThrownBy(other::close).isInstanceOf(LeaseException.class).hasMessageContaining("No space left");
        assertThat(state().runs()).containsExactly("run-10");
    }

    @Test
    void newStateDirectoryIsForcedWithNewParents() throws Exception {
        StateDirectory deep = new StateDirectory(directory.resolve("a/b/atex"));
        List<Path> forced = new ArrayList<>();
        deep.create(forced::add);
        assertThat(forced).containsExactly(directory, directory.resolve("a"), directory.resolve("a/b"));
        assertThat(Files.getPosixFilePermissions(deep.path())).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        forced.clear();
        deep.create(forced::add);
        assertThat(forced).isEmpty();
    }

    @Test
    void interruptedIntentIsNotALease() throws Exception {
        try (Ledger ledger = create("run-7")) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> ledger.intend("kind", Map.of())).isInstanceOf(InterruptedException.class);
            assertThat(ledger.open()).isEmpty();
        }
        assertThat(state().path().toFile().list()).containsExactly("locks");
    }

    @Test
    void checksumsMatchRfc3720() throws Exception {
        // RFC 3720, B.4: 32 bytes of zeros have 8a9136aa; "123456789" has e3069283 everywhere.
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update("123456789".getBytes(StandardCharsets.US_ASCII));
        assertThat(crc.getValue()).isEqualTo(0xe3069283L);
        assertThat(new String(LedgerLine.encode(Map.of("a", 1L)), StandardCharsets.UTF_8))
                .matches("[0-9a-f]{8} \\{\"a\":1}\n");
    }

    @Test
    void stateDirectoryFollowsXdgSpecification() {
        assertThat(StateDirectory.of(Map.of("XDG_STATE_HOME", "/x", "HOME", "/h"))
                        .path())
                .isEqualTo(Path.of("/x/atex"));
        assertThat(StateDirectory.of(Map.of("XDG_STATE_HOME", "relative", "HOME", "/h"))
                        .path())
                .isEqualTo(Path.of("/h/.local/state/atex"));
    }

    @Test
    void shrunkFileIsAppendedAtItsEnd() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "one\ntwo\n");
        try (RandomAccessFile shorter = new RandomAccessFile(file.toFile(), "rw")) {
            shorter.setLength(4);
        }
        try (GroupCommit commit = new GroupCommit(file, 4)) {
            commit.append("three\n".getBytes(StandardCharsets.UTF_8)).await();
        }
        assertThat(file).hasContent("one\nthree\n");
    }
}
