package dev.atex.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.MachineUnfitException;
import dev.atex.executor.Ending;
import dev.atex.executor.FailureClass;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.orchestrator.Fakes.FakeAggregator;
import dev.atex.orchestrator.Fakes.FakeExecutor;
import dev.atex.orchestrator.Fakes.FakeProvisioner;
import dev.atex.orchestrator.Fakes.FakeRemote;
import dev.atex.provisioner.MachineProgress;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ReleaseException;
import dev.atex.run.Limit;
import dev.atex.run.Limits;
import dev.atex.run.RerunPolicy;
import dev.atex.run.RunEvent;
import dev.atex.run.RunSummary;
import dev.atex.run.RunSummary.Outcome;
import dev.atex.run.RunSummary.Verdict;
import dev.atex.run.TestOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What every orchestrator does, whatever its policy about machines. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
abstract class OrchestratorContract {
    /** Of what has to happen before: on a busy machine, too. Tests that wait for its end do so beside others. */
    private static final Duration IN_TIME = Duration.ofSeconds(10);

    @TempDir
    Path artifacts;

    final FakeProvisioner machines = new FakeProvisioner("fake", 4);
    final FakeAggregator results = new FakeAggregator();
    final List<RunEvent> events = Collections.synchronizedList(new ArrayList<>());
    final List<FakeExecutor> executors = Collections.synchronizedList(new ArrayList<>());
    final Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();

    /** A builder of the orchestrator under test. */
    abstract OrchestratorBuilder builder();

    abstract Orchestrator build(OrchestratorBuilder builder);

    @AfterEach
    void noMachineIsLeft() {
        assertThat(machines.made)
                .allSatisfy(remote -> assertThat(remote.releases).hasPositiveValue());
        assertThat(events).filteredOn(RunEvent.RunFinished.class::isInstance).hasSizeLessThanOrEqualTo(1);
    }

