package dev.atex.lease.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.internal.files.OtherUser;
import dev.atex.internal.files.Trees;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnedDirectoryTest {
    @TempDir
    private Path parent;

    /** As a process that was killed leaves it. */
    private Path left(String name) throws Exception {
        Path left = Files.createDirectories(parent.resolve(name));
        Files.writeString(left.resolve("owner.lock"), "");
        Files.writeString(Files.createDirectory(left.resolve("copy")).resolve("file"), "text");
        return left;
    }

    @Test
    void nextDirectoryRemovesUnownedOnes() throws Exception {
        Path left = left("atex-x-1");
        Path other = left("other");
        Path unknown = Files.createDirectory(parent.resolve("atex-x-unknown"));
        Path link = Files.createSymbolicLink(parent.resolve("atex-x-link"), other);
        try (OwnedDirectory first = OwnedDirectory.create(parent, "atex-x-");
                OwnedDirectory second = OwnedDirectory.create(parent, "atex-x-")) {
            assertThat(left).doesNotExist();
            assertThat(other.resolve("copy/file")).exists();
            assertThat(unknown).exists();
            assertThat(link).isSymbolicLink();
            assertThat(first.path()).isDirectory().isNotEqualTo(second.path());
            assertThat(second.path()).isDirectory();
            first.close();
            assertThat(first.path()).doesNotExist();
            assertThat(second.path()).isDirectory();
        }
        assertThat(parent.toFile().list()).containsExactlyInAnyOrder("other", "atex-x-unknown", "atex-x-link");
    }

    /** Between the instants at which the file of the lock is made and locked. */
    @Test
    void directoryRemovedDuringCreationIsReplaced() throws Exception {
        List<Path> swept = new ArrayList<>();
        OwnedDirectory.Locking locking = (file, name) -> {
            Optional<OwnerLock> lock = OwnerLock.tryTake(file, name);
            if (swept.isEmpty()) {
                swept.add(file.getParent());
                Trees.delete(file.getParent());
            }
            return lock;
        };
        try (OwnedDirectory made = OwnedDirectory.create(parent, "atex-x-", locking)) {
            assertThat(made.path()).isDirectory().isNotEqualTo(swept.getFirst());
        }
        assertThat(parent).isEmptyDirectory();
    }

    /** Before its lock is opened again to see what is there. */
    @Test
    void directoryRemovedBeforeLockIsReplaced() throws Exception {
        List<Path> swept = new ArrayList<>();
        OwnedDirectory.Locking locking = (file, name) -> {
            if (swept.isEmpty()) {
                swept.add(file.getParent());
                Trees.delete(file.getParent());
            }
            return OwnerLock.tryTake(file, name);
        };
        try (OwnedDirectory made = OwnedDirectory.create(parent, "atex-x-", locking)) {
            assertThat(made.path()).isDirectory().isNotEqualTo(swept.getFirst());
        }
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void directoriesOfOtherUsersAreNotOpened() throws Exception {
        OtherUser.assumed();
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setAttribute(parent, "unix:mode", 01777);
        Path copy = OtherUser.own(left("atex-x-1"));
        Path pipe = OtherUser.own(Files.createDirectory(parent.resolve("atex-x-2")));
        OtherUser.run("mkfifo", pipe.resolve("owner.lock").toString());
        Path other = Files.createDirectory(parent.resolve("other"));
        Files.writeString(other.resolve("owner.lock"), "");
        OtherUser.run("ln", "-s", other.toString(), parent.resolve("atex-x-3").toString());
        Path file = parent.resolve("atex-x-4");
        OtherUser.run("touch", file.toString());
        Path shared = left("atex-x-5"); // ours, but anybody can have put the lock there
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
        OwnedDirectory.create(parent, "atex-x-").close();
        assertThat(copy.resolve("copy/file")).exists();
        assertThat(pipe.resolve("owner.lock")).exists();
        assertThat(parent.resolve("atex-x-3")).isSymbolicLink();
        assertThat(other.resolve("owner.lock")).exists();
        assertThat(file).exists();
        assertThat(shared.resolve("copy/file")).exists();
    }

    @Test
    void nothingIsRemovedWhereOthersCanReplaceEntries() throws Exception {
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path left = left("atex-x-1");
        OwnedDirectory.create(parent, "atex-x-").close();
        assertThat(left).exists();
    }

    @Test
    void directoryOfLiveProcessIsLeft() throws Exception {
        Path owned = left("atex-x-1");
        try (LockingProcess _ = LockingProcess.start(owned.resolve("owner.lock"), "atex-x-")) {
            OwnedDirectory.create(parent, "atex-x-").close();
            assertThat(owned).exists();
        }
        OwnedDirectory.create(parent, "atex-x-").close();
        assertThat(owned).doesNotExist();
    }
}
