package dev.atex.lease;

import dev.atex.concurrent.Deadline;
import dev.atex.concurrent.TaskScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Frees what runs have left that ended without doing so themselves. Several at a time, also in several processes, are no
 * harm: one acts on a ledger, and none while its owner lives.
 */
public final class Reaper {
    private static final Duration LONGEST_RELEASE = Duration.ofMinutes(2);

    /** Ledgers at a time: one whose service does not answer keeps none of the others waiting. */
    static final int AT_A_TIME = 8;

    private final StateDirectory directory;
    private final Map<String, Reclaimer> reclaimers = new HashMap<>();
    private final Clock clock;

    /** One that knows these kinds of leases. */
    public Reaper(StateDirectory directory, Iterable<Reclaimer> reclaimers, Clock clock) {
        this.directory = directory;
        reclaimers.forEach(each -> this.reclaimers.put(each.kind(), each));
        this.clock = clock;
    }

    /** One that knows every kind that is on the class path. */
    public static Reaper load(StateDirectory directory) {
        return new Reaper(directory, ServiceLoader.load(Reclaimer.class), Clock.systemUTC());
    }

    /**
     * What is to be reaped.
     *
     * @param run only of this run
     * @param olderThan only of runs that began that long ago
     * @param dryRun look only
     * @param patience how long to wait for an owner that is ending
     */
    public record Request(Optional<String> run, Optional<Duration> olderThan, boolean dryRun, Duration patience) {
        /** Everything of every dead owner. */
        public static Request all() {
            return new Request(Optional.empty(), Optional.empty(), false, Duration.ZERO);
        }

        /** Everything of one run, whose owner is about to be dead. */
        public static Request of(String run, Duration patience) {
            return new Request(Optional.of(run), Optional.empty(), false, patience);
        }
    }

    /**
     * Reaps, several ledgers at a time.
     *
     * @param report told of everything that was found, as it goes on: by threads of the reaper, one at a time
     * @throws IOException the state directory can't be read
     */
    public void reap(Request request, Consumer<Reaped> report) throws IOException, InterruptedException {
        ReentrantLock reporting = new ReentrantLock();
        Consumer<Reaped> oneAtATime = reaped -> {
            reporting.lock();
            try {
                report.accept(reaped);
            } finally {
                reporting.unlock();
            }
        };
        Semaphore places = new Semaphore(AT_A_TIME, true);
        try (TaskScope scope = TaskScope.open("reap")) {
            List<TaskScope.Task<Void>> tasks = new ArrayList<>();
            for (String run : directory.runs()) {
                if (request.run().map(run::equals).orElse(true)) {
                    tasks.add(scope.run("reap " + run, () -> reap(run, request, oneAtATime, places)));
                }
            }
            for (TaskScope.Task<Void> task : tasks) {
                join(task);
            }
        }
    }

    private void reap(String run, Request request, Consumer<Reaped> report, Semaphore places)
            throws InterruptedException {
        places.acquire();
        try {
            reap(run, request, report);
        } catch (IOException e) {
            report.accept(new Reaped.Unreadable(run, String.valueOf(e)));
        } finally {
            places.release();
        }
    }

    private void reap(String run, Request request, Consumer<Reaped> report) throws IOException, InterruptedException {
        Optional<OwnerLock> taken = OwnerLock.take(directory.locks(), run, Deadline.after(request.patience()));
        if (taken.isEmpty()) {
            report.accept(new Reaped.Alive(run));
            return;
        }
        try (OwnerLock _ = taken.get()) {
            reap(run, directory.ledger(run), request, report);
        } catch (NoSuchFileException e) {
            // somebody else was faster
        }
    }

    private void reap(String run, Path path, Request request, Consumer<Reaped> report)
            throws IOException, InterruptedException {
        LedgerReader ledger = LedgerReader.read(path, run);
        if (request.olderThan().isPresent()
                && !isOlder(ledger, path, request.olderThan().get())) {
            return;
        }
        if (ledger.damaged() > 0) {
            report.accept(new Reaped.Unreadable(
                    run,
                    ledger.damaged() + " lines of " + path
                            + " are damaged: what they were about is not known. Look yourself whether"
                            + " something is left, then delete that file"));
        }
        boolean allGone = true;
        try (GroupCommit file = new GroupCommit(path, request.dryRun() ? Files.size(path) : ledger.end());
                TaskScope scope = TaskScope.open("reap")) {
            List<TaskScope.Task<Reaped>> tasks = new ArrayList<>();
            Optional<HostIdentity> elsewhere = ledger.host().filter(host -> !host.isSameAs(HostIdentity.current()));
            for (LeaseRecord lease : ledger.open()) {
                tasks.add(scope.fork(lease.id(), () -> reap(lease, elsewhere, path, request.dryRun(), file)));
            }
            for (TaskScope.Task<Reaped> task : tasks) {
                Reaped reaped = join(task);
                report.accept(reaped);
                allGone &= reaped instanceof Reaped.Freed || reaped instanceof Reaped.Absent;
            }
        }
        if (allGone && !request.dryRun() && ledger.damaged() == 0) {
            CrashPoints.reached("reaper before delete");
            Files.deleteIfExists(path);
        }
    }

    private static <T> T join(TaskScope.Task<T> task) throws InterruptedException {
        try {
            return task.join(Deadline.never());
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean isOlder(LedgerReader ledger, Path path, Duration age) throws IOException {
        Instant began = ledger.owner().isPresent()
                ? ledger.owner().get().started()
                : Files.getLastModifiedTime(path).toInstant();
        return began.isBefore(clock.instant().minus(age));
    }

    private Reaped reap(
            LeaseRecord lease, Optional<HostIdentity> elsewhere, Path ledger, boolean dryRun, GroupCommit file)
            throws InterruptedException {
        Reclaimer reclaimer = reclaimers.get(lease.kind());
        if (reclaimer == null) {
            return new Reaped.Left(lease, "nothing here knows leases of kind '" + lease.kind() + "'");
        }
        if (elsewhere.isPresent() && reclaimer.isBoundToHost()) {
            return new Reaped.Left(
                    lease,
                    "it is on the host '" + elsewhere.get().name()
                            + "': 'atex reap' there frees it (if there is no such host any more, delete " + ledger
                            + ")");
        }
        Deadline deadline = Deadline.after(LONGEST_RELEASE);
        try {
            Optional<String> what = reclaimer.find(lease, deadline);
            if (dryRun) {
                return what.<Reaped>map(found -> new Reaped.Found(lease, found))
                        .orElseGet(() -> new Reaped.Absent(lease));
            }
            CrashPoints.reached("reaper before release");
            reclaimer.release(lease, deadline); // also what comes to light only now
            CrashPoints.reached("reaper after release");
            file.append(LedgerLine.encode(Map.of(
                    "lease",
                    lease.id(),
                    "state",
                    LeaseState.GONE.word(),
                    "at",
                    clock.instant().toString())));
            return what.<Reaped>map(found -> new Reaped.Freed(lease, found)).orElseGet(() -> new Reaped.Absent(lease));
        } catch (LeaseException | RuntimeException e) {
            return new Reaped.Left(lease, e instanceof LeaseException ? String.valueOf(e.getMessage()) : e.toString());
        }
    }
}
