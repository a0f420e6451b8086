package dev.atex.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.run.RunSummary;
import dev.atex.run.RunSummary.Outcome;
import dev.atex.run.RunSummary.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SummaryTextTest {
    private static final Path DIRECTORY = Path.of("atex-runs", "x");

    @Test
    void listsFailuresWithNoteAndLogAndCountsAllTests() {
        Path log = DIRECTORY.toAbsolutePath().resolve("files/local/b/output.txt");
        RunSummary summary = new RunSummary(
                List.of(
                        outcome("/a", Verdict.PASSED, "pass", Optional.empty(), Optional.empty()),
                        outcome("/b", Verdict.FAILED, "fail", Optional.of("no\nfile"), Optional.of(log)),
                        outcome("/c", Verdict.PASSED, "warn", Optional.empty(), Optional.empty()),
                        outcome("/d", Verdict.NOT_RUN, "", Optional.of("no machine"), Optional.empty())),
                List.of("m1 may still exist: \u001b"),
                Optional.empty(),
                Duration.ofSeconds(3));
        assertThat(lines(summary))
                .containsExactly(
                        "",
                        "Not passed:",
                        "  fail /b",
                        "        no\\nfile",
                        "        atex-runs/x/files/local/b/output.txt",
                        "",
                        "Not run:",
                        "  /d  no machine",
                        "",
                        "Problems:",
                        "  m1 may still exist: \\e",
                        "",
                        "4 tests: 1 pass, 1 fail, 1 not run, 1 warn in 3.0s",
                        "Results: atex-runs/x/results.jsonl   (all of the run: atex-runs/x)");
    }

    @Test
    void machineLineIsPrintedIfThereWereMachines() {
        RunSummary summary = new RunSummary(
                List.of(outcome("/a", Verdict.PASSED, "pass", Optional.empty(), Optional.empty())),
                List.of(),
                Optional.empty(),
                Duration.ofSeconds(3));
        assertThat(new SummaryText(Style.PLAIN).lines(summary, "2 machines", DIRECTORY, true))
                .startsWith("", "1 test: 1 pass in 3.0s", "Machines: 2 machines");
        assertThat(lines(summary)).noneMatch(line -> line.startsWith("Machines"));
    }

    @Test
    void longStatusAndNoteAreCut() {
        RunSummary summary = new RunSummary(
                List.of(
                        outcome("/a", Verdict.PASSED, "x".repeat(100_000), Optional.empty(), Optional.empty()),
                        outcome("/b", Verdict.FAILED, "error", Optional.of("y".repeat(100_000)), Optional.empty()),
                        outcome("/c", Verdict.NOT_RUN, "", Optional.of("\u001b".repeat(100_000)), Optional.empty())),
                List.of(),
                Optional.empty(),
                Duration.ofSeconds(3));
        assertThat(lines(summary))
                .contains("        " + "y".repeat(1_000) + "... (100000 characters, all in the results)")
                .contains("3 tests: 2 error, 1 not run in 3.0s")
                .allMatch(line -> line.length() < 2_100);
    }

    @Test
    void passedRunHasTwoLines() {
        RunSummary summary = new RunSummary(
                List.of(outcome("/a", Verdict.PASSED, "pass", Optional.empty(), Optional.empty())),
                List.of(),
                Optional.empty(),
                Duration.ofMillis(400));
        assertThat(lines(summary))
                .containsExactly("", "1 test: 1 pass in 0.4s", lines(summary).getLast());
    }

    @Test
    void passThatWasNotStoredCountsAsInfra() {
        RunSummary summary = new RunSummary(
                List.of(outcome("/a", Verdict.INFRA, "pass", Optional.of("disk full"), Optional.empty())),
                List.of(),
                Optional.empty(),
                Duration.ofSeconds(1));
        assertThat(lines(summary)).contains("  infra /a", "1 test: 1 infra in 1.0s");
    }

    @Test
    void manyFailuresAreCountedNotListed() {
        List<Outcome> all = IntStream.range(0, 5000)
                .mapToObj(i -> outcome("/t" + i, Verdict.FAILED, "fail", Optional.empty(), Optional.empty()))
                .toList();
        List<String> lines = lines(new RunSummary(all, List.of(), Optional.of("SIGINT"), Duration.ofSeconds(1)));
        assertThat(lines).hasSizeLessThan(220).contains("  and 4800 more");
        assertThat(lines)
                .anySatisfy(line -> assertThat(line).startsWith("Interrupted (SIGINT). 5000 tests: 5000 fail"));
    }

    @Test
    void missingResultsAreNotMentioned() {
        RunSummary summary = new RunSummary(
                List.of(outcome("/a", Verdict.PASSED, "pass", Optional.empty(), Optional.empty())),
                List.of("the run directory was removed"),
                Optional.of("the run directory is gone"),
                Duration.ofSeconds(1));
        assertThat(new SummaryText(Style.PLAIN).lines(summary, DIRECTORY, false))
                .noneMatch(line -> line.contains(DIRECTORY.toString()));
    }

    private static List<String> lines(RunSummary summary) {
        return new SummaryText(Style.PLAIN).lines(summary, DIRECTORY, true);
    }

    private static Outcome outcome(
            String test, Verdict verdict, String status, Optional<String> note, Optional<Path> log) {
        return new Outcome(test, 1, verdict, status, note, log);
    }
}
