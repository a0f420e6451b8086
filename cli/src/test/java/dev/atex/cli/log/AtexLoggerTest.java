package dev.atex.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.cli.Cli;
import dev.atex.cli.command.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class AtexLoggerTest {
    private static final System.Logger LOG = System.getLogger("dev.atex.test");

    @TempDir
    private Path directory;

    @BeforeEach
    void isProgram() {
        ProcessLog.begin();
    }

    @AfterEach
    void end() {
        ProcessLog.end();
        ProcessLog.leave();
    }

    @Test
    void nothingIsLoggedUntilSomebodyAsks() {
        assertThat(LOG.isLoggable(Level.ERROR)).isFalse();
    }

    @Test
    void fileHasAllLevelsFromDebugAndFormatsMessages() throws IOException {
        ProcessLog.keepForFile();
        LOG.log(Level.DEBUG, "early");
        ProcessLog.OfRun log = ProcessLog.open(directory.resolve("atex.log"));
        LOG.log(Level.TRACE, "trace");
        LOG.log(Level.INFO, "{0} of {1}", "one", "two");
        LOG.log(Level.WARNING, "broken {format", "one");
        LOG.log(Level.INFO, () -> "supplied");
        LOG.log(Level.ERROR, "thrown", new IOException("why"));
        assertThat(log.close()).isEmpty();
        LOG.log(Level.ERROR, "after the end");
        List<String> lines = Files.readAllLines(directory.resolve("atex.log"));
        assertThat(lines)
                .extracting(line -> line.substring(line.indexOf("] ") + 2))
                .containsExactly(
                        "early", "one of two", "broken {format", "supplied", "thrown: java.io.IOException: why");
    }

    @Test
    void messagesBetweenRunsAreInLogOfNextRun() throws IOException {
        ProcessLog.keepForFile();
        ProcessLog.OfRun first = ProcessLog.open(directory.resolve("first.log"));
        LOG.log(Level.INFO, "of the first");
        assertThat(first.close()).isEmpty();
        LOG.log(Level.INFO, "between");
        ProcessLog.OfRun second = ProcessLog.open(directory.resolve("second.log"));
        LOG.log(Level.INFO, "of the second");
        assertThat(second.close()).isEmpty();
        assertThat(Files.readAllLines(directory.resolve("first.log")))
                .singleElement()
                .asString()
                .endsWith("of the first");
        assertThat(Files.readAllLines(directory.resolve("second.log")))
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("between"),
                        line -> assertThat(line).endsWith("of the second"));
    }

    /** The reader of standard error reads nothing; the writer has the lock of the stream. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void programEndsWhileNobodyReadsStandardError() throws Exception {
        CountDownLatch isWriting = new CountDownLatch(1);
        CountDownLatch isRead = new CountDownLatch(1);
        PrintStream err = printing(() -> {
            isWriting.countDown();
            await(isRead);
        });
        PrintStream out = printing(() -> {
            LOG.log(Level.INFO, "to standard error");
            await(isWriting);
        });
        Terminal terminal = new Terminal(out, err, Map.of("XDG_STATE_HOME", directory.toString()), false);
        try {
            assertThat(Cli.run(terminal, "runs", "--in", directory.toString(), "-v"))
                    .isZero();
            assertThat(isWriting.getCount()).isZero();
        } finally {
            isRead.countDown();
        }
    }

    private static PrintStream printing(Runnable before) {
        return new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        before.run();
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) {
                        before.run();
                    }
                },
                true,
                StandardCharsets.UTF_8);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void debugMessagesOfOtherLibrariesAreNotWanted() {
        ProcessLog.keepForFile();
        assertThat(System.getLogger("jdk.httpclient.Test").isLoggable(Level.DEBUG))
                .isFalse();
        assertThat(System.getLogger("jdk.httpclient.Test").isLoggable(Level.WARNING))
                .isTrue();
        assertThat(LOG.isLoggable(Level.DEBUG)).isTrue();
    }

    @Test
    void missingDirectoryIsReportedWhenTheLogIsClosed() {
        ProcessLog.OfRun log = ProcessLog.open(directory.resolve("gone/atex.log"));
        LOG.log(Level.INFO, "lost");
        assertThat(log.close())
                .get()
                .asString()
                .startsWith("1 line is missing: ")
                .contains("gone");
    }
}
