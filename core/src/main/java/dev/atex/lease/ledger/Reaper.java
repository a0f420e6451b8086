package dev.atex.lease.ledger;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.lease.Reclaimer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
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
 * Frees the resources of runs that ended without freeing them. Several reapers may run at the same time, in several
 * processes too: only one works on a ledger, and none while its owner is alive.
 */
public final class Reaper {
    /** The time between the release of a process's locks and the close of its files. */
    private static final Duration LONGEST_END = Duration.ofSeconds(1);

    private static final Duration PAUSE = Duration.ofMillis(20);

    /** Ledgers at a time, so that one whose service does not answer does not block the others. */
    static final int AT_A_TIME = 8;

    private final StateDirectory directory;
    private final Map<String, Reclaimer> reclaimers = new HashMap<>();
    private final Clock clock;

    /** Creates a reaper for these kinds of leases. */
    public Reaper(StateDirectory directory, Iterable<Reclaimer> reclaimers, Clock clock) {
        this.directory = directory;
        reclaimers.forEach(each -> this.reclaimers.put(each.kind(), each));
        this.clock = clock;
    }

    /** Returns a reaper for all kinds on the class path. */
    public static Reaper load(StateDirectory directory) {
        return new Reaper(directory, ServiceLoader.load(Reclaimer.class), Clock.systemUTC());
    }

    /**
     * The runs to reap.
     *
     * @param run only this run
     * @param olderThan only runs that started at least that long ago
     * @param dryRun report only
     * @param patience how long to wait for an owner that is ending
     */
    public record Request(Optional<String> run, Optional<Duration> olderThan, boolean dryRun, Duration patience) {
        /** Returns a request for all runs whose owner is dead. */
        public static Request all() {
            return new Request(Optional.empty(), Optional.empty(), false, Duration.ZERO);
        }

        /** Returns a request for one run, whose owner is ending. */
        public static Request of(String run, Duration patience) {
            return new Request(Optional.of(run), Optional.empty(), false, patience);
        }
    }

    /**
     * Reaps several ledgers at a time.
     *
     * @param report receives each finding at once; threads of the reaper call it, one at a time
     * @throws IOException if the state directory cannot be read
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
        if (!RunOwner.isId(run)) {
            report.accept(new Reaped.Unreadable(run, directory.ledger(run) + " is not the ledger of a run"));
            return;
        }
        Path locks = directory.locks();
        Optional<OwnerLock> taken = OwnerLock.take(locks, run, Deadline.after(request.patience()));
        if (taken.isEmpty()) {
            report.accept(held(run));
            return;
        }
        try (OwnerLock _ = taken.get();
                OwnerLock _ = OwnerLock.take(locks, StateDirectory.reaperOf(run), Deadline.never())
                        .orElseThrow()) { // others hold it for a moment, to check
            Optional<LedgerReader> ledger = LedgerReader.readIfThere(directory.ledger(run), run);
            if (ledger.isEmpty()) {
                return; // another reaper was faster
            }
            Optional<ProcessHandle> process = awaitEnd(ledger.get().owner(), request.patience());
            if (process.isPresent()) {
                report.accept(new Reaped.Unlocked(run, process.get().pid()));
                return;
            }
            new LedgerReaping(reclaimers, clock, request, directory.ledger(run), report).reap(run, ledger.get());
        }
    }

    private Reaped held(String run) throws IOException {
        Optional<RunOwner> owner =
                LedgerReader.readIfThere(directory.ledger(run), run).flatMap(LedgerReader::owner);
        return Ledgers.holder(directory, run, owner) == Ledgers.Holder.REAPER
                ? new Reaped.Reaping(run)
                : new Reaped.Alive(run);
    }

    /** Handles a run whose lock is free: it is ending, or its lock is in a file that was replaced. */
    private Optional<ProcessHandle> awaitEnd(Optional<RunOwner> owner, Duration patience) throws InterruptedException {
        Deadline deadline = Deadline.after(patience.compareTo(LONGEST_END) < 0 ? LONGEST_END : patience);
        while (true) {
            Optional<ProcessHandle> process = owner.flatMap(each -> Ledgers.process(directory, each));
            if (process.isEmpty() || deadline.isExpired()) {
                return process;
            }
            Thread.sleep(PAUSE);
        }
    }

    private static void join(TaskScope.Task<Void> task) throws InterruptedException {
        try {
            Void _ = task.join(Deadline.never());
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
