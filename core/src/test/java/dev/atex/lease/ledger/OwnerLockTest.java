package dev.atex.lease.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerLockTest {
    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void chooseFile() {
        file = directory.resolve("locks");
    }

    private Optional<OwnerLock> tryTake(String name) throws Exception {
        return OwnerLock.tryTake(file, name);
    }

    @Test
    void lockOfOtherProcessIsFreeAfterItsEnd() throws Exception {
        try (LockingProcess other = LockingProcess.start(file, "run");
                TaskScope scope = TaskScope.open("test")) {
            assertThat(tryTake("run")).isEmpty();
            TaskScope.Task<Optional<OwnerLock>> waiting =
                    scope.fork("wait", () -> OwnerLock.take(file, "run", Deadline.after(Duration.ofMinutes(1))));
            other.close();
            assertThat(waiting.join(Deadline.after(Duration.ofMinutes(1)))).isPresent();
            waiting.join(Deadline.never()).orElseThrow().close();
        }
    }

    @Test
    void eachNameHasItsOwnLock() throws Exception {
        try (LockingProcess _ = LockingProcess.start(file, "theirs");
                OwnerLock _ = tryTake("ours").orElseThrow()) {
            assertThat(tryTake("theirs")).isEmpty();
            assertThat(tryTake("ours")).isEmpty();
            tryTake("another").orElseThrow().close();
            tryTake("another").orElseThrow().close();
        }
    }

    /** POSIX: closing any descriptor of a file ends all of a process's locks on it. */
    @Test
    void releaseOfOneLockKeepsOthers() throws Exception {
        try (OwnerLock _ = tryTake("kept").orElseThrow()) {
            OwnerLock given = tryTake("given").orElseThrow();
            given.close();
            given.close();
            assertThat(LockingProcess.couldTake(file, "given")).isTrue();
            assertThat(LockingProcess.couldTake(file, "kept")).isFalse();
        }
    }

    @Test
    void questionAboutOwnLockDoesNotReleaseIt() throws Exception {
        try (OwnerLock _ = OwnerLock.tryTake(file, 7).orElseThrow();
                OwnerLock _ = tryTake("kept").orElseThrow()) {
            assertThat(OwnerLock.isHeld(file, 7)).isTrue();
            assertThat(OwnerLock.isHeld(file, 8)).isFalse();
            assertThat(OwnerLock.tryTake(file, 7)).isEmpty();
            assertThat(LockingProcess.couldTake(file, "kept")).isFalse();
        }
        assertThat(OwnerLock.isHeld(file, 7)).isFalse();
        assertThat(LockingProcess.couldTake(file, "kept")).isTrue();
    }

    @Test
    void questionAboutMissingFileDoesNotCreateIt() throws Exception {
        assertThat(OwnerLock.isHeld(file, 0)).isFalse();
        assertThat(file).doesNotExist();
    }

    /** Else who has opened it before would lock nothing. */
    @Test
    void lockFileStaysAfterRun() throws Exception {
        StateDirectory state = new StateDirectory(directory);
        Ledger.create(state, RunOwner.current("run", directory)).close();
        Object before = Files.getAttribute(state.locks(), "unix:ino");
        Ledger.create(state, RunOwner.current("run", directory)).close();
        assertThat(Files.getAttribute(state.locks(), "unix:ino")).isEqualTo(before);
        assertThat(state.runs()).isEmpty();
    }
}
