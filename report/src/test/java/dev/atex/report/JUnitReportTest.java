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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A failed test with subtests that have no notes, one of them with the name of the test. */
class JUnitReportTest {
    @TempDir
    private Path temp;

    private String report() throws Exception {
        Ending ending = new Ending(
                OptionalInt.of(1),
                Optional.of(FailureClass.TEST),
                Optional.of("fail"),
                Optional.empty(),
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
        Files.writeString(temp.resolve("results.jsonl"), """
                ["p", "fail", "/t", "/t", [], null]
                ["p", "skip", "/t", "other", [], null]
                ["p", "fail", "/t", null, [], null]
                """);
        Path file = temp.resolve("junit.xml");
        ReportFormat.JUNIT.write(RunReport.read(temp), file);
        return Files.readString(file);
    }

    @Test
    void subtestWithNameOfItsTestGetsAnotherName() throws Exception {
        assertThat(report())
                .containsOnlyOnce("<testcase name=\"/t\" classname=\"/t\"")
                .contains("<testcase name=\"/t (subtest)\" classname=\"/t\"", "<testcase name=\"other\"");
    }

    @Test
    void resultWithoutNoteHasItsStatusAsMessage() throws Exception {
        assertThat(report())
                .contains("<failure message=\"fail\" type=\"fail\">", "<skipped message=\"skip\">")
                .doesNotContain("message=\"\"");
    }
}
