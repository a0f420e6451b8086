package dev.atex.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.cli.command.Terminal;
import dev.atex.report.model.ReportedMachine;
import dev.atex.report.model.RunReport;
import dev.atex.run.model.MachineModel.Activity;
import dev.atex.run.model.MachineModel.Span;
import dev.atex.run.model.RunModel;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MachineMinutesTest {
    private static Span span(Activity activity, int from, int to, String text, int attempt) {
        return new Span(activity, Duration.ofMinutes(from), Duration.ofMinutes(to), text, attempt);
    }

    private static String printed(ReportedMachine... machines) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        new MachineMinutes(new RunReport(
                        Path.of("/run"),
                        "id",
                        "local",
                        Instant.EPOCH,
                        Duration.ofHours(1),
                        RunModel.State.FINISHED,
                        Optional.empty(),
                        List.of(),
                        List.of(machines),
                        List.of(),
                        List.of(),
                        List.of()))
                .print(new Terminal(stream, stream, Map.of(), true));
        return out.toString(StandardCharsets.UTF_8);
    }

    /** What came before a machine was there costs nothing here, and tests come in the order of what they cost. */
    @Test
    void printsMachineMinutesOfEachTest() {
        ReportedMachine one = new ReportedMachine(
                "m1",
                "p",
                List.of(
                        span(Activity.PROVISION, 0, 30, "", 0),
                        span(Activity.SET_UP, 30, 31, "", 0),
                        span(Activity.TEST, 31, 34, "/short", 1),
                        span(Activity.TEST, 34, 44, "/long", 1),
                        span(Activity.IDLE, 44, 49, "no test is left", 0),
                        span(Activity.RELEASE, 49, 50, "", 0)));
        ReportedMachine two =
                new ReportedMachine("m2", "p", List.of(span(Activity.TEST, 40, 60, "/long\u001b[31m", 2)));
        ReportedMachine none = new ReportedMachine("m3", "p", List.of(span(Activity.PROVISION, 0, 60, "", 0)));
        assertThat(printed(one, none)).isEqualTo("""
                        1 machine for 20 machine-minutes, 65 % of them running tests, 25 % idle
                        MINUTES  SHARE  ATTEMPTS  TEST
                        10.0     50 %   1         /long
                        3.0      15 %   1         /short
                        1.0      5 %              (setup)
                        5.0      25 %             (idle)
                        1.0      5 %              (release)
                        """);
        assertThat(printed(one, one, two))
                .startsWith("3 machines for 60 machine-minutes, 77 % of them running tests, 17 % idle\n")
                .containsPattern("20\\.0 +33 % +2 +/long\n")
                .contains("/long\\e[31m")
                .doesNotContain("\u001b");
    }

    @Test
    void runWithoutMachinesPrintsNoMachines() {
        assertThat(printed()).isEqualTo("No machines.\n");
    }
}
