package dev.atex.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.executor.FailureClass;
import dev.atex.orchestrator.Fakes.FakeRemote;
import dev.atex.run.DestructivePolicy;
import dev.atex.run.EventLog;
import dev.atex.run.RerunPolicy;
import dev.atex.run.RunEvent;
import dev.atex.run.RunSummary;
import dev.atex.run.RunSummary.Verdict;
import dev.atex.run.model.RunModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AdHocOrchestratorTest extends OrchestratorContract {
    @Override
    OrchestratorBuilder builder() {
        return AdHocOrchestrator.builder();
    }

    @Override
    Orchestrator build(OrchestratorBuilder builder) {
        return builder.build();
    }

    @Test
    void testsRunOnAllMachinesAtOnce() throws Exception {
        CyclicBarrier together = new CyclicBarrier(4);
        RunSummary summary = run(builder(names(4), (test, attempt, executor) -> {
            together.await();
            return 0;
        }));

        assertThat(verdicts(summary).values()).containsOnly(Verdict.PASSED);
        assertThat(remotesOf(machines.made)).hasSize(4);
    }

    @Test
    void aGoodMachineIsUsedAgainAndADestroyedOneIsNot() throws Exception {
        OrchestratorBuilder builder = builder(names(12), (test, attempt, executor) -> test.endsWith("5") ? 1 : 0);
        RunSummary summary = run(builder);

        long destroyed = events.stream()
                .filter(event -> event instanceof RunEvent.TestFinished finished && finished.destroyed())
                .count();
        assertThat(destroyed).isEqualTo(1);
        assertThat(verdicts(summary)).containsEntry("/test/t5", Verdict.FAILED);
        assertThat(machines.asked).hasValue(12);
    }

    @Test
    void destructiveTestsUseTheirMachineUpEvenWhenTheyPass() throws Exception {
        OrchestratorBuilder builder = builder(names(6), (test, attempt, executor) -> 0);
        builder.destructive(DestructivePolicy.onNonZeroExit()
                .or(DestructivePolicy.tests(Set.of("/test/t1", "/test/t2")::contains)));
        run(builder);

        assertThat(events)
                .filteredOn(event -> event instanceof RunEvent.TestFinished finished && finished.destroyed())
                .extracting(event -> ((RunEvent.TestFinished) event).test())
                .containsExactlyInAnyOrder("/test/t1", "/test/t2");
    }

    @Test
    void machinesThatServeOneTestAreReplacedAfterEachTest() throws Exception {
        machines.oneTestEach = true;
        run(builder(names(6), (test, attempt, executor) -> 0));

        assertThat(events)
                .filteredOn(event -> event instanceof RunEvent.TestFinished finished && finished.destroyed())
                .hasSize(6);
        assertThat(machines.made).hasSizeGreaterThanOrEqualTo(6);
    }

    @Test
    void aMachineThatIsLostWhenItsTimeIsOverIsExplained() throws Exception {
        machines.life = Optional.of(Duration.ZERO);
        RunSummary summary = run(builder(names(1), (test, attempt, executor) -> {
            throw new Fakes.Abort(FailureClass.CONNECTION, "connection lost");
        }));
        assertThat(summary.outcomes())
                .extracting(RunSummary.Outcome::note)
                .containsExactly(Optional.of("TestAbortedError(connection lost: the machine's 0 minutes were over)"));
    }

    @Test
    void aMachineThatIsLostBeforeIsNot() throws Exception {
        machines.life = Optional.of(Duration.ofHours(3));
        RunSummary summary = run(builder(names(1), (test, attempt, executor) -> {
            throw new Fakes.Abort(FailureClass.CONNECTION, "connection lost");
        }));
        assertThat(summary.outcomes())
                .extracting(RunSummary.Outcome::note)
                .containsExactly(Optional.of("TestAbortedError(connection lost)"));
    }

    @Test
    void aMachineWithoutTimeForAnyOtherTestIsGivenBackAndReplaced() throws Exception {
        machines.life = Optional.of(Duration.ofHours(2));
        OrchestratorBuilder builder = builder(names(12), (test, attempt, executor) -> 0);
        builder.longest(test -> test.endsWith("0") ? Duration.ofMinutes(1) : Duration.ofHours(3));
        RunSummary summary = run(builder);

        assertThat(verdicts(summary).values()).containsOnly(Verdict.PASSED);
        assertThat(machines.made)
                .as("tests that take longer than a machine lasts have a new one each")
                .hasSizeGreaterThanOrEqualTo(10);
        assertThat(events)
                .filteredOn(event -> event instanceof RunEvent.TestStarted started
                        && !started.test().endsWith("0"))
                .extracting(event -> ((RunEvent.TestStarted) event).remote())
                .doesNotHaveDuplicates();
    }

    @Test
    void aDestructivePolicyThatThrowsCountsAsDestroyed() throws Exception {
        OrchestratorBuilder builder = builder(names(3), (test, attempt, executor) -> 0);
        builder.destructive((test, ending) -> {
            throw new IllegalStateException("no idea");
        });
        RunSummary summary = run(builder);

        assertThat(verdicts(summary).values()).containsOnly(Verdict.PASSED);
        assertThat(machines.made).hasSize(3);
        assertThat(summary.problems()).hasSize(3);
    }

    @Test
    void machinesThatAreNoLongerNeededAreReleasedWhileTestsRun() throws Exception {
        CountDownLatch othersGone = new CountDownLatch(3);
        machines.onRelease = remote -> othersGone.countDown();
        RunSummary summary = run(builder(names(4), (test, attempt, executor) -> {
            if (test.equals("/test/t0")) {
                othersGone.await(); // would hang if the others were held until the end
            }
            return 0;
        }));

        assertThat(verdicts(summary).values()).containsOnly(Verdict.PASSED);
    }

    @Test
    void sparesAreHeldForReruns() throws Exception {
        AtomicInteger released = new AtomicInteger();
        machines.onRelease = (FakeRemote remote) -> released.incrementAndGet();
        CountDownLatch others = new CountDownLatch(3);
        OrchestratorBuilder builder = builder(names(4), (test, attempt, executor) -> {
            if (test.equals("/test/t0")) {
                others.await();
                return attempt == 1 ? 1 : 0;
            }
            others.countDown();
            return 0;
        });
        builder.maxSpares(1);
        builder.rerun(RerunPolicy.limited(1));
        RunSummary summary = run(builder);

        assertThat(outcome(summary, "/test/t0").attempts()).isEqualTo(2);
        assertThat(verdicts(summary).values())
                .containsExactly(Verdict.FLAKY, Verdict.PASSED, Verdict.PASSED, Verdict.PASSED);
    }

    @Test
    void theSummaryOfALogIsThatOfTheRun() throws Exception {
        Path file = artifacts.resolve("events.jsonl");
        Fakes.FakeProvisioner machines = new Fakes.FakeProvisioner("fake", 3);
        RunSummary summary;
        try (EventLog log = EventLog.open(file)) {
            summary = AdHocOrchestrator.builder()
                    .tests(OrchestratorContract.names(20))
                    .provisioner(machines)
                    .executorFactory(connection -> new Fakes.FakeExecutor(
                            connection,
                            (test, attempt, executor) -> test.endsWith("3") ? 1 : 0,
                            new java.util.concurrent.ConcurrentHashMap<>()))
                    .rerun(RerunPolicy.limited(1))
                    .aggregator(new Fakes.FakeAggregator())
                    .artifactsDirectory(artifacts.resolve("artifacts"))
                    .listener(log)
                    .build()
                    .run();
        }
        assertThat(new RunModel().read(file).summary()).isEqualTo(summary);
    }
}
