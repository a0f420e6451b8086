package dev.atex.lease;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The ledgers of all runs of a user, to look at. */
public final class Ledgers {
    private Ledgers() {}

    /**
     * A run that has a ledger.
     *
     * @param run its id
     * @param owner who writes or wrote the ledger, unless that can't be read
     * @param alive whether that process is there
     * @param open leases that are not known to be gone
     */
    public record Run(String run, Optional<RunOwner> owner, boolean alive, List<LeaseRecord> open) {}

    /**
     * All of them, the oldest first.
     *
     * @throws IOException the state directory can't be read
     */
    public static List<Run> list(StateDirectory directory) throws IOException {
        List<Run> runs = new ArrayList<>();
        for (String run : directory.runs()) {
            try {
                LedgerReader ledger = LedgerReader.read(directory.ledger(run), run);
                runs.add(new Run(run, ledger.owner(), isAlive(directory, run), ledger.open()));
            } catch (NoSuchFileException e) {
                // it has ended meanwhile
            }
        }
        return runs;
    }

    private static boolean isAlive(StateDirectory directory, String run) throws IOException {
        Optional<OwnerLock> lock = OwnerLock.tryTake(directory.locks(), run);
        if (lock.isPresent()) {
            lock.get().close();
        }
        return lock.isEmpty();
    }
}