    static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "/test/t" + i).toList();
    }

    OrchestratorBuilder builder(List<String> tests, Fakes.TestBody body) {
        return builder(tests, body, executor -> {});
    }

    OrchestratorBuilder builder(List<String> tests, Fakes.TestBody body, Consumer<FakeExecutor> prepare) {
        OrchestratorBuilder builder = builder();
        builder.platform("p");
        builder.tests(tests);
        builder.provisioner(machines);
        builder.executorFactory(connection -> {
            FakeExecutor executor = new FakeExecutor(connection, body, attempts);
            prepare.accept(executor);
            executors.add(executor);
            return executor;
        });
        builder.aggregator(results);
        builder.artifactsDirectory(artifacts);
        builder.listener(events::add);
        return builder;
    }

    RunSummary run(OrchestratorBuilder builder) throws InterruptedException {
        return build(builder).run();
    }

    static Map<String, Verdict> verdicts(RunSummary summary) {
        Map<String, Verdict> verdicts = new java.util.LinkedHashMap<>();
        summary.outcomes().forEach(outcome -> verdicts.put(outcome.test(), outcome.verdict()));
        return verdicts;
    }

    static Outcome outcome(RunSummary summary, String test) {
        return summary.outcomes().stream()
                .filter(outcome -> outcome.test().equals(test))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatIsKnownOfMachinesThatAreMadeIsInTheEvents() throws Exception {
        Map<String, String> facts = Map.of(MachineProgress.STATE, "queued", "request", "r-1");
        machines.onProvision = made -> made.progress.accept(new MachineProgress("fake-1", facts));

        run(builder(names(1), (test, attempt, executor) -> 0));

        assertThat(events)
                .filteredOn(RunEvent.ProvisionProgress.class::isInstance)
                .first()
                .satisfies(event -> {
                    RunEvent.ProvisionProgress progress = (RunEvent.ProvisionProgress) event;
                    assertThat(progress.provisioner()).isEqualTo("fake");
                    assertThat(progress.remote()).isEqualTo("fake-1");
                    assertThat(progress.facts()).isEqualTo(facts);
                });
    }

    @Test
    void everyTestRunsOnceAndIsIngested() throws Exception {
        RunSummary summary = run(builder(names(50), (test, attempt, executor) -> test.endsWith("7") ? 1 : 0));

        assertThat(summary.outcomes()).extracting(Outcome::test).isEqualTo(names(50));
        assertThat(summary.outcomes()).allSatisfy(outcome -> {
            assertThat(outcome.attempts()).isEqualTo(1);
            assertThat(outcome.verdict()).isEqualTo(outcome.test().endsWith("7") ? Verdict.FAILED : Verdict.PASSED);
        });
        assertThat(results.tests()).isEqualTo(names(50).stream().sorted().toList());
        assertThat(summary.problems()).isEmpty();
        assertThat(summary.interrupted()).isEmpty();
        assertThat(machines.made)
                .allSatisfy(remote -> assertThat(remote.releases).hasValue(1));
        assertThat(machines.stopped).hasValue(1);
        assertThat(executors).allSatisfy(executor -> assertThat(executor.stops).hasValue(1));
        assertThat(events.getFirst()).isInstanceOf(RunEvent.RunStarted.class);
        assertThat(events.getLast()).isInstanceOf(RunEvent.RunFinished.class);
        assertThat(events).isSortedAccordingTo(java.util.Comparator.comparing(RunEvent::at));
    }

    @Test
    void noTestsMeansNoMachine() throws Exception {
        RunSummary summary = run(builder(List.of(), (test, attempt, executor) -> 0));

        assertThat(summary.outcomes()).isEmpty();
        assertThat(machines.made).isEmpty();
        assertThat(machines.stopped).hasValue(1);
    }

    @Test
    void orderIsByRankAndThenAsGiven() throws Exception {
        FakeProvisioner one = new FakeProvisioner("one", 1);
        List<String> ran = Collections.synchronizedList(new ArrayList<>());
        Map<String, Integer> priority = Map.of("/b", 5, "/d", -5, "/e", 5);
        Map<String, Integer> minutes = Map.of("/a", 1, "/b", 1, "/c", 30, "/d", 99, "/e", 2);
        OrchestratorBuilder builder = builder();
        builder.tests(List.of("/a", "/b", "/c", "/d", "/e"));
        builder.provisioner(one);
        builder.executorFactory(connection -> new FakeExecutor(
                connection,
                (test, attempt, executor) -> {
                    ran.add(test);
                    return 0;
                },
                attempts));
        builder.aggregator(results);
        builder.artifactsDirectory(artifacts);
        builder.order(TestOrder.priorityFirst(test -> priority.getOrDefault(test, 0))
                .then(TestOrder.longestFirst(test -> Duration.ofMinutes(minutes.get(test)))));
        run(builder);

        assertThat(ran).containsExactly("/e", "/b", "/c", "/a", "/d");
    }

    @Test
    void anOrderThatThrowsIsReportedAndTheTestRuns() throws Exception {
        OrchestratorBuilder builder = builder(names(3), (test, attempt, executor) -> 0);
        builder.order(test -> {
            throw new IllegalStateException("no order for " + test);
        });
        RunSummary summary = run(builder);

        assertThat(verdicts(summary).values()).containsOnly(Verdict.PASSED);
        assertThat(summary.problems()).hasSize(3).allMatch(problem -> problem.contains("no order for"));
    }

    @Test
    void failedTestsAreRerunAndOldAttemptsAreDropped() throws Exception {
        OrchestratorBuilder builder = builder(names(5), (test, attempt, executor) -> attempt < 3 ? 1 : 0);
        builder.rerun(RerunPolicy.limited(2));
        RunSummary summary = run(builder);

        assertThat(verdicts(summary).values()).containsOnly(Verdict.FLAKY);
        assertThat(summary.outcomes()).allSatisfy(outcome -> {
            assertThat(outcome.attempts()).isEqualTo(3);
            assertThat(outcome.note()).contains("attempt 3");
        });
        assertThat(results.ingested).hasSize(5).allMatch(attempt -> attempt.number() == 3);
        assertThat(artifacts.resolve("test/t0/1")).doesNotExist();
    }

    @Test
    void supersededAttemptsAreKeptOnRequest() throws Exception {
        OrchestratorBuilder keeping = builder(List.of("/k"), (test, attempt, executor) -> attempt == 1 ? 1 : 0);
        keeping.rerun(RerunPolicy.limited(1));
        keeping.keepSuperseded(true);
        run(keeping);

        assertThat(artifacts.resolve("k/1/results")).exists();
        assertThat(events)
                .filteredOn(RunEvent.AttemptSuperseded.class::isInstance)
                .singleElement()
                .satisfies(event ->
                        assertThat(((RunEvent.AttemptSuperseded) event).kept()).contains(artifacts.resolve("k/1")));
        assertThat(results.statusesOf("/k")).containsExactly("pass: attempt 2");
        events.clear();
    }

    @Test
    void rerunRulesGoByFailureClass() throws Exception {
        OrchestratorBuilder builder = builder(List.of("/conn", "/time"), (test, attempt, executor) -> {
            throw new Fakes.Abort(test.equals("/conn") ? FailureClass.CONNECTION : FailureClass.TIMEOUT, "gone");
        });
        builder.rerun(RerunPolicy.onFailure(Set.of(FailureClass.CONNECTION)).and(RerunPolicy.limited(2)));
        RunSummary summary = run(builder);

        assertThat(outcome(summary, "/conn").attempts()).isEqualTo(3);
        assertThat(outcome(summary, "/conn").verdict()).isEqualTo(Verdict.INFRA);
        assertThat(outcome(summary, "/time").attempts()).isEqualTo(1);
        assertThat(outcome(summary, "/time").verdict()).isEqualTo(Verdict.FAILED);
        assertThat(results.statusesOf("/conn")).containsExactly("infra: TestAbortedError(gone)");
        assertThat(machines.made).as("an abort always uses the machine up").hasSizeGreaterThanOrEqualTo(4);
    }

    @Test
    void whateverATestThrowsIsItsOwnFailure() throws Exception {
        List<Throwable> thrown = List.of(
                new IllegalStateException("odd"),
                new StackOverflowError("deep"),
                new OutOfMemoryError("big"),
                new AssertionError("asserted"));
        RunSummary summary = run(builder(names(8), (test, attempt, executor) -> {
            int number = Integer.parseInt(test.substring("/test/t".length()));
            if (number < 4) {
                sneak(thrown.get(number));
            }
            return 0;
        }));

        assertThat(verdicts(summary).values())
                .containsExactly(
                        Verdict.INFRA,
                        Verdict.INFRA,
                        Verdict.INFRA,
                        Verdict.INFRA,
                        Verdict.PASSED,
                        Verdict.PASSED,
                        Verdict.PASSED,
                        Verdict.PASSED);
        assertThat(results.statusesOf("/test/t1").getFirst())
                .contains("infra: TestAbortedError(")
                .contains("deep");
    }

    @SuppressWarnings("unchecked")
    static <T extends Throwable> void sneak(Throwable throwable) throws T {
        throw (T) throwable;
    }

    @Test
    void policiesThatThrowAreReported() throws Exception {
        OrchestratorBuilder builder = builder(names(4), (test, attempt, executor) -> 1);
        builder.rerun((test, attempt, ending) -> {
            throw new IllegalStateException("no opinion");
        });
        RunSummary summary = run(builder);

        assertThat(verdicts(summary).values()).containsOnly(Verdict.FAILED);
        assertThat(summary.problems()).hasSize(4).allMatch(problem -> problem.contains("no opinion"));
    }

    @Test
    void anEnvironmentThatThrowsIsThatTestsFailure() throws Exception {
        OrchestratorBuilder builder = builder(names(4), (test, attempt, executor) -> 0);
        builder.environment(test -> {
            if (test.endsWith("2")) {
                throw new IllegalStateException("no environment");
            }
            return Map.of();
        });
        RunSummary summary = run(builder);

        assertThat(verdicts(summary).values())
                .containsExactly(Verdict.PASSED, Verdict.PASSED, Verdict.INFRA, Verdict.PASSED);
        assertThat(summary.problems()).singleElement().asString().contains("no environment");
    }

    @Test
    void aFailedIngestKeepsTheArtifactsAndNamesThem() throws Exception {
        results.onIngest = attempt -> {
            if (attempt.test().endsWith("1")) {
                throw new IllegalStateException("disk full");
            }
        };
        RunSummary summary = run(builder(names(3), (test, attempt, executor) -> 0));

        assertThat(verdicts(summary).values()).containsExactly(Verdict.PASSED, Verdict.INFRA, Verdict.PASSED);
        assertThat(summary.problems())
                .singleElement()
                .asString()
                .contains("disk full")
                .contains(artifacts.resolve("test/t1/1").toString());
        assertThat(artifacts.resolve("test/t1/1/results")).exists();
    }

    @Test
    void aListenerThatThrowsIsCalledNoMore() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        OrchestratorBuilder builder = builder(names(3), (test, attempt, executor) -> 0);
        builder.listener(event -> {
            calls.incrementAndGet();
            throw new LinkageError("listener broke");
        });
        RunSummary summary = run(builder);

        assertThat(calls).hasValue(1);
        assertThat(summary.problems()).singleElement().asString().contains("listener broke");
        assertThat(events).filteredOn(RunEvent.HookFailed.class::isInstance).hasSize(1);
        assertThat(verdicts(summary).values()).containsOnly(Verdict.PASSED);
    }

    @Test
    void failedSetUpsAreMadeUpFor() throws Exception {
        AtomicInteger setUps = new AtomicInteger();
        RunSummary summary = run(builder(names(6), (test, attempt, executor) -> 0, executor -> {
            int number = setUps.incrementAndGet();
            if (number == 1) {
                throw new IllegalStateException("no executor");
            }
            executor.onStart = it -> {
                if (number == 2) {
                    sneak(new NoClassDefFoundError("start"));
                }
            };
        }));

        assertThat(verdicts(summary).values()).containsOnly(Verdict.PASSED);
        assertThat(summary.problems()).allMatch(problem -> problem.startsWith("set-up of fake-"));
        assertThat(summary.problems()).isNotEmpty();
    }

    @Test
    void tooManyFailedSetUpsEndTheRun() throws Exception {
        OrchestratorBuilder builder = builder(
                names(30),
                (test, attempt, executor) -> 0,
                executor -> executor.onStart = it -> {
                    throw new IllegalStateException("package manager is locked");
                });
        builder.maxFailedSetups(5);
        RunSummary summary = run(builder);

        assertThat(verdicts(summary).values()).containsOnly(Verdict.NOT_RUN);
        assertThat(summary.outcomes())
                .allSatisfy(outcome -> assertThat(outcome.note())
                        .hasValueSatisfying(note -> assertThat(note).isEqualTo("6 set-ups failed, at most 5 may")));
        assertThat(results.tests()).isEqualTo(names(30).stream().sorted().toList());
        assertThat(results.statusesOf("/test/t3"))
                .containsExactly("infra: TestAbortedError(6 set-ups failed, at most 5 may)");
    }

    @Test
    void permanentFailureOfConnectionOnTwoMachinesEndsProvisioner() throws Exception {
        OrchestratorBuilder builder = builder(
                names(30),
                (test, attempt, executor) -> 0,
                executor -> sneak(new MachineUnfitException(executor.remote.name() + ": the host has no 'tar'")));
        RunSummary summary = run(builder);

        assertThat(verdicts(summary).values()).containsOnly(Verdict.NOT_RUN);
        assertThat(summary.outcomes())
                .allSatisfy(outcome -> assertThat(outcome.note())
                        .hasValueSatisfying(note -> assertThat(note)
                                .contains("the set-up failed 2 times in the same way on machines of ", "no 'tar'")));
    }

    @Test
    void lostConnectionsOfSetUpsAreNotCountedAsTheSameFailure() throws Exception {
        OrchestratorBuilder builder = builder(
                names(30),
                (test, attempt, executor) -> 0,
                executor -> sneak(new ConnectionException(executor.remote.name() + ": the connection was lost")));
        builder.maxFailedSetups(5);
        RunSummary summary = run(builder);

        assertThat(summary.outcomes())
                .allSatisfy(outcome -> assertThat(outcome.note()).hasValue("6 set-ups failed, at most 5 may"));
    }

    @Test
    void aSetUpThatHangsIsGivenUp() throws Exception {
        AtomicInteger setUps = new AtomicInteger();
        OrchestratorBuilder builder = builder(
                names(3),
                (test, attempt, executor) -> 0,
                executor -> executor.onStart = it -> {
                    if (setUps.incrementAndGet() == 1) {
                        new CountDownLatch(1).await();
                    }
                });
        builder.limits(Limits.defaults().with(Limit.SET_UP, IN_TIME));
        RunSummary summary = run(builder);

        assertThat(verdicts(summary).values()).containsOnly(Verdict.PASSED);
    }

    @Test
    void noMachineMeansNoTestIsRunAndAllAreReported() throws Exception {
        machines.onMake = it -> {
            throw new ProvisionException("quota exceeded");
        };
        RunSummary summary = run(builder(names(4), (test, attempt, executor) -> 0));

        assertThat(verdicts(summary).values()).containsOnly(Verdict.NOT_RUN);
        assertThat(results.tests()).isEqualTo(names(4));
        assertThat(summary.problems()).isNotEmpty().allMatch(problem -> problem.contains("quota exceeded"));
    }

    @Test
    void aProvisionerMayFailInEveryCall() throws Exception {
        List<Consumer<FakeProvisioner>> faults = List.of(
                fake -> fake.onStart = it -> sneak(new LinkageError("start")),
                fake -> fake.onProvision = it -> sneak(new LinkageError("provision")),
                fake -> fake.onMake = it -> sneak(new LinkageError("remote")),
                fake -> fake.onMake = it -> sneak(new IllegalStateException("remote")));
        for (Consumer<FakeProvisioner> fault : faults) {
            FakeProvisioner broken = new FakeProvisioner("broken", 2);
            fault.accept(broken);
            OrchestratorBuilder builder = builder(names(4), (test, attempt, executor) -> 0);
            builder.provisioner(broken);
            RunSummary summary = run(builder);
            assertThat(verdicts(summary).values()).containsOnly(Verdict.PASSED);
        }
        events.clear();
    }

    @Test
    void aStopThatFailsIsReported() throws Exception {
        machines.onStop = it -> {
            throw new ReleaseException("cloud is down");
        };
        machines.onClear = it -> {
            throw new IllegalStateException("cannot clear");
        };
        RunSummary summary = run(builder(names(9), (test, attempt, executor) -> 0));

        assertThat(verdicts(summary).values()).containsOnly(Verdict.PASSED);
        assertThat(summary.problems()).anyMatch(problem -> problem.contains("cloud is down"));
    }

    @Test
    void aReleaseThatFailsIsReported() throws Exception {
        machines.onRelease = it -> {
            throw new ReleaseException("VM is stuck");
        };
        RunSummary summary = run(builder(
                names(3),
                (test, attempt, executor) -> 0,
                executor -> executor.onStop = it -> {
                    throw new IllegalStateException("umount failed");
                }));

        assertThat(verdicts(summary).values()).containsOnly(Verdict.PASSED);
        assertThat(summary.problems()).anyMatch(problem -> problem.contains("VM is stuck"));
        assertThat(summary.problems()).anyMatch(problem -> problem.contains("umount failed"));
    }

    @Test
    void aReleaseThatHangsIsGivenUp() throws Exception {
        machines.onRelease = it -> new CountDownLatch(1).await();
        OrchestratorBuilder builder = builder(names(2), (test, attempt, executor) -> 0);
        builder.limits(Limits.defaults().with(Limit.RELEASE, Duration.ofMillis(100)));
        RunSummary summary = run(builder);

        assertThat(verdicts(summary).values()).containsOnly(Verdict.PASSED);
        assertThat(summary.problems()).anyMatch(problem -> problem.matches("waited too long.* \\(--limit release\\)"));
    }

    @Test
    void interruptCancelsTestsAndKeepsWhatTheyReported() throws Exception {
        AtomicBoolean once = new AtomicBoolean();
        CountDownLatch running = new CountDownLatch(1);
        Orchestrator[] orchestrator = new Orchestrator[1];
        OrchestratorBuilder builder = builder(names(20), (test, attempt, executor) -> {
            if (test.equals("/test/t0")) {
                running.countDown();
                return executor.awaitCancel();
            }
            return once.getAndSet(true) ? executor.awaitCancel() : 0;
        });
        orchestrator[0] = build(builder);
        Thread interrupter = Thread.ofVirtual().start(() -> {
            try {
                running.await();
                orchestrator[0].interrupt("SIGINT");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        RunSummary summary = orchestrator[0].run();
        interrupter.join();

        assertThat(summary.interrupted()).contains("SIGINT");
        assertThat(outcome(summary, "/test/t0").verdict()).isEqualTo(Verdict.CANCELLED);
        assertThat(results.statusesOf("/test/t0")).containsExactly("infra: TestAbortedError(cancel requested)");
        assertThat(summary.outcomes())
                .filteredOn(outcome -> outcome.verdict() == Verdict.NOT_RUN)
                .as("tests that did not run are left for a resumed run")
                .isNotEmpty()
                .allSatisfy(outcome -> assertThat(results.tests()).doesNotContain(outcome.test()));
    }

    /** Runs it while somebody does something else. */
    private static RunSummary runWhile(Orchestrator orchestrator, TaskScope.Body user) throws Exception {
        try (TaskScope scope = TaskScope.open("user")) {
            TaskScope.Task<Void> doing = scope.run("user", user);
            RunSummary summary = orchestrator.run();
            doing.join(Deadline.after(Duration.ofSeconds(60)));
            return summary;
        }
    }

    @Test
    void anExecutorThatCannotCancelIsGivenUp() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        OrchestratorBuilder builder = builder(names(2), (test, attempt, executor) -> {
            started.countDown();
            new CountDownLatch(1).await();
            return 0;
        });
        builder.limits(Limits.defaults().with(Limit.RUN, IN_TIME).with(Limit.CANCEL, Duration.ofMillis(100)));
        RunSummary summary = run(builder);

        assertThat(started.getCount()).isZero();
        assertThat(summary.outcomes())
                .allSatisfy(outcome -> assertThat(outcome.verdict()).isIn(Verdict.CANCELLED, Verdict.NOT_RUN));
        assertThat(results.tests())
                .as("the run ended by itself: each has a final result")
                .isEqualTo(names(2));
    }

    @Test
    void aTestThatDoesNotEndWhenTheRunIsInterruptedHasAResultAllTheSame() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        OrchestratorBuilder builder = builder(names(1), (test, attempt, executor) -> {
            running.countDown();
            new CountDownLatch(1).await();
            return 0;
        });
        builder.limits(Limits.defaults().with(Limit.CANCEL, Duration.ofMillis(100)));
        Orchestrator orchestrator = build(builder);
        RunSummary summary = runWhile(orchestrator, () -> {
            running.await();
            orchestrator.interrupt("SIGINT");
        });
        assertThat(summary.outcomes())
                .allSatisfy(outcome -> assertThat(outcome.verdict()).isEqualTo(Verdict.CANCELLED));
        assertThat(results.tests()).isEqualTo(names(1));
    }

    @Test
    void aSecondInterruptWaitsForReleasesOnly() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        OrchestratorBuilder builder = builder(
                names(3),
                (test, attempt, executor) -> {
                    running.countDown();
                    new CountDownLatch(1).await(); // does not listen to cancel
                    return 0;
                },
                executor -> {
                    executor.onCancel = it -> cancelled.countDown();
                    executor.onStop = it -> new CountDownLatch(1).await();
                });
        results.onIngest = attempt -> new CountDownLatch(1).await();
        Orchestrator orchestrator = build(builder);
        RunSummary summary = runWhile(orchestrator, () -> {
            running.await();
            orchestrator.interrupt("SIGINT");
            cancelled.await();
            orchestrator.interrupt("SIGTERM");
        });

        assertThat(summary.interrupted()).contains("SIGINT");
        assertThat(outcome(summary, "/test/t0").verdict()).isEqualTo(Verdict.CANCELLED);
        assertThat(summary.problems()).noneMatch(problem -> problem.contains("--limit"));
    }

    @Test
    void aSecondInterruptDoesNotWaitForACleanUpThatHangs() throws Exception {
        CountDownLatch cleaning = new CountDownLatch(1);
        Orchestrator orchestrator = build(builder(
                names(1),
                (test, attempt, executor) -> 0,
                executor -> executor.onStop = it -> {
                    cleaning.countDown();
                    new CountDownLatch(1).await();
                }));
        RunSummary summary = runWhile(orchestrator, () -> {
            cleaning.await();
            orchestrator.interrupt("SIGINT");
            orchestrator.interrupt("SIGTERM");
        });

        assertThat(events).filteredOn(RunEvent.RemoteReleased.class::isInstance).hasSize(1);
        assertThat(summary.problems()).anyMatch(problem -> problem.contains("clean-up of fake-1"));
    }

    @Test
    void aMachineIsReleasedAlthoughItsTestIgnoresEveryInterrupt() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        OrchestratorBuilder builder = builder(names(1), (test, attempt, executor) -> {
            running.countDown();
            while (true) {
                try {
                    letGo.await();
                    return 0;
                } catch (InterruptedException e) {
                    // that is the fault
                }
            }
        });
        builder.limits(Limits.defaults()
                .with(Limit.RUN, IN_TIME)
                .with(Limit.CANCEL, Duration.ofMillis(50))
                .with(Limit.RELEASE, IN_TIME));
        machines.onRelease = remote -> letGo.countDown(); // it ends when its machine is gone
        RunSummary summary = run(builder);

        assertThat(running.getCount()).isZero();
        assertThat(verdicts(summary).values()).containsOnly(Verdict.CANCELLED);
        assertThat(results.statusesOf("/test/t0"))
                .containsExactly("infra: TestAbortedError(it did not end when it was cancelled)");
    }

    @Test
    void anInterruptBeforeTheRunMeansThatNothingRuns() throws Exception {
        Orchestrator orchestrator = build(builder(names(3), (test, attempt, executor) -> 0));
        orchestrator.interrupt("SIGTERM");
        RunSummary summary = orchestrator.run();

        assertThat(summary.interrupted()).contains("SIGTERM");
        assertThat(verdicts(summary).values()).containsOnly(Verdict.NOT_RUN);
        assertThat(results.ingested).isEmpty();
    }

    /** At each event in turn, once and twice: machines go back, nothing is a problem, no test has a false outcome. */
    @Test
    void anInterruptAtAnyInstantLeavesNothingAndIsNoProblem() throws Exception {
        for (int urgency = 1; urgency <= 2; urgency++) {
            int instant = 0;
            int seen;
            do {
                events.clear();
                attempts.clear();
                machines.made.clear();
                seen = interruptAt(++instant, urgency);
                noMachineIsLeft();
            } while (seen >= instant);
            assertThat(instant).isGreaterThan(20);
        }
    }

    /** Interrupts at the event with this number; tells how many there were. */
    private int interruptAt(int instant, int urgency) throws InterruptedException {
        Orchestrator[] orchestrator = new Orchestrator[1];
        AtomicInteger seen = new AtomicInteger();
        OrchestratorBuilder builder = builder(
                names(5),
                (test, attempt, executor) -> attempt == 1 && test.endsWith("3") ? 1 : 0,
                executor -> executor.onStart = it -> Thread.sleep(0)); // can be interrupted
        builder.rerun(RerunPolicy.limited(1));
        builder.listener(event -> {
            if (seen.incrementAndGet() == instant) {
                for (int i = 0; i < urgency; i++) {
                    orchestrator[0].interrupt("SIGINT");
                }
            }
        });
        orchestrator[0] = build(builder);
        RunSummary summary = orchestrator[0].run();

        assertThat(summary.problems()).isEmpty();
        assertThat(summary.outcomes()).extracting(Outcome::test).isEqualTo(names(5));
        for (Outcome outcome : summary.outcomes()) {
            Set<Verdict> possible = EnumSet.of(Verdict.PASSED, Verdict.CANCELLED, Verdict.NOT_RUN);
            if (outcome.test().endsWith("3")) {
                possible.add(Verdict.FAILED); // by its first attempt, when there is no time for another
                possible.add(Verdict.FLAKY);
            }
            if (urgency == 2) {
                possible.add(Verdict.INFRA); // nobody waits for results
            }
            assertThat(outcome.verdict())
                    .as("%s, interrupted at event %d", outcome.test(), instant)
                    .isIn(possible);
        }
        return seen.get();
    }

    @Test
    void anInterruptedSetUpIsNoProblem() throws Exception {
        CountDownLatch settingUp = new CountDownLatch(1);
        Orchestrator orchestrator = build(builder(
                names(1),
                (test, attempt, executor) -> 0,
                executor -> executor.onStart = it -> {
                    settingUp.countDown();
                    new CountDownLatch(1).await();
                }));
        RunSummary summary = runWhile(orchestrator, () -> {
            settingUp.await();
            orchestrator.interrupt("SIGINT");
        });

        assertThat(summary.interrupted()).contains("SIGINT");
        assertThat(summary.problems()).isEmpty();
        assertThat(events).noneMatch(RunEvent.SetUpFailed.class::isInstance);
        assertThat(verdicts(summary).values()).containsOnly(Verdict.NOT_RUN);
    }

    @Test
    void anAggregatorThatReturnsNothingHasFailed() throws Exception {
        OrchestratorBuilder builder = builder(names(2), (test, attempt, executor) -> 0);
        builder.aggregator(new Fakes.NullAggregator());
        RunSummary summary = run(builder);

        assertThat(verdicts(summary).values()).containsOnly(Verdict.INFRA);
        assertThat(summary.problems()).hasSize(2).allMatch(problem -> problem.contains("no commit"));
    }

    @Test
    void interruptOfTheCallingThreadEndsTheRun() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        Orchestrator orchestrator = build(builder(names(3), (test, attempt, executor) -> {
            running.countDown();
            return executor.awaitCancel();
        }));
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                orchestrator.run();
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
        });
        running.await();
        caller.interrupt();
        caller.join();

        assertThat(interrupted).isTrue();
        assertThat(events.getLast()).isInstanceOf(RunEvent.RunFinished.class);
    }

    @Test
    void runDeadlineEndsTheRunAndReportsEveryTest() throws Exception {
        OrchestratorBuilder builder = builder(names(10), (test, attempt, executor) -> executor.awaitCancel());
        builder.limits(Limits.defaults().with(Limit.RUN, Duration.ofMillis(150)));
        RunSummary summary = run(builder);

        assertThat(summary.interrupted()).isEmpty();
        assertThat(results.tests()).isEqualTo(names(10));
        assertThat(summary.outcomes())
                .allSatisfy(outcome -> assertThat(outcome.verdict()).isIn(Verdict.CANCELLED, Verdict.NOT_RUN));
        assertThat(summary.problems()).anyMatch(problem -> problem.contains("(--limit run)"));
    }

    @Test
    void waitingForAMachineHasAnEnd() throws Exception {
        machines.onMake = it -> new CountDownLatch(1).await();
        OrchestratorBuilder builder = builder(names(2), (test, attempt, executor) -> 0);
        builder.limits(Limits.defaults().with(Limit.FIRST_REMOTE, Duration.ofMillis(100)));
        RunSummary summary = run(builder);

        assertThat(verdicts(summary).values()).containsOnly(Verdict.NOT_RUN);
        assertThat(outcome(summary, "/test/t0").note()).contains("no machine came in time");
        assertThat(results.tests()).isEqualTo(names(2));
    }

    @Test
    void aLastIngestThatHangsIsGivenUp() throws Exception {
        results.onIngest = attempt -> new CountDownLatch(1).await();
        OrchestratorBuilder builder = builder(names(1), (test, attempt, executor) -> 0);
        builder.limits(Limits.defaults().with(Limit.INGEST, Duration.ofMillis(100)));
        RunSummary summary = run(builder);

        assertThat(verdicts(summary).values()).containsOnly(Verdict.INFRA);
        assertThat(summary.problems()).anyMatch(problem -> problem.contains("could not be stored"));
    }

    @Test
    void machinesWithTheSameNameAreToldApart() throws Exception {
        FakeProvisioner twin = new FakeProvisioner("fake", 4);
        OrchestratorBuilder builder = builder(names(10), (test, attempt, executor) -> 0);
        builder.provisioner(twin);
        RunSummary summary = run(builder);

        assertThat(verdicts(summary).values()).containsOnly(Verdict.PASSED);
        assertThat(twin.made).allSatisfy(remote -> assertThat(remote.releases).hasPositiveValue());
    }

    @Test
    void anExecutorThatReportsNothingGetsAResultByExitCode() throws Exception {
        OrchestratorBuilder builder = builder(List.of(), (test, attempt, executor) -> 0);
        builder.tests(List.of("/good", "/bad"));
        builder.executorFactory(connection -> new SilentExecutor());
        RunSummary summary = run(builder);

        assertThat(verdicts(summary)).containsEntry("/good", Verdict.PASSED).containsEntry("/bad", Verdict.FAILED);
        assertThat(results.statusesOf("/bad")).containsExactly("fail: null");
    }

    @Test
    void aRunIsForOneTime() throws Exception {
        Orchestrator orchestrator = build(builder(names(1), (test, attempt, executor) -> 0));
        orchestrator.run();
        assertThatThrownBy(orchestrator::run).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatIsMissingOrDoubleIsSaid() {
        OrchestratorBuilder twice = builder(Arrays.asList("/a", "/b", "/a"), (test, attempt, executor) -> 0);
        assertThatThrownBy(() -> build(twice)).hasMessageContaining("'/a' was given twice");
        assertThatThrownBy(() -> build(builder())).hasMessageContaining("no provisioner");
    }

    private static final class SilentExecutor implements dev.atex.executor.Executor {
        @Override
        public void start() {}

        @Override
        public Ending runTest(String test, dev.atex.executor.TestArtifacts artifacts, Map<String, String> environment) {
            return Ending.exited(test.equals("/good") ? 0 : 1);
        }

        @Override
        public void cancel() {}

        @Override
        public void stop() {}
    }

    static Set<String> remotesOf(List<FakeRemote> made) {
        return made.stream().map(FakeRemote::name).collect(java.util.stream.Collectors.toSet());
    }
}
