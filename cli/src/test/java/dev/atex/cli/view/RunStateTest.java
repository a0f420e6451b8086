package dev.atex.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.executor.FailureClass;
import dev.atex.orchestrator.Ending;
import dev.atex.orchestrator.RunEvent;
import dev.atex.orchestrator.RunSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RunStateTest {
    private final Events events = new Events();
    private final RunState state = new RunState();

    @Test
    void countsWhatIsRunningQueuedAndDone() {
        fold(events.started("/a", "/b", "/c"), events.ready("m1"), events.ready("m2"));
        assertThat(state.queued()).isEqualTo(3);
        assertThat(state.settingUp()).isEqualTo(2);
        fold(events.setUp("m1"), events.begins("m1", "/a"));
        assertThat(state.settingUp()).isEqualTo(1);
        assertThat(state.running()).isEqualTo(1);
        assertThat(state.machines().get("m1").test()).isEqualTo("/a");
        fold(events.passes("m1", "/a"), events.begins("m1", "/b"), events.fails("m1", "/b", false));
        assertThat(state.passed()).isEqualTo(1);
        assertThat(state.failed()).isEqualTo(1);
        assertThat(state.queued()).isEqualTo(1);
        assertThat(state.machines()).containsOnlyKeys("m2");
    }

    @Test
    void aRerunGoesBackToTheQueue() {
        fold(events.started("/a"), events.begins("m1", "/a"), events.fails("m1", "/a", true));
        assertThat(state.reruns()).isEqualTo(1);
        assertThat(state.finished()).isZero();
        assertThat(state.queued()).isEqualTo(1);
    }

    @Test
    void aTestOverItsDurationFailedAndALostConnectionIsInfra() {
        fold(events.started("/a", "/b"), events.begins("m1", "/a"), events.timesOut("m1", "/a"));
        fold(events.begins("m1", "/b"), events.aborted("m1", "/b", FailureClass.CONNECTION, "gone"));
        assertThat(state.failed()).isEqualTo(1);
        assertThat(state.infra()).isEqualTo(1);
    }

    @Test
    void whatATestReportedBeforeItsMachineWasLostIsNotAPass() {
        Ending lost = new Ending(
                OptionalInt.empty(),
                Optional.of(FailureClass.CONNECTION),
                Optional.of("pass"),
                Optional.empty(),
                Optional.empty());
        fold(events.started("/a"), events.begins("m1", "/a"), events.ends("m1", "/a", lost, false));
        assertThat(state.passed()).isZero();
        assertThat(state.infra()).isEqualTo(1);
    }

    @Test
    void theRestTakesAtLeastAsLongAsATestThatIsRunAgainTookBefore() {
        fold(events.started("/a", "/b", "/c", "/d"), events.begins("m1", "/a"));
        RunEvent.TestFinished e = (RunEvent.TestFinished) events.fails("m1", "/a", true);
        Duration later = e.at().plusSeconds(600);
        fold(new RunEvent.TestFinished(later, "m1", "/a", 1, e.ending(), true, false));
        for (String test : List.of("/b", "/c", "/d")) {
            fold(new RunEvent.TestStarted(later, "m1", test, 1));
            fold(new RunEvent.TestFinished(later.plusSeconds(1), "m1", test, 1, e.ending(), false, false));
        }
        fold(new RunEvent.TestStarted(later, "m1", "/a", 2));
        assertThat(state.remaining(later.plusSeconds(100))).contains(Duration.ofSeconds(501));
    }

    @Test
    void releasesAreWaitedFor() {
        fold(events.started("/a"), events.ready("m1"), events.releasing("m1"));
        assertThat(state.releasing()).containsExactly("m1");
        fold(events.released("m1"));
        assertThat(state.releasing()).isEmpty();
    }

    @Test
    void aRunThatGoesOnCountsWhatWasDone() {
        List<RunSummary.Outcome> before = List.of(
                outcome("/a", RunSummary.Verdict.PASSED),
                outcome("/b", RunSummary.Verdict.FAILED),
                outcome("/c", RunSummary.Verdict.CANCELLED),
                outcome("/d", RunSummary.Verdict.NOT_RUN),
                outcome("/e", RunSummary.Verdict.FAILED));
        state.goesOn(new RunSummary(before, List.of(), Optional.of("SIGINT"), Duration.ZERO));
        fold(new RunEvent.RunResumed(Duration.ZERO, Instant.EPOCH, List.of("/c", "/d", "/e")));
        assertThat(state.total()).isEqualTo(5);
        assertThat(state.passed()).isEqualTo(1);
        assertThat(state.failed()).isEqualTo(1);
        assertThat(state.queued()).isEqualTo(3);
    }

    /** Whoever watches sees the events of all sittings. */
    @Test
    void aRunThatGoesOnWhileItIsWatchedBeginsToCountAnew() {
        fold(events.started("/a", "/b", "/c"), events.ready("m1"), events.ready("m2"), events.ready("m3"));
        fold(events.setUp("m1"), events.begins("m1", "/a"), events.passes("m1", "/a"));
        fold(events.begins("m1", "/b"), new RunEvent.ReleaseStarted(Duration.ZERO, "m2"));
        fold(new RunEvent.ProvisionRequested(Duration.ZERO, "pool", 7));
        fold(new RunEvent.Interrupted(Duration.ZERO, 1, "SIGINT"));
        List<RunSummary.Outcome> before = List.of(
                outcome("/a", RunSummary.Verdict.PASSED),
                outcome("/b", RunSummary.Verdict.CANCELLED),
                outcome("/c", RunSummary.Verdict.NOT_RUN));
        state.goesOn(new RunSummary(before, List.of(), Optional.empty(), Duration.ZERO));
        fold(new RunEvent.RunResumed(Duration.ZERO, Instant.EPOCH, List.of("/b", "/c")));
        assertThat(state.total()).isEqualTo(3);
        assertThat(state.finished()).isEqualTo(1);
        assertThat(state.passed()).isEqualTo(1);
        assertThat(state.running()).isZero();
        assertThat(state.queued()).isEqualTo(2);
        assertThat(state.machines()).as("those of the earlier sitting").isEmpty();
        assertThat(state.releasing()).isEmpty();
        assertThat(state.interrupts()).isZero();
        assertThat(state.awaited()).isEqualTo("a machine");
    }

    @Test
    void machinesOfAProvisionerThatFailedAreNotAwaited() {
        fold(new RunEvent.ProvisionRequested(Duration.ZERO, "podman", 9));
        fold(new RunEvent.ProvisionProgress(Duration.ZERO, "podman", "m1", java.util.Map.of("state", "queued")));
        fold(new RunEvent.ProvisionRequested(Duration.ZERO, "ssh", 1));
        fold(new RunEvent.ProvisionerFailed(Duration.ZERO, "podman", "no podman here"));
        assertThat(state.awaited()).isEqualTo("1 machine from ssh");
        assertThat(state.coming()).isEmpty();
    }

    private static RunSummary.Outcome outcome(String test, RunSummary.Verdict verdict) {
        return new RunSummary.Outcome(test, 1, verdict, "", Optional.empty(), Optional.empty());
    }

    private void fold(RunEvent... all) {
        Arrays.stream(all).forEach(state::on);
    }
}
