package dev.atex.run.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.aggregator.Commit;
import dev.atex.executor.Ending;
import dev.atex.executor.FailureClass;
import dev.atex.run.GeneratedEvents;
import dev.atex.run.RunEvent;
import dev.atex.run.RunSummary;
import dev.atex.run.model.MachineModel.Activity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Each event is a second after the one before. */
class RunModelTest {
    private static final Ending PASS = ending(OptionalInt.of(0), Optional.empty(), "pass");
    private static final Ending FAIL = ending(OptionalInt.of(2), Optional.empty(), "fail");

    private final RunModel run = new RunModel();
    private long seconds;

    private static Ending ending(OptionalInt exit, Optional<FailureClass> failure, String status) {
        return new Ending(exit, failure, Optional.of(status), Optional.empty(), Optional.empty());
    }

    private Duration at() {
        return Duration.ofSeconds(seconds++);
    }

    private void started(String... tests) {
        run.on(new RunEvent.RunStarted(at(), Instant.EPOCH, "run", "p", List.of(tests)));
    }

    private void ready(String... machines) {
        for (String machine : machines) {
            run.on(new RunEvent.RemoteReady(at(), machine, "local"));
        }
    }

    private void begins(String machine, String test, int attempt) {
        run.on(new RunEvent.TestStarted(at(), machine, test, attempt));
    }

    private void ends(String machine, String test, int attempt, Ending ending, boolean rerun) {
        run.on(new RunEvent.TestFinished(at(), machine, test, attempt, ending, rerun, false));
    }

    private void stored(String test, int attempt) {
        run.on(new RunEvent.AttemptIngested(at(), test, attempt, true, new Commit("0-1", Optional.empty())));
    }

    private void resumed(String... tests) {
        run.on(new RunEvent.RunResumed(at(), Instant.EPOCH, List.of(tests)));
    }

    @Test
    void countsWhatIsRunningQueuedAndOver() {
        started("/a", "/b", "/c");
        ready("m1", "m2");
        assertThat(run.counts().queued()).isEqualTo(3);
        begins("m1", "/a", 1);
        assertThat(run.counts().running()).isEqualTo(1);
        ends("m1", "/a", 1, PASS, false);
        begins("m1", "/b", 1);
        ends("m1", "/b", 1, FAIL, false);
        assertThat(run.counts().passed()).isEqualTo(1);
        assertThat(run.counts().failed()).isEqualTo(1);
        assertThat(run.counts().queued()).isEqualTo(1);
        assertThat(run.pool().present())
                .extracting(MachineModel::activity)
                .containsExactly(Activity.IDLE, Activity.SET_UP);
    }

    @Test
    void testThatIsRunAgainGoesBackToTheQueue() {
        started("/a");
        ready("m1");
        begins("m1", "/a", 1);
        ends("m1", "/a", 1, FAIL, true);
        assertThat(run.counts().reruns()).isEqualTo(1);
        assertThat(run.counts().finished()).isZero();
        assertThat(run.counts().queued()).isEqualTo(1);
        assertThat(run.toRerun()).extracting(TestModel::name).containsExactly("/a");
        begins("m1", "/a", 2);
        ends("m1", "/a", 2, PASS, false);
        stored("/a", 2);
        assertThat(run.toRerun()).isEmpty();
        assertThat(run.summary().outcomes().getFirst().verdict()).isEqualTo(RunSummary.Verdict.FLAKY);
    }

    @Test
    void rerunThatDoesNotComeIsOverWithItsStoredResults() {
        started("/a");
        ready("m1");
        begins("m1", "/a", 1);
        ends("m1", "/a", 1, FAIL, true);
        stored("/a", 1);
        assertThat(run.counts().finished()).isEqualTo(1);
        assertThat(run.counts().failed()).isEqualTo(1);
        assertThat(run.toRerun()).isEmpty();
    }

    @Test
    void timeoutIsAFailureAndLostConnectionIsInfraWhateverWasReportedBefore() {
        started("/a", "/b");
        ready("m1");
        begins("m1", "/a", 1);
        ends("m1", "/a", 1, ending(OptionalInt.empty(), Optional.of(FailureClass.TIMEOUT), "infra"), false);
        begins("m1", "/b", 1);
        ends("m1", "/b", 1, ending(OptionalInt.empty(), Optional.of(FailureClass.CONNECTION), "pass"), false);
        assertThat(run.counts().failed()).isEqualTo(1);
        assertThat(run.counts().infra()).isEqualTo(1);
        assertThat(run.counts().passed()).isZero();
    }

    @Test
    void resumedRunCountsEachTestOnce() {
        started("/a", "/b", "/c", "/d");
        ready("m1");
        for (String test : List.of("/a", "/b")) {
            begins("m1", test, 1);
            ends("m1", test, 1, PASS, false);
            stored(test, 1);
        }
        begins("m1", "/c", 1); // killed
        resumed("/c", "/d");
        assertThat(run.counts().total()).isEqualTo(4);
        assertThat(run.counts().finished()).isEqualTo(2);
        assertThat(run.counts().running()).isZero();
        assertThat(run.counts().queued()).isEqualTo(2);
        assertThat(run.pool().present()).isEmpty();
        ready("m1");
        begins("m1", "/c", 2);
        ends("m1", "/c", 2, PASS, false);
        assertThat(run.counts().finished()).isEqualTo(3);
        assertThat(run.sessions()).isEqualTo(2);
    }

    @Test
    void testSkippedOnRequestIsNotInfra() {
        started("/a", "/b");
        run.on(new RunEvent.TestNotRun(at(), "/a", "enough have failed", "skip"));
        run.on(new RunEvent.TestNotRun(at(), "/b", "no machine"));
        assertThat(run.counts().finished()).isEqualTo(2);
        assertThat(run.counts().infra()).isEqualTo(1);
    }

