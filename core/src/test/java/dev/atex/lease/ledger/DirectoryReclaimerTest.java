package dev.atex.lease.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.files.OtherUser;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.LeaseState;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryReclaimerTest {
    @TempDir
    private Path parent;

    private static LeaseRecord lease(Map<String, String> locator) {
        return new LeaseRecord("run-1", "run", DirectoryReclaimer.KIND, locator, LeaseState.HAVE, Instant.now());
    }

    @Test
    void nameDoesNotFollowFromLeaseId() throws Exception {
        Map<String, String> locator = DirectoryReclaimer.locator(parent);
        assertThat(DirectoryReclaimer.path(locator).getParent()).isEqualTo(parent);
        assertThat(DirectoryReclaimer.path(DirectoryReclaimer.locator(parent)))
                .isNotEqualTo(DirectoryReclaimer.path(locator));
        Path taken = Files.createFile(DirectoryReclaimer.path(locator));
        assertThatThrownBy(() -> DirectoryReclaimer.create(locator, "run-1"))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(taken).exists();
    }

    @Test
    void nameOutsideOfParentIsRefused() {
        Map<String, String> locator =
                Map.of(DirectoryReclaimer.PARENT, parent.toString(), LeaseNames.NAME, "/../../precious");
        assertThatThrownBy(() -> new DirectoryReclaimer().release(lease(locator), Deadline.never()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void directoryOfLedgerWithoutNameIsFreed() throws Exception {
        Path made = Files.createDirectory(parent.resolve("atex-run-1"));
        LeaseRecord lease = lease(Map.of(DirectoryReclaimer.PARENT, parent.toString()));
        DirectoryReclaimer reclaimer = new DirectoryReclaimer();
        assertThat(reclaimer.find(lease, Deadline.never())).hasValue("directory " + made);
        reclaimer.release(lease, Deadline.never());
        assertThat(made).doesNotExist();
    }

    /** As where the line that had the name is damaged. */
    @Test
    void directoryIsFoundByIdAlone() throws Exception {
        Path made = DirectoryReclaimer.create(DirectoryReclaimer.locator(parent), "run-1");
        Path other = DirectoryReclaimer.create(DirectoryReclaimer.locator(parent), "run-11");
        LeaseRecord lease = lease(Map.of(DirectoryReclaimer.PARENT, parent.toString()));
        DirectoryReclaimer reclaimer = new DirectoryReclaimer();
        assertThat(reclaimer.find(lease, Deadline.never())).hasValue("directory " + made);
        reclaimer.release(lease, Deadline.never());
        assertThat(made).doesNotExist();
        assertThat(other).exists();
        assertThat(reclaimer.find(lease, Deadline.never())).isEmpty();
    }

    @Test
    void directoryOfOtherUserIsLeft() throws Exception {
        OtherUser.assumed();
        Map<String, String> locator = DirectoryReclaimer.locator(parent);
        Path foreign = OtherUser.own(DirectoryReclaimer.create(locator, "run-1"));
        DirectoryReclaimer reclaimer = new DirectoryReclaimer();
        assertThat(reclaimer.find(lease(locator), Deadline.never())).isEmpty();
        reclaimer.release(lease(locator), Deadline.never());
        assertThat(foreign).exists();
    }

    @Test
    void interruptedReleaseThrowsInterruptedException() throws Exception {
        Map<String, String> locator = DirectoryReclaimer.locator(parent);
        LeaseRecord lease = lease(locator);
        Path made = DirectoryReclaimer.create(locator, "run-1");
        DirectoryReclaimer reclaimer = new DirectoryReclaimer();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> reclaimer.release(lease, Deadline.never())).isInstanceOf(InterruptedException.class);
        assertThat(made).exists();
        reclaimer.release(lease, Deadline.never());
        assertThat(made).doesNotExist();
    }
}
