package dev.atex.lease.ledger;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.Reclaimer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Frees what single leases of one ledger are about, whose owner is dead. Thread-safe. */
final class LeaseReaping {
    private static final Duration LONGEST_RELEASE = Duration.ofMinutes(2);

    /** Between two questions for what may have been made late. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private static final int LATE_LOOKS = 2;

    private final Map<String, Reclaimer> reclaimers;
    private final Path path;
    private final boolean dryRun;
    private final Consumer<Reaped> report;
    private final Optional<HostIdentity> elsewhere;
    private final boolean hostIsKnown;

    /** The least time since the death of the owner: the uptime of this host if it was restarted since, otherwise zero. */
    private final Duration dead;

    LeaseReaping(
            Map<String, Reclaimer> reclaimers,
            LedgerReader ledger,
            Path path,
            boolean dryRun,
            Consumer<Reaped> report) {
        this.reclaimers = reclaimers;
        this.path = path;
        this.dryRun = dryRun;
        this.report = report;
        elsewhere = ledger.host().filter(host -> !host.isSameAs(HostIdentity.current()));
        hostIsKnown = ledger.host().isPresent() || ledger.damage().isNone();
        boolean rebooted = elsewhere.isEmpty()
                && ledger.boot().isPresent()
                && Boot.id().isPresent()
                && !ledger.boot().equals(Boot.id());
        dead = rebooted ? Boot.uptime() : Duration.ZERO;
    }

    Reaped reap(LeaseRecord lease) throws InterruptedException {
        Reclaimer reclaimer = reclaimers.get(lease.kind());
        if (reclaimer == null) {
            return new Reaped.Left(lease, "nothing here knows leases of kind '" + lease.kind() + "'");
        }
        if (elsewhere.isPresent() && reclaimer.isBoundToHost()) {
            return new Reaped.Left(
                    lease,
                    "it is on the host '" + elsewhere.get().name()
                            + "': 'atex reap' there frees it (if there is no such host any more, delete " + path
                            + ")");
        }
        try {
            Optional<String> what = free(reclaimer, lease);
            if (what.isEmpty()) {
                return !hostIsKnown && reclaimer.isBoundToHost()
                        ? new Reaped.Left(
                                lease, "it is not on this host, and " + path + " does not say any more on which")
                        : new Reaped.Absent(lease);
            }
            return dryRun ? new Reaped.Found(lease, what.get()) : new Reaped.Freed(lease, what.get());
        } catch (LeaseException | RuntimeException e) {
            return new Reaped.Left(lease, e instanceof LeaseException ? String.valueOf(e.getMessage()) : e.toString());
        }
    }

    /** Frees what there is under an id of which nothing more is known; nothing to be told if there is nothing. */
    List<Reaped> look(LeaseRecord possible) throws InterruptedException {
        Reclaimer reclaimer = reclaimers.get(possible.kind());
        if (reclaimer == null) {
            return List.of();
        }
        try {
            if (!(elsewhere.isPresent() && reclaimer.isBoundToHost())
                    && reclaimer.find(possible, Deadline.after(LONGEST_RELEASE)).isEmpty()) {
                return List.of();
            }
        } catch (LeaseException | RuntimeException e) {
            return List.of(new Reaped.Left(possible, "it cannot be looked for: " + e));
        }
        return List.of(reap(possible));
    }

    /** Returns what there was. */
    private Optional<String> free(Reclaimer reclaimer, LeaseRecord lease) throws LeaseException, InterruptedException {
        if (dryRun) {
            return reclaimer.find(lease, Deadline.after(LONGEST_RELEASE));
        }
        Optional<String> what = release(reclaimer, lease);
        Duration late = lease.isInDoubt() ? reclaimer.longestCreate(lease).minus(dead) : Duration.ZERO;
        if (!late.isPositive()) {
            return what;
        }
        report.accept(new Reaped.Waits(lease, late));
        Thread.sleep(late);
        for (int look = 0; look < LATE_LOOKS; look++) {
            if (look > 0) {
                Thread.sleep(BETWEEN_LOOKS);
            }
            Optional<String> now = release(reclaimer, lease);
            what = what.isPresent() ? what : now;
        }
        return what;
    }

    private static Optional<String> release(Reclaimer reclaimer, LeaseRecord lease)
            throws LeaseException, InterruptedException {
        Deadline deadline = Deadline.after(LONGEST_RELEASE);
        Optional<String> what = reclaimer.find(lease, deadline);
        CrashPoints.reached("reaper before release");
        reclaimer.release(lease, deadline); // also what comes to light only now
        CrashPoints.reached("reaper after release");
        return what;
    }
}