    @Test
    void lostRunningTestIsOver() {
        started("/a", "/b");
        ready("m1");
        begins("m1", "/a", 1); // killed
        resumed("/b");
        run.on(new RunEvent.AttemptSuperseded(at(), "/a", 1, Optional.empty()));
        run.on(new RunEvent.TestNotRun(at(), "/a", "the test is not there any more"));
        assertThat(run.counts().running()).isZero();
        assertThat(run.counts().finished()).isEqualTo(1);
        assertThat(run.counts().queued()).isEqualTo(1);
    }

    @Test
    void releasingMachineIgnoresLateEventsOfItsTest() {
        started("/a");
        ready("m1");
        begins("m1", "/a", 1);
        run.on(new RunEvent.Interrupted(at(), 2, "SIGINT"));
        run.on(new RunEvent.ReleaseStarted(at(), "m1"));
        ends("m1", "/a", 1, ending(OptionalInt.empty(), Optional.of(FailureClass.CANCELLED), "infra"), false);
        assertThat(run.pool().present()).extracting(MachineModel::activity).containsExactly(Activity.RELEASE);
    }

    @Test
    void stopOfEarlierSessionIsDistinguished() {
        started("/a", "/b");
        run.on(new RunEvent.StopRequested(at(), "enough have failed"));
        assertThat(run.stoppedBefore()).isFalse();
        resumed("/a");
        run.on(new RunEvent.StopRequested(at(), "enough have failed"));
        assertThat(run.stoppedBefore()).isTrue();
    }

    @Test
    void machinesThatWereInUseWhenTheProcessWasKilledAreKnown() {
        started("/a");
        ready("m1", "m2", "m3", "m4");
        for (String machine : List.of("m1", "m2", "m3")) {
            run.on(new RunEvent.SetUpFinished(at(), machine));
        }
        run.on(new RunEvent.RemoteReleased(at(), "m1"));
        run.on(new RunEvent.ReleaseStarted(at(), "m2"));
        assertThat(run.machinesLeft()).containsExactly("m2", "m3");
        resumed("/a");
        ready("m3");
        run.on(new RunEvent.SetUpFinished(at(), "m3"));
        run.on(new RunEvent.RunFinished(at()));
        assertThat(run.machinesLeft()).as("of the killed process").containsExactly("m2", "m3");
    }

    @Test
    void machinesOfAProvisionerThatFailedAreNotAwaited() {
        started("/a");
        run.on(new RunEvent.ProvisionRequested(at(), "podman", 10));
        run.on(new RunEvent.ProvisionRequested(at(), "ssh", 2));
        run.on(new RunEvent.ProvisionProgress(at(), "podman", "podman-1", Map.of("state", "pulled")));
        run.on(new RunEvent.ProvisionerFailed(at(), "podman", "no engine"));
        assertThat(run.pool().awaited()).containsExactly(Map.entry("ssh", 2));
        assertThat(run.pool().coming()).isEmpty();
        assertThat(run.pool().lastProblem()).isEqualTo("no engine");
    }

    @Test
    void noTwoMachinesHaveTheSameLabel() {
        started("/a");
        ready("local-1");
        run.on(new RunEvent.RemoteReleased(at(), "local-1"));
        ready("local-1");
        resumed("/a");
        ready("local-1");
        assertThat(run.pool().machines())
                .extracting(MachineModel::label)
                .containsExactly("local-1", "local-1 (2)", "local-1 (3)");
    }

    @Test
    void waitBeginsWhenTheLastMachineIsReleasedAndEndsWithTheNext() {
        started("/a", "/b");
        ready("m1"); // 1
        begins("m1", "/a", 1);
        ends("m1", "/a", 1, FAIL, false);
        run.on(new RunEvent.ReleaseStarted(at(), "m1")); // 4
        run.on(new RunEvent.ProvisionFailed(at(), "local", "no room"));
        ready("m2"); // 6
        assertThat(run.pool().waits(Duration.ofSeconds(9)))
                .containsExactly(
                        new PoolModel.Wait(Duration.ZERO, Duration.ofSeconds(1), "waiting for a machine (local)"),
                        new PoolModel.Wait(
                                Duration.ofSeconds(4), Duration.ofSeconds(6), "no machine was available: no room"));
    }

    @Test
    void countsMatchStagesOfTests() {
        List<Class<? extends RunEvent>> kinds = GeneratedEvents.kinds();
        String[] names = {"/a", "/b", "/c"};
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            GeneratedEvents events = new GeneratedEvents(seed);
            RunModel model = new RunModel();
            for (int i = 0; i < 40; i++) {
                model.on(events.with(
                        Map.of("test", names[random.nextInt(3)], "remote", "m" + random.nextInt(2)),
                        kinds.get(random.nextInt(kinds.size()))));
                assertPlaces(model, "seed " + seed + ", event " + i);
            }
            assertThat(model.summary().outcomes()).hasSameSizeAs(model.names());
        }
    }

    private static void assertPlaces(RunModel model, String where) {
        Map<TestModel.Stage, Long> counted = new java.util.EnumMap<>(TestModel.Stage.class);
        model.tests().forEach(test -> counted.merge(test.stage(), 1L, Long::sum));
        RunCounts counts = model.counts();
        assertThat(List.of(counts.queued(), counts.running(), counts.finished(), counts.total()))
                .as(where)
                .containsExactly(
                        counted.getOrDefault(TestModel.Stage.QUEUED, 0L).intValue(),
                        counted.getOrDefault(TestModel.Stage.RUNNING, 0L).intValue(),
                        counted.getOrDefault(TestModel.Stage.OVER, 0L).intValue(),
                        model.tests().size());
    }
}
