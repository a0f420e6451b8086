package dev.atex.lease;

import dev.atex.concurrent.Deadline;
import dev.atex.files.Trees;
import dev.atex.files.Users;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Directories on this host that end with the run: kind {@value #KIND}, {@code parent} is where they were made, {@code
 * name} how.
 */
public final class DirectoryReclaimer implements Reclaimer {
    /** The kind of such leases. */
    public static final String KIND = "directory";

    /** The key of the locator for the directory in which it is. */
    public static final String PARENT = "parent";

    private static final Pattern NAME = Pattern.compile("[a-z0-9]{10}");

    /** For {@link java.util.ServiceLoader}. */
    public DirectoryReclaimer() {}

    @Override
    public String kind() {
        return KIND;
    }

    /** The locator of a directory that is to be made in another one, with a name by chance. */
    public static Map<String, String> locator(Path parent) {
        return Map.of(PARENT, parent.toAbsolutePath().toString(), LeaseNames.NAME, LeaseNames.random());
    }

    /**
     * The directory of a lease.
     *
     * @param locator as {@link #locator} made it
     * @throws IllegalArgumentException it is another one
     */
    public static Path path(Map<String, String> locator) {
        String name = locator.getOrDefault(LeaseNames.NAME, "");
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("the name of a directory is ten letters and digits, not '" + name + "'");
        }
        return Path.of(locator.getOrDefault(PARENT, "")).resolve("atex-" + name);
    }

    /**
     * Makes the directory of a lease, for this user alone.
     *
     * @throws java.nio.file.FileAlreadyExistsException there is something of that name, which is not touched
     */
    public static Path create(Map<String, String> locator) throws IOException {
        return Files.createDirectory(
                path(locator), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static Path path(LeaseRecord lease) {
        return lease.locator().containsKey(LeaseNames.NAME)
                ? path(lease.locator())
                : Path.of(lease.locator(PARENT)).resolve("atex-" + lease.id()); // as ledgers have it that lack a name
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
        return Users.isOwnDirectory(path) ? Optional.of("directory " + path) : Optional.empty();
    }

    @Override
    public void release(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException {
        Path path = path(lease);
        if (Users.isOwnDirectory(path)) { // what somebody else has put there is nobody's lease
            removeInterruptibly(path);
        }
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
