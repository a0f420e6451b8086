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

/** The ledgers of all runs of a user, to look at. */
public final class Ledgers {
    /** Those who look whether a run lives have its lock for a moment. */
    private static final Duration LONGEST_LOOK = Duration.ofMillis(50);

    private static final long PAUSE_NANOS = 1_000_000;

    private Ledgers() {}

    /**
     * A run that has a ledger.
     *
     * @param run its id
     * @param owner who writes or wrote the ledger, unless that can't be read
     * @param holder who acts on it now
     * @param open leases that are not known to be gone
     */
    public record Run(String run, Optional<RunOwner> owner, Holder holder, List<LeaseRecord> open) {
        /** Whether the run is going on. */
        public boolean alive() {
            return holder == Holder.RUN;
        }
    }

    /** Who acts on a ledger. */
    public enum Holder {
        /** Its run, which is going on. */
        RUN,
        /** A reaper: a guard's, or {@code atex reap}. */
        REAPER,
        /** Nobody: the run has ended. */
        NOBODY
    }

    /**
     * All of them, the oldest first.
     *
     * @throws IOException the state directory can't be read
     */
    public static List<Run> list(StateDirectory directory) throws IOException {
        List<Run> runs = new ArrayList<>();
        for (String run : directory.runs()) {
            Optional<LedgerReader> ledger = LedgerReader.readIfThere(directory.ledger(run), run);
            if (ledger.isPresent()) { // else it has ended meanwhile
                Optional<RunOwner> owner = ledger.get().owner();
                runs.add(new Run(
                        run, owner, holder(directory, run, owner), ledger.get().open()));
            }
        }
        return runs;
    }

    /**
     * The process of a run that is alive, if it can be seen from here. Its id may have been given to another one, and when
     * it was started depends on a clock that may have been set since: what tells is that it has the ledger open.
     */
    public static Optional<ProcessHandle> process(StateDirectory directory, RunOwner owner) {
        // The handle first: what it stands for is not followed by another process of this id.
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
            return false; // it has ended, or belongs to somebody else
        }
    }

    /** By name first: what else is open may be on a file server that does not answer. */
    private static boolean isOpened(Path descriptor, Path file) {
        try {
            return Files.readSymbolicLink(descriptor).endsWith(file.getFileName())
                    && Files.isSameFile(descriptor, file);
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    /** Also when the file of locks is not the one any more in which the run has its lock. */
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
                return Holder.RUN; // in a container that cannot be seen from here
            }
            LockSupport.parkNanos(PAUSE_NANOS); // who looks as this does has it for microseconds
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
