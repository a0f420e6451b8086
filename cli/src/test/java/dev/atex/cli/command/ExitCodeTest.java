package dev.atex.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.run.RunSummary;
import dev.atex.run.RunSummary.Outcome;
import dev.atex.run.RunSummary.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExitCodeTest {
    private static RunSummary summary(Optional<String> interrupted, List<String> problems, Verdict... verdicts) {
        List<Outcome> outcomes = Stream.of(verdicts)
                .map(verdict -> new Outcome("/t", 1, verdict, "", Optional.empty(), Optional.empty()))
                .toList();
        return new RunSummary(outcomes, problems, interrupted, Duration.ZERO);
    }

    private static int of(Verdict... verdicts) {
        return ExitCode.of(summary(Optional.empty(), List.of(), verdicts), OptionalInt.empty(), false);
    }

    @Test
    void worstVerdictDecidesExitCode() {
        assertThat(of(Verdict.PASSED, Verdict.PASSED)).isZero();
        assertThat(of(Verdict.PASSED, Verdict.FAILED)).isEqualTo(1);
        for (Verdict verdict : List.of(Verdict.INFRA, Verdict.NOT_RUN, Verdict.CANCELLED)) {
            assertThat(of(verdict, Verdict.FAILED)).isEqualTo(3);
        }
    }

    @Test
    void skippedTestIsNoInfrastructureFailure() {
        Outcome skipped = new Outcome(
                "/t", 0, Verdict.NOT_RUN, "skip", Optional.of("a test has failed before"), Optional.empty());
        Outcome failed = new Outcome("/f", 1, Verdict.FAILED, "fail", Optional.empty(), Optional.empty());
        RunSummary summary = new RunSummary(List.of(failed, skipped), List.of(), Optional.empty(), Duration.ZERO);
        assertThat(ExitCode.of(summary, OptionalInt.empty(), false)).isEqualTo(1);
    }

    @Test
    void flakyTestFailsOnlyIfAsked() {
        RunSummary flaky = summary(Optional.empty(), List.of(), Verdict.PASSED, Verdict.FLAKY);
        assertThat(ExitCode.of(flaky, OptionalInt.empty(), false)).isZero();
        assertThat(ExitCode.of(flaky, OptionalInt.empty(), true)).isEqualTo(1);
    }

    @Test
    void problemOutsideOfTestsIsInfrastructureFailure() {
        assertThat(ExitCode.of(summary(Optional.empty(), List.of("x"), Verdict.PASSED), OptionalInt.empty(), false))
                .isEqualTo(3);
    }

    @Test
    void signalThatEndedRunDecidesExitCode() {
        OptionalInt term = OptionalInt.of(143);
        assertThat(ExitCode.of(summary(Optional.of("SIGTERM"), List.of("x"), Verdict.CANCELLED), term, false))
                .isEqualTo(143);
        assertThat(ExitCode.of(summary(Optional.empty(), List.of(), Verdict.PASSED), term, false))
                .isZero();
    }
}
