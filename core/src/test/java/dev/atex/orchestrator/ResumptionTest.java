package dev.atex.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.aggregator.Aggregator;
import dev.atex.executor.Ending;
import dev.atex.executor.Executor;
import dev.atex.executor.FailureClass;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.json.Json;
import dev.atex.run.EventLog;
import dev.atex.run.RerunLimits;
import dev.atex.run.RerunPolicy;
import dev.atex.run.RunEvent;
import dev.atex.run.RunListener;
import dev.atex.run.RunSummary;
import dev.atex.run.RunSummary.Verdict;
import dev.atex.run.model.RunModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Resumes runs that ended at any instant: {@code -Datex.cuts=all} cuts at every byte, {@code -Datex.seed=N} elsewhere. */
@Timeout(600)
class ResumptionTest {
    private static final boolean ALL = "all".equals(System.getProperty("atex.cuts"));
    private static final List<String> TESTS =
            List.of("/a", "/a/inner", "/broken", "/failing", "/flaky", "/hanging", "/z");

    @TempDir
    private Path temp;

    /** The number of executions of each test in all sessions. */
    private final Map<String, Integer> executed = new ConcurrentHashMap<>();

    private final Semaphore hanging = new Semaphore(0);
    private volatile CountDownLatch hangs = new CountDownLatch(1);
    private Predicate<String> available = test -> true;

    private final class Scripted implements Executor {
        private final Semaphore cancelled = new Semaphore(0);

        @Override
        public void start() {}

