package dev.atex.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.aggregator.Commit;
import dev.atex.executor.Ending;
import dev.atex.executor.FailureClass;
import dev.atex.report.model.RunReport;
import dev.atex.run.EventLog;
import dev.atex.run.RunEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A test that reported {@code pass} and was then aborted: every report shows that it did not pass, and why. */
class AbortedReportTest {
    private static final String REASON = "TestAbortedError(test duration timeout reached)";

    @TempDir
    private Path temp;

    private RunReport run;

    @BeforeEach
    void run() throws Exception {
        Ending ending = new Ending(
                OptionalInt.empty(),
                Optional.of(FailureClass.TIMEOUT),
                Optional.of("pass"),
                Optional.of("3 of 3; " + REASON),
                Optional.empty());
        Duration at = Duration.ofSeconds(1);
        try (EventLog log = EventLog.open(temp.resolve("events.jsonl"))) {
            List.of(
                            new RunEvent.RunStarted(at, Instant.EPOCH, "run", "p", List.of("/t")),
                            new RunEvent.ProvisionRequested(at, "local", 1),
                            new RunEvent.RemoteReady(at, "m", "local"),
                            new RunEvent.SetUpFinished(at, "m"),
                            new RunEvent.TestStarted(at, "m", "/t", 1),
                            new RunEvent.TestFinished(at, "m", "/t", 1, ending, false, true),
                            new RunEvent.AttemptIngested(at, "/t", 1, true, new Commit("0-1", Optional.empty())),
                            new RunEvent.RunFinished(at))
                    .forEach(log::on);
        }
        Files.writeString(
                temp.resolve("results.jsonl"), "[\"p\", \"pass\", \"/t\", null, [], \"3 of 3; " + REASON + "\"]\n");
        run = RunReport.read(temp);
    }

    private String written(ReportFormat format) throws Exception {
        Path file = temp.resolve("report");
        format.write(run, file);
        return Files.readString(file);
    }

    @Test
    void junitReportsFailure() throws Exception {
        assertThat(written(ReportFormat.JUNIT)).contains("<failure message=\"3 of 3; " + REASON + "\"");
    }

    @Test
    void ctrfReportsFailed() throws Exception {
        assertThat(written(ReportFormat.CTRF)).contains("\"failed\"", REASON);
    }

    @Test
    void pageAndYamlHaveReason() throws Exception {
        assertThat(written(ReportFormat.HTML)).contains("\"fail\"", REASON);
        Files.delete(temp.resolve("report"));
        assertThat(written(ReportFormat.YAML)).contains(REASON);
    }
}
