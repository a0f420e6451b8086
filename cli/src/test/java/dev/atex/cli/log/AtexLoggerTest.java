package dev.atex.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
