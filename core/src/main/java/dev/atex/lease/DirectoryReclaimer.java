package dev.atex.lease;

import dev.atex.concurrent.Deadline;
import dev.atex.files.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Directories on this host that end with the run: kind {@value #KIND}, {@code parent} is where they were made. */
public final class DirectoryReclaimer implements Reclaimer {
    /** The kind of such leases. */
    public static final String KIND = "directory";

    /** The key of the locator for the directory in which it is. */
    public static final String PARENT = "parent";

    /** For {@link java.util.ServiceLoader}. */
    public DirectoryReclaimer() {}

    @Override
    public String kind() {
        return KIND;
    }

    /** The directory of a lease: nothing else of the ledger goes into its name. */
    public static Path path(Path parent, String leaseId) {
        return parent.resolve("atex-" + leaseId);
    }

    private static Path path(LeaseRecord lease) {
        return path(Path.of(lease.locator(PARENT)), lease.id());
    }

    @Override
    public boolean isBoundToHost() {
        return true;
    }

    @Override
    public Optional<Map<String, String>> usualLocator() {
        Path parent = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
        return Optional.of(Map.of(PARENT, parent.toString()));
    }

    @Override
    public Optional<String> find(LeaseRecord lease, Deadline deadline) {
        Path path = path(lease);
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? Optional.of("directory " + path) : Optional.empty();
    }

    @Override
    public void release(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException {
        removeInterruptibly(path(lease));
    }

    /**
     * Removes a directory with all that is in it, also what its owner may not write to. Links are not followed.
     *
     * @throws LeaseException something is still there
     */
    public static void remove(Path directory) throws LeaseException {
        try {
            Trees.delete(directory);
        } catch (IOException e) {
            throw failure(directory, e);
        }
    }

    /**
     * The same for directories of any size.
     *
     * @throws LeaseException something is still there
     * @throws InterruptedException so it is
     */
    public static void removeInterruptibly(Path directory) throws LeaseException, InterruptedException {
        try {
            Trees.deleteInterruptibly(directory);
        } catch (IOException e) {
            throw failure(directory, e);
        }
    }

    private static LeaseException failure(Path directory, IOException e) {
        return new LeaseException("cannot remove the directory " + directory + ": " + e, e);
    }
}
