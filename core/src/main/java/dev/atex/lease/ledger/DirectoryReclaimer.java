package dev.atex.lease.ledger;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.files.FileProblems;
import dev.atex.internal.files.RegularFiles;
import dev.atex.internal.files.Trees;
import dev.atex.internal.files.Users;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.Reclaimer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
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

    private static final String MARK = ".lease";

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
     * Makes the directory of a lease, for this user alone. A file in it, {@value #MARK}, has the lease's id: whoever has
     * nothing but that finds the directory.
     *
     * @throws java.nio.file.FileAlreadyExistsException there is something of that name, which is not touched
     */
    public static Path create(Map<String, String> locator, String leaseId) throws IOException {
        Path made = Files.createDirectory(
                path(locator), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        boolean whole = false;
        try {
            Files.writeString(made.resolve(MARK), leaseId);
            whole = true;
            return made;
        } finally {
            if (!whole) {
                Trees.delete(made);
            }
        }
    }

    private static Path path(LeaseRecord lease) throws LeaseException {
        if (lease.locator().containsKey(LeaseNames.NAME)) {
            return path(lease.locator());
        }
        Path parent = Path.of(lease.locator(PARENT));
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, "atex-*")) {
            for (Path each : entries) {
                if (Users.isOwnDirectory(each) && isMarked(each.resolve(MARK), lease.id())) {
                    return each;
                }
            }
        } catch (NoSuchFileException e) {
            // then it is not in it
        } catch (DirectoryIteratorException e) {
            throw new LeaseException("cannot look into " + parent + ": " + FileProblems.of(e), e);
        } catch (IOException e) {
            throw new LeaseException("cannot look into " + parent + ": " + FileProblems.of(e), e);
        }
        return parent.resolve("atex-" + lease.id()); // as earlier versions called it
    }

    private static boolean isMarked(Path mark, String leaseId) throws IOException {
        byte[] id = leaseId.getBytes(StandardCharsets.UTF_8);
        try (FileChannel file = RegularFiles.read(mark)) {
            ByteBuffer read = ByteBuffer.allocate(id.length + 1);
            while (read.hasRemaining() && file.read(read) >= 0) {
                // a read may give less than was asked for
            }
            return Arrays.equals(id, 0, id.length, read.array(), 0, read.position());
        } catch (FileSystemException e) { // there is none, or something else
            return false;
        }
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
    public Optional<String> find(LeaseRecord lease, Deadline deadline) throws LeaseException {
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
        return new LeaseException("cannot remove the directory " + directory + ": " + FileProblems.of(e), e);
    }
}
