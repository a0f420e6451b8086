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
 * A directory for temporary files that are needed before there is a ledger. If a process is killed, the next one that
 * creates such a directory removes the old one. Thread-safe.
 */
public final class OwnedDirectory implements AutoCloseable {
    private static final String LOCK = "owner.lock";

    private final Path path;
    private final OwnerLock lock;

    private OwnedDirectory(Path path, OwnerLock lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Creates one with a random name in the parent, for this user only; removes unused ones of this user with the same prefix. */
    public static OwnedDirectory create(Path parent, String prefix) throws IOException {
        return create(parent, prefix, OwnerLock::tryTake);
    }

    /** Takes a lock, like {@link OwnerLock#tryTake}. */
    @FunctionalInterface
    interface Locking {
        Optional<OwnerLock> tryTake(Path file, String name) throws IOException;
    }

    /** Creates one, for tests in which another process interferes. */
    static OwnedDirectory create(Path parent, String prefix, Locking locking) throws IOException {
        sweep(parent, prefix);
        while (true) {
            Path made = Files.createTempDirectory(parent, prefix);
            Path file = made.resolve(LOCK);
            Optional<OwnerLock> lock;
            try {
                lock = locking.tryTake(file, prefix);
            } catch (NoSuchFileException e) {
                continue; // another process has removed it before it was locked
            }
            if (lock.isPresent()) {
                // A process that removes it holds the lock until all is deleted: if it exists now, it stays.
                if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                    return new OwnedDirectory(made, lock.get());
                }
                lock.get().close();
            } // another process that cleans up was faster
        }
    }

    private static void sweep(Path parent, String prefix) throws IOException {
        if (!Users.keepsEntries(parent)) {
            return; // others could replace it at any time
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

    /** Returns whether no other user can change its content; directories of others are not even opened. */
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
            // another process that cleans up was faster
        }
    }

    /** Returns its path. */
    public Path path() {
        return path;
    }

    /** Removes it with its content. Idempotent. */
    @Override
    public void close() throws IOException {
        try (lock) {
            Trees.delete(path);
        }
    }
}
