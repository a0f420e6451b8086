package dev.atex.lease.ledger;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.LeaseRecord;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Reads the ledgers of all runs of a user. */
public final class Ledgers {
    /** A process that checks whether a run is alive holds its lock for a moment. */
    private static final Duration LONGEST_LOOK = Duration.ofMillis(50);

    private static final long PAUSE_NANOS = 1_000_000;

    private Ledgers() {}

    /**
     * A run that has a ledger.
     *
     * @param run its id
     * @param owner the process that wrote the ledger, if that can be read
     * @param holder the current holder of the ledger's lock
     * @param open leases that are not known to be gone
     */
    public record Run(String run, Optional<RunOwner> owner, Holder holder, List<LeaseRecord> open) {
        /** Returns whether the run is running. */
        public boolean alive() {
            return holder == Holder.RUN;
        }
    }

    /** The holder of a ledger's lock. */
    public enum Holder {
        /** Its run, which is running. */
        RUN,
        /** A reaper: a guard's, or {@code atex reap}. */
        REAPER,
        /** Nobody: the run has ended. */
        NOBODY
    }

    /**
     * Returns all runs that have a ledger, the oldest first.
     *
     * @throws IOException if the state directory cannot be read
     */
    public static List<Run> list(StateDirectory directory) throws IOException {
        List<Run> runs = new ArrayList<>();
        for (String run : directory.runs()) {
            Optional<LedgerReader> ledger = LedgerReader.readIfThere(directory.ledger(run), run);
            if (ledger.isPresent()) { // otherwise it has ended meanwhile
                Optional<RunOwner> owner = ledger.get().owner();
                runs.add(new Run(
                        run, owner, holder(directory, run, owner), ledger.get().open()));
            }
        }
        return runs;
    }

    /**
     * Returns the process of a live run, if it is visible here. Its id may have been reused, and its start time depends on a
     * clock that may have been set since; but the right process has the ledger open.
     */
    public static Optional<ProcessHandle> process(StateDirectory directory, RunOwner owner) {
        // The handle first: it never stands for a later process with the same id.
        return ProcessHandle.of(owner.pid()).filter(process -> hasOpen(process.pid(), directory.ledger(owner.run())));
    }

    private static boolean hasOpen(long pid, Path file) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path descriptor : descriptors) {
                if (isOpened(descriptor, file)) {
                    return true;
                }
            }
            return false;
        } catch (IOException | DirectoryIteratorException e) {
            return false; // it has ended, or belongs to another user
        }
    }

    /** Compares names first: other open files may be on a file server that does not answer. */
    private static boolean isOpened(Path descriptor, Path file) {
        try {
            return Files.readSymbolicLink(descriptor).endsWith(file.getFileName())
                    && Files.isSameFile(descriptor, file);
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    /** Finds the run even if somebody has replaced the lock file since it took its lock. */
    static Holder holder(StateDirectory directory, String run, Optional<RunOwner> owner) throws IOException {
        Deadline moment = Deadline.after(LONGEST_LOOK);
        while (true) {
            boolean free = isFree(directory, run);
            if (!free && !isFree(directory, StateDirectory.reaperOf(run))) {
                return Holder.REAPER;
            }
            if (owner.flatMap(each -> process(directory, each)).isPresent()) {
                return Holder.RUN;
            }
            if (free) {
                return Holder.NOBODY;
            }
            if (moment.isExpired()) {
                return Holder.RUN; // in a container that is not visible from here
            }
            LockSupport.parkNanos(PAUSE_NANOS); // another process that checks holds it for microseconds
        }
    }

    private static boolean isFree(StateDirectory directory, String lock) throws IOException {
        Optional<OwnerLock> taken = OwnerLock.tryTake(directory.locks(), lock);
        if (taken.isPresent()) {
            taken.get().close();
        }
        return taken.isPresent();
    }
}
