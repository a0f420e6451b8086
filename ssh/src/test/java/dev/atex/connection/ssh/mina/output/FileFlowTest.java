package dev.atex.connection.ssh.mina.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Output;
import dev.atex.connection.ssh.StalledFile;
import dev.atex.connection.ssh.transport.BlockingThreads;
import dev.atex.connection.support.OutputFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FileFlowTest {
    private static final byte[] PACKET = "0123456789abcde\n".repeat(2048).getBytes(StandardCharsets.US_ASCII);
    private static final int PACKETS = 64;
    private static final int PIPE = 1 << 16;

    @TempDir
    Path here;

    private final AtomicLong released = new AtomicLong();

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(30));
    }

    private FileFlow flow(OutputFile file) {
        return new FileFlow(file, released::addAndGet, BlockingThreads.ALL);
    }

    @Test
    void stalledFileDoesNotBlockAndReleasesNoWindow() throws Exception {
        try (StalledFile stalled = StalledFile.in(here, "stalled")) {
            OutputFile file = new OutputFile(new Output.AppendTo(stalled.path(), java.util.Optional.empty()));
            FileFlow flow = flow(file);
            for (int i = 0; i < PACKETS; i++) {
                assertThat(flow.accept(PACKET, 0, PACKET.length)).isZero();
            }
            flow.end();
            stalled.awaitFull(soon());
            assertThat(released.get()).as("what fits into the pipe").isLessThanOrEqualTo(PIPE);
            assertThat(file.awaitComplete(Deadline.after(Duration.ofMillis(10))))
                    .isFalse();
            stalled.goOn();
            assertThat(file.awaitComplete(soon())).isTrue();
            assertThat(stalled.content()).isEqualTo(new String(PACKET, StandardCharsets.US_ASCII).repeat(PACKETS));
            assertThat(released.get()).isEqualTo((long) PACKETS * PACKET.length);
        }
    }

    @Test
    void dataAfterEndIsDiscarded() throws Exception {
        Path path = here.resolve("file");
        OutputFile file = new OutputFile(new Output.AppendTo(path, java.util.Optional.empty()));
        FileFlow flow = flow(file);
        assertThat(flow.accept(PACKET, 0, 5)).isZero();
        flow.end();
        flow.end();
        assertThat(flow.accept(PACKET, 5, 5)).isEqualTo(5);
        assertThat(file.awaitComplete(soon())).isTrue();
        assertThat(path).hasContent("01234");
    }

    /** The session may be closed before everything is written. */
    @Test
    void closedChannelLosesNoData() throws Exception {
        Path path = here.resolve("file");
        OutputFile file = new OutputFile(new Output.AppendTo(path, java.util.Optional.empty()));
        FileFlow flow = new FileFlow(
                file,
                bytes -> {
                    throw new IOException("gone: " + bytes);
                },
                BlockingThreads.ALL);
        for (int i = 0; i < PACKETS; i++) {
            int _ = flow.accept(PACKET, 0, PACKET.length);
        }
        flow.end();
        assertThat(file.awaitComplete(soon())).isTrue();
        assertThat(Files.size(path)).isEqualTo((long) PACKETS * PACKET.length);
    }
}
