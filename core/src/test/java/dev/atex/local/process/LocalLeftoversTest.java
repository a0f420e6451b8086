package dev.atex.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.files.OtherUser;
import dev.atex.lease.ledger.LeaseNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalLeftoversTest {
    private static final String TEMPORARY = "java.io.tmpdir";

    @TempDir
    private Path directory;

    @Test
    void locatorHasAbsolutePaths() {
        String before = System.getProperty(TEMPORARY);
        System.setProperty(TEMPORARY, "tmp");
        try {
            Map<String, String> locator = LocalLeftovers.locator();
            assertThat(locator.get("temporary"))
                    .isEqualTo(Path.of("tmp").toAbsolutePath().toString());
            assertThat(locator.get("work").split(":")).allMatch(path -> path.startsWith("/"));
        } finally {
            System.setProperty(TEMPORARY, before);
        }
    }

    private Map<String, String> locator(String workName) {
        Map<String, String> locator = LocalLeftovers.locator(workName);
        locator.put("work", directory.toString());
        locator.put("temporary", directory.toString());
        return locator;
    }

    @Test
    void directoryWithNameOfLocatorIsFound() throws Exception {
        LocalLeftovers traces = new LocalLeftovers("run-1", locator("abcdefghij"));
        Path work = Files.createDirectory(directory.resolve("atex-abcdefghij"));
        Path pipes = Files.createDirectory(directory.resolve("atex-run-1-123"));
        Path other = Files.createDirectory(directory.resolve("atex-run-12-123"));
        assertThat(traces.describe()).hasValue(work + ", " + pipes);
        traces.remove(Deadline.never());
        assertThat(directory.toFile().list())
                .containsExactly(other.getFileName().toString());
    }

    @Test
    void directoriesOfOtherUsersAreIgnored() throws Exception {
        OtherUser.assumed();
        LocalLeftovers traces = new LocalLeftovers("run-1", locator("abcdefghij"));
        for (String name : List.of("atex-abcdefghij", "atex-" + LeaseNames.shortName("run-1"), "atex-run-1-123")) {
            OtherUser.own(Files.createDirectory(directory.resolve(name)));
        }
        Path precious = Files.createDirectory(directory.resolve("precious"));
        Files.createSymbolicLink(directory.resolve("atex-run-1-link"), precious);
        assertThat(traces.describe()).isEmpty();
        traces.remove(Deadline.never());
        assertThat(directory.toFile().list()).hasSize(5);
    }

    @Test
    void interruptedRemovalThrowsInterruptedException() throws Exception {
        LocalLeftovers traces = new LocalLeftovers("run-1", Map.of("work", directory.toString()));
        Path work = Files.createDirectory(directory.resolve("atex-" + LeaseNames.shortName("run-1")));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> traces.remove(Deadline.never())).isInstanceOf(InterruptedException.class);
        assertThat(work).exists();
        traces.remove(Deadline.never());
        assertThat(work).doesNotExist();
    }
}
