package dev.atex.cli.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.lease.ledger.StateDirectory;
import dev.atex.run.RunEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WaitMemoryTest {
    @TempDir
    private Path directory;

    private long seconds;

    private StateDirectory state() {
        return new StateDirectory(directory);
    }

    private void progress(WaitListener listener, long after, String state, String request) {
        seconds += after;
        listener.on(new RunEvent.ProvisionProgress(
                Duration.ofSeconds(seconds),
                "farm",
                "farm-1",
                Map.of("state", state, "request", request, "compose", "Fedora-42", "arch", "x86_64")));
    }

    private void ready(WaitListener listener, long after) {
        seconds += after;
        listener.on(new RunEvent.RemoteReady(Duration.ofSeconds(seconds), "farm-1", "farm"));
    }

    private String usually(String state) {
        return WaitMemory.read(state()).usually(Map.of("state", state, "compose", "Fedora-42", "arch", "x86_64"));
    }

    @Test
    void rememberedWaitsAreExpectedByNextRun() throws Exception {
        for (long minutes = 4; minutes <= 9; minutes++) {
            assertThat(usually("queued")).isEqualTo(minutes < 7 ? "" : "4-" + (minutes - 1) + " min");
            WaitListener listener = new WaitListener(state());
            progress(listener, 0, "new", "r");
            progress(listener, 60, "queued", "r");
            progress(listener, 60 * minutes - 60, "running", "r");
            progress(listener, 20, "logging in", "r");
            ready(listener, 10);
        }
        assertThat(usually("new")).isEqualTo("4-9 min");
        assertThat(usually("running")).isEqualTo("about 30 s");
        assertThat(WaitMemory.read(state())
                        .usually(Map.of("state", "queued", "compose", "Fedora-43", "arch", "x86_64")))
                .isEmpty();
        assertThat(WaitMemory.read(state()).usually(Map.of("state", "queued"))).isEmpty();
    }

    @Test
    void failedRequestIsNotRemembered() {
        WaitListener listener = new WaitListener(state());
        progress(listener, 0, "new", "first");
        progress(listener, 1000, "new", "second");
        progress(listener, 5, "running", "second");
        ready(listener, 1);
        assertThat(directory.resolve("waits.jsonl"))
                .hasContent("{\"compose\":\"Fedora-42\",\"arch\":\"x86_64\",\"queue\":5,\"boot\":1}\n");
    }

    @Test
    void machineWithoutProgressIsNotRemembered() {
        WaitListener listener = new WaitListener(state());
        ready(listener, 1);
        progress(listener, 0, "new", "r"); // never given
        ready(listener, 1);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void unreadableLinesAreSkippedAndFileStaysSmall() throws Exception {
        Path file = directory.resolve("waits.jsonl");
        Files.writeString(
                file, "{\"compose\":\"Fedora-42\",\"arch\":\"x86_64\",\"queue\":1e999,\"boot\":-1}\n[]\n\u00ff{\n");
        WaitMemory.Kind kind = new WaitMemory.Kind("Fedora-42", "x86_64");
        for (int i = 0; i < 3; i++) {
            WaitMemory.add(state(), kind, Duration.ofMinutes(5), Duration.ofMinutes(2));
        }
        assertThat(usually("queued")).isEqualTo("about 5 min");
        Files.writeString(file, "x".repeat(99).concat("\n").repeat(4_000), StandardOpenOption.APPEND);
        WaitMemory.add(state(), kind, Duration.ofMinutes(5), Duration.ofMinutes(2));
        assertThat(Files.size(file)).isLessThan(256 << 10);
        assertThat(Files.readString(file)).endsWith("\"boot\":120}\n");
        assertThat(directory).isDirectoryNotContaining(path -> path.toString().endsWith(".new"));
    }
}
