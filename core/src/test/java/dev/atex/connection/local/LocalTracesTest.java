package dev.atex.connection.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.LeaseNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalTracesTest {
    private static final String TEMPORARY = "java.io.tmpdir";

    @TempDir
    private Path directory;

    @Test
    void whereTheyAreIsSaidForProcessesThatAreElsewhere() {
        String before = System.getProperty(TEMPORARY);
        System.setProperty(TEMPORARY, "tmp");
        try {
            Map<String, String> locator = LocalTraces.locator();
            assertThat(locator.get("temporary"))
                    .isEqualTo(Path.of("tmp").toAbsolutePath().toString());
            assertThat(locator.get("work").split(":")).allMatch(path -> path.startsWith("/"));
        } finally {
            System.setProperty(TEMPORARY, before);
        }
    }

    @Test
    void aRemovalThatIsInterruptedEndsAsSuch() throws Exception {
        LocalTraces traces = new LocalTraces("run-1", Map.of("work", directory.toString()));
        Path work = Files.createDirectory(directory.resolve("atex-" + LeaseNames.shortName("run-1")));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> traces.remove(Deadline.never())).isInstanceOf(InterruptedException.class);
        assertThat(work).exists();
        traces.remove(Deadline.never());
        assertThat(work).doesNotExist();
    }
}
