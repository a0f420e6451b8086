package dev.atex.lease.ledger;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.LeaseState;
import dev.atex.lease.Reclaimer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Frees the leases of one ledger. The caller holds its locks. */
final class LedgerReaping {
    private final Map<String, Reclaimer> reclaimers;
    private final Clock clock;
    private final Reaper.Request request;
    private final Path path;
    private final Consumer<Reaped> report;

    LedgerReaping(
            Map<String, Reclaimer> reclaimers,
            Clock clock,
            Reaper.Request request,
            Path path,
            Consumer<Reaped> report) {
        this.reclaimers = reclaimers;
        this.clock = clock;
        this.request = request;
        this.path = path;
        this.report = report;
    }

    /** Frees the leases; deletes the ledger if nothing is left. */
    void reap(String run, LedgerReader ledger) throws IOException, InterruptedException {
        if (request.olderThan().isPresent()
                && !isOlder(ledger, request.olderThan().get())) {
            return;
        }
        UnknownLeases unknown = UnknownLeases.of(ledger, run, path, reclaimers);
        unknown.told().forEach(why -> report.accept(new Reaped.Unreadable(run, why)));
        boolean allGone = unknown.told().isEmpty();
        LeaseReaping each = new LeaseReaping(reclaimers, ledger, path, request.dryRun(), report);
        GroupCommit file = new GroupCommit(path, Files.size(path));
        try {
            if (!ledger.isEnded() && !request.dryRun()) {
                file.append(new byte[] {'\n'});
                file.append(LedgerLine.encode(Map.of(LedgerReader.TORN, true, "at", now())));
            }
            try (TaskScope scope = TaskScope.open("reap")) {
                List<TaskScope.Task<Reaped>> tasks = new ArrayList<>();
                List<LeaseRecord> open = ledger.open().stream()
                        .filter(lease -> !UnknownLeases.isUnknown(lease))
                        .toList();
                for (LeaseRecord lease : open) {
                    tasks.add(scope.fork(lease.id(), () -> reap(each, lease, file)));
                }
                List<TaskScope.Task<List<Reaped>>> looks = new ArrayList<>();
                for (LeaseRecord lease : unknown.possible()) {
                    looks.add(scope.fork("look for " + lease.id(), () -> each.look(lease)));
                }
                for (TaskScope.Task<Reaped> task : tasks) {
                    allGone &= take(join(task));
                }
                for (TaskScope.Task<List<Reaped>> task : looks) {
                    for (Reaped reaped : join(task)) {
                        allGone &= take(reaped);
                    }
                }
            }
        } finally {
            close(file, allGone);
        }
        if (allGone && !request.dryRun()) {
            CrashPoints.reached("reaper before delete");
            Files.deleteIfExists(path);
        }
    }

    private boolean isOlder(LedgerReader ledger, Duration age) throws IOException {
        Instant began = ledger.owner().isPresent()
                ? ledger.owner().get().started()
                : Files.getLastModifiedTime(path).toInstant();
        return began.isBefore(clock.instant().minus(age));
    }

    private Reaped reap(LeaseReaping each, LeaseRecord lease, GroupCommit file) throws InterruptedException {
        Reaped reaped = each.reap(lease);
        if (isGone(reaped) && !request.dryRun()) {
            file.append(LedgerLine.encode(Map.of("lease", lease.id(), "state", LeaseState.GONE.word(), "at", now())));
        }
        return reaped;
    }

    private String now() {
        return clock.instant().toString();
    }

    private boolean take(Reaped reaped) {
        report.accept(reaped);
        return isGone(reaped);
    }

    private static boolean isGone(Reaped reaped) {
        return reaped instanceof Reaped.Freed || reaped instanceof Reaped.Absent;
    }

    private static void close(GroupCommit file, boolean allGone) throws IOException {
        try {
            file.close();
        } catch (IOException e) {
            if (!allGone) { // otherwise it is deleted
                throw e;
            }
        }
    }

    private static <T> T join(TaskScope.Task<T> task) throws InterruptedException {
        try {
            return task.join(Deadline.never());
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
