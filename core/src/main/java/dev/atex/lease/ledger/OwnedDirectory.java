package dev.atex.lease.ledger;

import dev.atex.internal.files.Trees;
import dev.atex.internal.files.Users;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;

/**
 * A directory for temporary files that does not outlive its purpose for long: a process that is killed leaves it behind,
 * and the next one that makes such a directory removes it. For what is needed before there is a ledger. Thread-safe.
 */
public final class OwnedDirectory implements AutoCloseable {
    private static final String LOCK = "owner.lock";

    private final Path path;
    private final OwnerLock lock;

    private OwnedDirectory(Path path, OwnerLock lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Makes one with a random name in the parent, for this user alone; removes those of the prefix that are this user's and that no process has. */
    public static OwnedDirectory create(Path parent, String prefix) throws IOException {
        return create(parent, prefix, OwnerLock::tryTake);
    }

    /** How a lock is taken: {@link OwnerLock#tryTake}. */
    @FunctionalInterface
    interface Locking {
        Optional<OwnerLock> tryTake(Path file, String name) throws IOException;
    }

    /** As the other one, for tests in which somebody comes between. */
    static OwnedDirectory create(Path parent, String prefix, Locking locking) throws IOException {
        sweep(parent, prefix);
        while (true) {
            Path made = Files.createTempDirectory(parent, prefix);
            Path file = made.resolve(LOCK);
            Optional<OwnerLock> lock;
            try {
                lock = locking.tryTake(file, prefix);
            } catch (NoSuchFileException e) {
                continue; // somebody who sweeps has removed it between its making and its locking
            }
            if (lock.isPresent()) {
                // Who sweeps has the lock until all is deleted: what is there now stays.
                if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                    return new OwnedDirectory(made, lock.get());
                }
                lock.get().close();
            } // somebody who sweeps was faster
        }
    }

    private static void sweep(Path parent, String prefix) throws IOException {
        if (!Users.keepsEntries(parent)) {
            return; // what is looked at could be another thing a moment later
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(
                parent, entry -> entry.getFileName().toString().startsWith(prefix))) {
            for (Path each : found) {
                Path file = each.resolve(LOCK);
                if (Users.isOwnDirectory(each)
                        && isPrivate(each)
                        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    removeUnlessOwned(each, file, prefix);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** Whether no other user can change what is in it: what others have put there is not even opened. */
    private static boolean isPrivate(Path directory) throws IOException {
        try {
            return Collections.disjoint(
                    Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS),
                    Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static void removeUnlessOwned(Path directory, Path file, String prefix) throws IOException {
        try {
            Optional<OwnerLock> lock = OwnerLock.tryTake(file, prefix);
            if (lock.isPresent()) {
                try (OwnerLock _ = lock.get()) {
                    Trees.delete(directory);
                }
            }
        } catch (NoSuchFileException e) {
            // somebody else who sweeps was faster
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Removes it with what is in it. Idempotent. */
    @Override
    public void close() throws IOException {
        try (lock) {
            Trees.delete(path);
        }
    }
}
