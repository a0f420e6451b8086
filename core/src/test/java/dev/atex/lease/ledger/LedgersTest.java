package dev.atex.lease.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgersTest {
    @TempDir
    private Path directory;

    private StateDirectory state() {
        return new StateDirectory(directory.resolve("state"));
    }

    /** The JDK takes it from the time at which the host was started, which moves with the clock. */
    @Test
    void processOfRunIsFoundIndependentOfClock() throws Exception {
        long pid = ProcessHandle.current().pid();
        RunOwner owner = new RunOwner("run", pid, Instant.now().plus(Duration.ofHours(1)), directory);
        try (Ledger _ = Ledger.create(state(), owner)) {
            assertThat(Ledgers.process(state(), owner)).map(ProcessHandle::pid).contains(pid);
            Path link = Files.createSymbolicLink(directory.resolve("link"), state().path());
            assertThat(Ledgers.process(new StateDirectory(link), owner)).isPresent();
            assertThat(Ledgers.process(new StateDirectory(directory.resolve("other")), owner))
                    .isEmpty();
        }
        assertThat(Ledgers.process(state(), owner)).isEmpty();
    }

    @Test
    void liveProcessWithReusedPidIsNotTheRun() throws Exception {
        Process other = new ProcessBuilder("sleep", "1000").start();
        try {
            RunOwner owner =
                    new RunOwner("run", other.pid(), other.info().startInstant().orElseThrow(), directory);
            try (Ledger _ = Ledger.create(state(), owner)) {
                assertThat(Ledgers.process(state(), owner)).isEmpty();
            }
        } finally {
            other.destroyForcibly().waitFor();
        }
    }
}
