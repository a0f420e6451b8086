package dev.atex.lease;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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

    /**
     * The process of a run that is alive, if it can be seen from here. Its id may have been given to another one, and when
     * it was started depends on a clock that may have been set since: what tells is that it has the file of locks open.
     */
    public static Optional<ProcessHandle> process(StateDirectory directory, RunOwner owner) {
        // The handle first: what it stands for is not followed by another process of this id.
        return ProcessHandle.of(owner.pid()).filter(process -> hasOpen(process.pid(), directory.locks()));
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

    private static boolean isAlive(StateDirectory directory, String run) throws IOException {
        Optional<OwnerLock> lock = OwnerLock.tryTake(directory.locks(), run);
        if (lock.isPresent()) {
            lock.get().close();
        }
        return lock.isEmpty();
    }
}