        @Override
        public Ending runTest(String test, TestArtifacts artifacts, Map<String, String> environment)
                throws InterruptedException {
            int times = executed.merge(test, 1, Integer::sum);
            try {
                Files.writeString(artifacts.files().place("sub", "log"), "of " + test);
                artifacts.addResult(Map.of("name", "sub", "status", "pass", "files", List.of("log")));
                Files.writeString(artifacts.files().place(null, "output.txt"), "output of " + test);
                switch (test) {
                    case "/broken" -> {
                        return Ending.aborted(FailureClass.CONNECTION, "broken");
                    }
                    case "/hanging" -> {
                        if (hang()) {
                            return Ending.aborted(FailureClass.CANCELLED, "cancel requested");
                        }
                    }
                    default -> {}
                }
                boolean fails = test.equals("/failing") || (test.equals("/flaky") && times == 1);
                artifacts.addResult(Map.of("status", fails ? "fail" : "pass", "files", List.of("output.txt")));
                return Ending.exited(fails ? 1 : 0);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Returns whether it was cancelled. */
        private boolean hang() throws InterruptedException {
            hangs.countDown();
            if (!hanging.tryAcquire()) {
                cancelled.acquire();
                return true;
            }
            hanging.release();
            return false;
        }

        @Override
        public void cancel() {
            cancelled.release();
        }

        @Override
        public void stop() {}
    }

    private static Path log(Path run) {
        return run.resolve("events.jsonl");
    }

    private static Path results(Path run) {
        return run.resolve("results.jsonl");
    }

    private RunSummary sit(Path run, Consumer<Orchestrator> meanwhile) throws Exception {
        OrchestratorBuilder builder = AdHocOrchestrator.builder();
        try (Aggregator _ = Sessions.open(run, builder, TESTS, available);
                EventLog log = EventLog.open(log(run))) {
            Orchestrator orchestrator = builder.provisioner(new Fakes.FakeProvisioner("fake", 3))
                    .executorFactory(connection -> new Scripted())
                    .keepSuperseded(true)
                    .rerun(RerunPolicy.limited(1))
                    .listener(log)
                    .listener(new CompleteRun(run))
                    .build();
            meanwhile.accept(orchestrator);
            RunSummary summary = orchestrator.run();
            assertThat(loggedSummary(run, log)).isEqualTo(summary);
            return summary;
        }
    }

    /** Reads the log of several sessions as that of one run. */
    private static RunSummary loggedSummary(Path run, EventLog log) throws IOException {
        log.idle();
        return new RunModel().read(log(run)).summary();
    }

    private RunSummary sit(Path run) throws Exception {
        return sit(run, orchestrator -> {});
    }

    /** Runs, and interrupts when one test hangs. */
    private RunSummary sitUntilInterrupted(Path run) throws Exception {
        CountDownLatch here = new CountDownLatch(1);
        hangs = here;
        return sit(
                run,
                orchestrator -> Thread.ofVirtual().start(() -> {
                    try {
                        here.await();
                        orchestrator.interrupt("SIGINT");
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
    }

    private static List<String> sortedLines(Path run) throws IOException {
        return Files.readAllLines(results(run)).stream().sorted().toList();
    }

    /** Every listed file exists, with the content that its test wrote. */
    private static void assertFilesAreThere(Path run) throws Exception {
        for (String line : Files.readAllLines(results(run))) {
            List<?> result = (List<?>) Json.parse(line);
            for (Object file : (List<?>) result.get(4)) {
                String sub = result.get(3) == null ? "" : "/" + result.get(3);
                Path path = Path.of(run + "/files/p" + result.get(2) + sub + "/" + file);
                assertThat(path).content().endsWith("of " + result.get(2));
            }
        }
    }

    private Path undisturbed() throws Exception {
        hanging.release();
        Path run = temp.resolve("undisturbed");
        RunSummary summary = sit(run);
        assertThat(summary.outcomes())
                .extracting(RunSummary.Outcome::verdict)
                .containsExactly(
                        Verdict.PASSED,
                        Verdict.PASSED,
                        Verdict.INFRA,
                        Verdict.FAILED,
                        Verdict.FLAKY,
                        Verdict.PASSED,
                        Verdict.PASSED);
        assertFilesAreThere(run);
        return run;
    }

    private Path copy(Path run) throws Exception {
        Path copy = Files.createTempDirectory(temp, "copy").resolve("run");
        Sessions.copy(run, copy);
        return copy;
    }

    /** Copies a run that is complete, before its stored artifacts are removed. */
    private static final class CompleteRun implements RunListener {
        private final Path run;
        private boolean ended;

        CompleteRun(Path run) {
            this.run = run;
        }

        static Path of(Path run) {
            return run.resolveSibling(run.getFileName() + "-complete");
        }

        @Override
        public void on(RunEvent event) {
            ended = event instanceof RunEvent.RunFinished;
        }

        @Override
        public void idle() {
            if (ended && !Files.exists(of(run))) {
                try {
                    Sessions.copy(run, of(run));
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private static void cut(Path file, long length) throws IOException {
        try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }

    /** Returns the ends of lines, and some bytes between. */
    private static TreeSet<Long> cuts(Path file, Random random, int more) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        TreeSet<Long> cuts = new TreeSet<>(List.of(0L));
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n' || ALL) {
                cuts.add(i + 1L);
            }
        }
        for (int i = 0; i < more; i++) {
            cuts.add((long) random.nextInt(bytes.length));
        }
        return cuts;
    }

    @Test
    void runIsResumedWithLogThatEndsAnywhere() throws Exception {
        Path whole = CompleteRun.of(undisturbed());
        List<String> lines = sortedLines(whole);
        Map<String, Integer> before = Map.copyOf(executed);
        for (long cut : cuts(log(whole), new Random(Long.getLong("atex.seed", 1)), 20)) {
            if (cut == Files.size(log(whole))) {
                continue; // complete
            }
            Path run = copy(whole);
            cut(log(run), cut);
            executed.clear();
            executed.putAll(before);
            sit(run);
            assertThat(sortedLines(run)).as("cut at %d", cut).isEqualTo(lines);
            assertFilesAreThere(run);
            Map<String, Integer> again = new TreeMap<>(executed);
            before.forEach((test, times) -> again.remove(test, times));
            assertThat(again.keySet())
                    .as("cut at %d: results that are stored stay", cut)
                    .isSubsetOf("/broken", "/failing", "/flaky"); // infra, and what has artifacts of two attempts
            assertThat(new RunModel().read(log(run)).isComplete()).isTrue();
        }
    }

    @Test
    void runIsResumedWithResultsThatEndAnywhere() throws Exception {
        Path whole = CompleteRun.of(undisturbed());
        List<String> lines = sortedLines(whole);
        Map<String, Integer> before = Map.copyOf(executed);
        Random random = new Random(Long.getLong("atex.seed", 1));
        List<Long> logs = new ArrayList<>(cuts(log(whole), random, 20));
        logs.remove(Files.size(log(whole)));
        for (long cut : cuts(results(whole), random, 20)) {
            Path run = copy(whole);
            cut(results(run), cut);
            cut(log(run), ALL || random.nextInt(4) > 0 ? logs.getLast() : logs.get(random.nextInt(logs.size())));
            executed.clear();
            executed.putAll(before);
            sit(run);
            assertThat(sortedLines(run)).as("cut at %d", cut).isEqualTo(lines);
            assertFilesAreThere(run);
        }
    }

    @Test
    void cancelledTestIsRunAgainAndItsAttemptKept() throws Exception {
        Path run = temp.resolve("run");
        RunSummary first = sitUntilInterrupted(run);
        assertThat(first.interrupted()).contains("SIGINT");
        List<String> stored = Files.readAllLines(results(run));
        assertThat(stored).anyMatch(line -> line.contains("infra") && line.contains("/hanging"));
        RunModel history = new RunModel().read(log(run));
        assertThat(history.state()).isEqualTo(RunModel.State.INTERRUPTED);
        hanging.release();
        RunSummary second = sit(run);
        assertThat(second.interrupted()).isEmpty();
        assertThat(executed).containsEntry("/hanging", 2);
        assertThat(run.resolve("attempts/hanging/1/results")).content().contains("cancel requested");
        assertThat(run.resolve("attempts/hanging/1/files/sub/log")).content().isEqualTo("of /hanging");
        List<String> expected = sortedLines(run);
        assertThat(expected).isEqualTo(reference());
        assertFilesAreThere(run);
        assertThat(new RunModel().read(log(run)).isComplete()).isTrue();
    }

    /** Returns the lines of an undisturbed run. */
    private List<String> reference() throws Exception {
        executed.clear();
        return sortedLines(undisturbed());
    }

    private Resumption beginFromLog(Path run) throws Exception {
        return Resumption.begin(log(run), results(run), run.resolve("files"), run.resolve("attempts"), available);
    }

    @Test
    void programResumesRunFromItsEventLog() throws Exception {
        Path run = temp.resolve("run");
        sitUntilInterrupted(run);
        Files.writeString(log(run), "{\"event\":\"test", StandardOpenOption.APPEND); // as a killed run leaves it
        hanging.release();
        Resumption resumption = beginFromLog(run);
        assertThat(resumption.gone()).isEmpty();
        assertThat(resumption.tests()).contains("/hanging").doesNotContain("/a").isSubsetOf(TESTS);
        try (Aggregator _ = resumption.aggregator();
                EventLog log = EventLog.open(log(run))) {
            RunSummary summary = AdHocOrchestrator.builder()
                    .runId("id")
                    .platform("p")
                    .tests(TESTS)
                    .artifactsDirectory(run.resolve("attempts"))
                    .resume(resumption)
                    .provisioner(new Fakes.FakeProvisioner("fake", 3))
                    .executorFactory(connection -> new Scripted())
                    .keepSuperseded(true)
                    .rerun(RerunPolicy.limited(1))
                    .listener(log)
                    .build()
                    .run();
            assertThat(loggedSummary(run, log)).isEqualTo(summary);
        }
        assertThat(executed).containsEntry("/a", 1).containsEntry("/hanging", 2);
        assertFilesAreThere(run);
        assertThat(new RunModel().read(log(run)).isComplete()).isTrue();
        assertThat(sortedLines(run)).isEqualTo(reference());
    }

    @Test
    void eventLogWithUnavailableTestNamesItAsGone() throws Exception {
        Path run = temp.resolve("run");
        sitUntilInterrupted(run);
        available = test -> !test.equals("/hanging");
        Resumption resumption = beginFromLog(run);
        try (Aggregator _ = resumption.aggregator()) {
            assertThat(resumption.gone()).containsExactly("/hanging");
            assertThat(resumption.tests()).doesNotContain("/hanging");
        }
    }

    @Test
    void eventLogOfCompleteRunIsRejectedAndItsOutputUnchanged() throws Exception {
        Path run = undisturbed();
        List<String> before = Files.readAllLines(results(run));
        assertThatThrownBy(() -> beginFromLog(run))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the run in " + log(run) + " is complete: there is nothing to resume");
        assertThat(Files.readAllLines(results(run))).isEqualTo(before);
    }

    @Test
    void missingEventLogIsAnErrorAndResultsStay() throws Exception {
        Path run = CompleteRun.of(undisturbed());
        List<String> before = Files.readAllLines(results(run));
        Files.delete(log(run));
        assertThatThrownBy(() -> beginFromLog(run)).isInstanceOf(NoSuchFileException.class);
        assertThat(Files.readAllLines(results(run))).isNotEmpty().isEqualTo(before);
        assertFilesAreThere(run);
    }

    @Test
    void eventLogWithoutCompleteLineIsAnErrorAndResultsStay() throws Exception {
        Path run = CompleteRun.of(undisturbed());
        List<String> before = Files.readAllLines(results(run));
        cut(log(run), 20);
        assertThatThrownBy(() -> beginFromLog(run))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not contain the start of the run");
        assertThat(Files.readAllLines(results(run))).isNotEmpty().isEqualTo(before);
        assertFilesAreThere(run);
    }

    @Test
    void resumedRunCanBeInterruptedAndResumed() throws Exception {
        Path run = temp.resolve("run");
        sitUntilInterrupted(run);
        for (int i = 2; i <= 4; i++) {
            RunSummary summary = sitUntilInterrupted(run);
            assertThat(summary.interrupted()).isPresent();
            assertThat(executed).containsEntry("/hanging", i);
        }
        hanging.release();
        sit(run);
        assertThat(run.resolve("attempts/hanging/4/results")).exists();
        assertThat(sortedLines(run)).isEqualTo(reference());
    }

    @Test
    void interruptedAttemptsDoNotUseUpReruns() throws Exception {
        Path run = temp.resolve("run");
        sitUntilInterrupted(run);
        hanging.release();
        sit(run);
        assertThat(executed).containsEntry("/failing", 2).containsEntry("/broken", 2);
    }

    @Test
    void missingTestIsReportedAndOthersAreRun() throws Exception {
        Path run = temp.resolve("run");
        sitUntilInterrupted(run);
        hanging.release();
        available = test -> !test.equals("/hanging");
        RunSummary summary = sit(run);
        assertThat(executed).containsEntry("/hanging", 1);
        assertThat(summary.outcomes())
                .filteredOn(outcome -> outcome.test().equals("/hanging"))
                .extracting(RunSummary.Outcome::verdict)
                .containsExactly(Verdict.NOT_RUN);
        assertThat(sortedLines(run))
                .contains(
                        "[\"p\", \"infra\", \"/hanging\", null, [], \"TestAbortedError(the test is not there any more)\"]")
                .hasSize(13);
    }

    /** Runs with an output that cannot store anything. */
    private RunSummary sitOnAFullDisk(Path run) throws Exception {
        try (EventLog log = EventLog.open(log(run))) {
            Fakes.FakeAggregator full = new Fakes.FakeAggregator();
            full.onIngest = attempt -> {
                throw new IllegalStateException("disk full");
            };
            return AdHocOrchestrator.builder()
                    .runId("id")
                    .platform("p")
                    .tests(TESTS)
                    .aggregator(full)
                    .provisioner(new Fakes.FakeProvisioner("fake", 3))
                    .executorFactory(connection -> new Scripted())
                    .artifactsDirectory(run.resolve("attempts"))
                    .keepSuperseded(true)
                    .rerun(RerunPolicy.limited(1))
                    .listener(log)
                    .build()
                    .run();
        }
    }

    @Test
    void resultsThatCouldNotBeStoredAreStoredLater() throws Exception {
        hanging.release();
        Path run = temp.resolve("run");
        Files.createDirectories(run);
        RunSummary summary = sitOnAFullDisk(run);
        assertThat(summary.problems()).hasSize(TESTS.size());
        RunModel history = new RunModel().read(log(run));
        assertThat(history.state()).isEqualTo(RunModel.State.FINISHED);
        Map<String, Integer> before = Map.copyOf(executed);
        RunSummary later = sit(run);
        assertThat(executed).isEqualTo(before);
        assertThat(later.problems()).isEmpty();
        assertThat(sortedLines(run)).isEqualTo(reference());
    }

    /** A full disk: the log has the end, the result for the test itself did not reach the disk. */
    @Test
    void testWhoseOwnResultIsNotOnTheDiskIsRunAgain() throws Exception {
        hanging.release();
        Path run = temp.resolve("run");
        Files.createDirectories(run);
        RunSummary _ = sitOnAFullDisk(run);
        try (Stream<Path> all = Files.walk(run.resolve("attempts"))) {
            for (Path results : all.filter(path -> path.endsWith("results")).toList()) {
                Files.write(results, new byte[0]);
            }
        }
        Map<String, Integer> before = Map.copyOf(executed);
        RunSummary later = sit(run);
        assertThat(executed.get("/a")).isGreaterThan(before.get("/a"));
        assertThat(later.problems()).isEmpty();
        assertThat(sortedLines(run)).isEqualTo(reference());
    }

    @Test
    void failureClassesHaveTheirOwnReruns() throws Exception {
        RerunLimits limits = RerunLimits.of(0, Map.of(FailureClass.TEST, 1, FailureClass.CONNECTION, 2));
        Ending fail = ending(FailureClass.TEST);
        Ending lost = ending(FailureClass.CONNECTION);
        List<Boolean> answers = new ArrayList<>();
        for (Ending each : Arrays.asList(lost, fail, lost, lost, fail, ending(FailureClass.TIMEOUT))) {
            answers.add(limits.shouldBeRerun("/a", 1, each));
        }
        assertThat(answers).containsExactly(true, true, true, false, false, false);
        assertThat(limits.shouldBeRerun("/b", 7, fail)).isTrue();
        RerunLimits shared = RerunLimits.of(2, Map.of(FailureClass.CONNECTION, 1));
        answers.clear();
        for (Ending each : Arrays.asList(fail, lost, ending(FailureClass.TIMEOUT), fail, lost)) {
            answers.add(shared.shouldBeRerun("/a", 1, each));
        }
        assertThat(answers).containsExactly(true, true, true, false, false);

        hanging.release();
        Path run = temp.resolve("run");
        sit(run);
        RunModel history = new RunModel().read(log(run));
        assertThat(history.testNamed("/flaky").reruns()).isEqualTo(Map.of(FailureClass.TEST, 1));
        assertThat(limits.after(history.reruns()).shouldBeRerun("/flaky", 1, fail))
                .isFalse();
        assertThat(limits.after(history.reruns()).shouldBeRerun("/broken", 1, lost))
                .isTrue();
        assertThat(Collections.frequency(List.of(limits.after(history.reruns()).shouldBeRerun("/a", 1, fail)), true))
                .isEqualTo(1);
    }

    private static Ending ending(FailureClass failure) {
        return new Ending(
                failure == FailureClass.TEST ? java.util.OptionalInt.of(1) : java.util.OptionalInt.empty(),
                failure == FailureClass.TEST ? java.util.Optional.empty() : java.util.Optional.of(failure),
                java.util.Optional.empty(),
                java.util.Optional.empty(),
                java.util.Optional.empty());
    }
}
