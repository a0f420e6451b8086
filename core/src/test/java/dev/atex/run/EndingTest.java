package dev.atex.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.executor.Ending;
import dev.atex.executor.FailedSubtests;
import dev.atex.executor.FailureClass;
import dev.atex.executor.Subtests;
import dev.atex.run.RunSummary.Verdict;
import dev.atex.run.model.RunModel;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EndingTest {
    private static Ending own(int exit, String status) {
        return new Ending(
                OptionalInt.of(exit),
                Optional.empty(),
                Optional.ofNullable(status),
                Optional.empty(),
                Optional.empty());
    }

    private static Ending aborted(FailureClass failure, String status) {
        return new Ending(
                OptionalInt.empty(),
                Optional.of(failure),
                Optional.ofNullable(status),
                Optional.empty(),
                Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({
        "0,,pass,PASSED",
        "1,,fail,FAILED",
        "0,pass,pass,PASSED",
        "1,pass,pass,PASSED",
        "0,fail,fail,FAILED",
        "0,error,error,FAILED",
        "0,infra,infra,INFRA",
        "0,warn,warn,PASSED",
        "1,warn,fail,FAILED",
        "0,FAIL,fail,FAILED",
        "0,failed,fail,FAILED",
        "1,Passed,pass,PASSED",
        "0,Skipped,skip,PASSED",
        "0,5,error,FAILED",
        "0,skip,skip,PASSED",
        "0,of my own,error,FAILED"
    })
    void theTestsOwnStatusBeatsItsExitCode(int exit, String status, String word, Verdict verdict) {
        assertThat(own(exit, status).word()).isEqualTo(word);
        assertThat(Verdict.of(own(exit, status))).isEqualTo(verdict);
    }

    @ParameterizedTest
    @EnumSource(value = FailureClass.class, mode = EnumSource.Mode.EXCLUDE, names = "TEST")
    void whatWasReportedBeforeAnAbortIsNotTheWholeTruth(FailureClass failure) {
        for (String status : new String[] {null, "pass", "fail", "infra"}) {
            Ending ending = aborted(failure, status);
            assertThat(ending.word()).isEqualTo(failure == FailureClass.TIMEOUT ? "fail" : "infra");
            assertThat(Verdict.of(ending))
                    .isEqualTo(
                            switch (failure) {
                                case TIMEOUT -> Verdict.FAILED;
                                case CANCELLED -> Verdict.CANCELLED;
                                case TEST, CONTROL, SETUP, CONNECTION, INTERNAL -> Verdict.INFRA;
                            });
        }
    }

    @Test
    void everyFailedAttemptHasAClass() {
        assertThat(own(0, "pass").failureClass()).isEmpty();
        assertThat(own(1, null).failureClass()).contains(FailureClass.TEST);
        assertThat(own(1, "pass").failureClass()).isEmpty();
        assertThat(own(0, "of my own").failureClass()).contains(FailureClass.TEST);
        assertThat(own(0, "error").failureClass()).contains(FailureClass.TEST);
        assertThat(aborted(FailureClass.TIMEOUT, "pass").failureClass()).contains(FailureClass.TIMEOUT);
        assertThat(aborted(FailureClass.CANCELLED, "pass").isFailure()).isFalse();
        for (FailureClass each : FailureClass.values()) {
            assertThat(FailureClass.of(each.word())).isEqualTo(each);
        }
    }

    @Test
    void aFailedSubtestFailsItsTestUnlessItIsIgnored() {
        for (String status : new String[] {null, "pass", "info", "warn", "skip", "fail"}) {
            Ending own = own(0, status);
            Ending ending = new Ending(
                    own.exitCode(),
                    own.failure(),
                    own.status(),
                    own.note(),
                    own.log(),
                    new FailedSubtests(2, 0, Optional.of("a/b")));
            assertThat(Verdict.of(ending)).isEqualTo(Verdict.FAILED);
            assertThat(ending.word()).isEqualTo("fail");
            assertThat(ending.failureClass()).contains(FailureClass.TEST);
            assertThat(ending.reason()).contains("2 subtests failed, the first: a/b");
            assertThat(Verdict.of(ending.judged(Subtests.IGNORE))).isEqualTo(Verdict.of(own));
            assertThat(ending.judged(Subtests.IGNORE).judged(Subtests.COUNT)).isEqualTo(ending);
        }
    }

    /** Neither by its exit code, of which nobody has heard there, nor without a name. */
    @Test
    void theSubtestThatFailedIsNamed() {
        FailedSubtests one = new FailedSubtests(1, 0, Optional.of("a"));
        for (int exit : new int[] {0, 1}) {
            Ending ending = new Ending(
                    OptionalInt.of(exit),
                    Optional.empty(),
                    Optional.of("pass"),
                    Optional.empty(),
                    Optional.empty(),
                    one);
            assertThat(ending.reason()).contains("subtest a failed");
            assertThat(ending.judged(Subtests.IGNORE).reason()).isEmpty();
        }
        assertThat(new FailedSubtests(1, 0, Optional.of("x".repeat(999)))
                        .first()
                        .orElseThrow())
                .hasSize(203);
        assertThat(new FailedSubtests(1, 0, Optional.empty()).reason()).contains("1 subtest failed");
    }

    @Test
    void noReasonIsAnExitCodeThatSaysNothing() {
        assertThat(own(0, "fail").reason()).contains("the test reported fail and no reason");
        assertThat(own(7, null).reason()).contains("exit code 7");
        assertThat(own(0, "pass").reason()).isEmpty();
        assertThat(own(0, "odd").reason()).contains("unknown status 'odd'");
    }

    @Test
    void aSummaryCountsWhatIsNotStoredAsInfra() {
        assertThat(Verdict.of(own(0, "pass"))).isEqualTo(Verdict.PASSED);
        RunModel fold = new RunModel();
        java.time.Duration at = java.time.Duration.ZERO;
        fold.on(new RunEvent.RunStarted(at, java.time.Instant.EPOCH, "id", "p", java.util.List.of("/a")));
        fold.on(new RunEvent.TestStarted(at, "m", "/a", 1));
        fold.on(new RunEvent.TestFinished(at, "m", "/a", 1, own(0, "pass"), false, false));
        assertThat(fold.summary().outcomes().getFirst().verdict()).isEqualTo(Verdict.INFRA);
    }
}
