package dev.atex.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryReclaimerTest {
    @TempDir
    private Path parent;

    @Test
    void aReleaseThatIsInterruptedEndsAsSuch() throws Exception {
        LeaseRecord lease = new LeaseRecord(
                "run-1",
                "run",
                DirectoryReclaimer.KIND,
                Map.of(DirectoryReclaimer.PARENT, parent.toString()),
                LeaseState.HAVE,
                Instant.now());
        Path made = Files.createDirectory(DirectoryReclaimer.path(parent, "run-1"));
        DirectoryReclaimer reclaimer = new DirectoryReclaimer();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> reclaimer.release(lease, Deadline.never())).isInstanceOf(InterruptedException.class);
        assertThat(made).exists();
        reclaimer.release(lease, Deadline.never());
        assertThat(made).doesNotExist();
    }
}
