package dev.atex.lease.ledger;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.files.FileProblems;
import dev.atex.internal.files.PrivateDirectories;
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
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Frees temporary directories of a run on this host: leases of kind {@value #KIND}. In their locator, {@code parent} is the
 * parent directory and {@code name} the last part of the name.
 */
public final class DirectoryReclaimer implements Reclaimer {
    /** The kind of these leases. */
    public static final String KIND = "directory";

    /** The key of the locator for the parent directory. */
    public static final String PARENT = "parent";

    private static final String MARK = ".lease";

    private static final Pattern NAME = Pattern.compile("[a-z0-9]{10}");

    /** Creates a reclaimer, for {@link java.util.ServiceLoader}. */
    public DirectoryReclaimer() {}

    @Override
    public String kind() {
        return KIND;
    }

    /** Returns the locator of a new directory with a random name in a parent directory. */
    public static Map<String, String> locator(Path parent) {
        return Map.of(PARENT, parent.toAbsolutePath().toString(), LeaseNames.NAME, LeaseNames.random());
    }

    /**
     * Returns the directory of a lease.
     *
     * @param locator from {@link #locator}
     * @throws IllegalArgumentException if the locator is a different one
     */
    public static Path path(Map<String, String> locator) {
        String name = locator.getOrDefault(LeaseNames.NAME, "");
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("the name of a directory is ten letters and digits, not '" + name + "'");
        }
        return Path.of(locator.getOrDefault(PARENT, "")).resolve("atex-" + name);
    }

    /**
     * Creates the directory of a lease, for this user only. A file in it, {@value #MARK}, contains the id of the lease, so
     * that the id is enough to find the directory.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the name exists; the existing file is not touched
     */
    public static Path create(Map<String, String> locator, String leaseId) throws IOException {
        Path made = PrivateDirectories.create(path(locator));
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
            // not there
        } catch (DirectoryIteratorException e) {
            throw new LeaseException("cannot look into " + parent + ": " + FileProblems.of(e), e);
        } catch (IOException e) {
            throw new LeaseException("cannot look into " + parent + ": " + FileProblems.of(e), e);
        }
        return parent.resolve("atex-" + lease.id()); // the name in earlier versions
    }

    private static boolean isMarked(Path mark, String leaseId) throws IOException {
        byte[] id = leaseId.getBytes(StandardCharsets.UTF_8);
        try (FileChannel file = RegularFiles.read(mark)) {
            ByteBuffer read = ByteBuffer.allocate(id.length + 1);
            while (read.hasRemaining() && file.read(read) >= 0) {
                // a read may return less than requested
            }
            return Arrays.equals(id, 0, id.length, read.array(), 0, read.position());
        } catch (FileSystemException e) { // none, or not a file
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
        if (Users.isOwnDirectory(path)) { // a directory of another user is not a lease
            removeInterruptibly(path);
        }
    }

    /**
     * Removes a directory with its content, even read-only content. Does not follow links.
     *
     * @throws LeaseException if something is still there
     */
    public static void remove(Path directory) throws LeaseException {
        try {
            Trees.delete(directory);
        } catch (IOException e) {
            throw failure(directory, e);
        }
    }

    /**
     * Removes a directory of any size; can be interrupted.
     *
     * @throws LeaseException if something is still there
     * @throws InterruptedException if the thread was interrupted; something may still be there
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
