package dev.atex.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.aggregator.Aggregator;
import dev.atex.run.EventLog;
import dev.atex.run.RunSummary;
import dev.atex.run.model.RunModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run that had decided to begin no test any more, or was about to, still does so when it goes on. */
@Timeout(120)
class StoppedRunResumptionTest {
    private static final List<String> TESTS = List.of("/a", "/b", "/c", "/d");

    @TempDir
    private Path temp;

    private final Map<String, Integer> executed = new ConcurrentHashMap<>();
    private final AtomicReference<Orchestrator> running = new AtomicReference<>();

    private RunSummary sit(Path run, int machines, int maxFailed, Fakes.TestBody body) throws Exception {
        OrchestratorBuilder builder = AdHocOrchestrator.builder();
        try (Aggregator _ = Sessions.open(run, builder, TESTS, test -> true);
                EventLog log = EventLog.open(Sessions.log(run))) {
            Orchestrator orchestrator = builder.provisioner(new Fakes.FakeProvisioner("fake", machines))
                    .executorFactory(connection -> new Fakes.FakeExecutor(
                            connection,
                            (test, attempt, executor) -> {
                                executed.merge(test, 1, Integer::sum);
                                return body.run(test, attempt, executor);
                            },
                            new HashMap<>()))
                    .maxFailed(maxFailed)
                    .keepSuperseded(true)
                    .oneMachine(machines == 1)
                    .listener(log)
                    .build();
            running.set(orchestrator);
            return orchestrator.run();
        }
    }

    private Path copy(Path run) throws IOException {
        Path copy = Files.createTempDirectory(temp, "copy").resolve("run");
        try (Stream<Path> files = Files.walk(run)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, copy.resolve(run.relativize(file)));
            }
        }
        return copy;
    }

    /** Kills it after each event that one is true of, and goes on. */
    private void killAfterEach(Path whole, int maxFailed, Fakes.TestBody body, Predicate<String> from)
            throws Exception {
        List<String> events = Files.readAllLines(whole.resolve("events.jsonl"));
        List<String> results = Files.readAllLines(whole.resolve("results.jsonl")).stream()
                .sorted()
                .toList();
        int first = 0;
        while (!from.test(events.get(first))) {
            first++;
        }
        assertThat(events.size() - first).isGreaterThan(5);
        for (int kept = first + 1; kept < events.size(); kept++) {
            Path run = copy(whole);
            Files.write(run.resolve("events.jsonl"), events.subList(0, kept));
            dropWhatWasNotStoredYet(run);
            executed.clear();
            RunSummary summary = sit(run, 1, maxFailed, body);
            assertThat(executed.keySet())
                    .as("killed after %s", events.get(kept - 1))
                    .doesNotContain("/c", "/d");
            assertThat(Files.readAllLines(run.resolve("results.jsonl")).stream().sorted())
                    .isEqualTo(results);
            assertThat(summary.outcomes())
                    .extracting(outcome -> outcome.test() + " " + outcome.verdict())
                    .containsExactly("/a FAILED", "/b FAILED", "/c NOT_RUN", "/d NOT_RUN");
            assertThat(new RunModel().read(run.resolve("events.jsonl")).isComplete())
                    .isTrue();
        }
    }

    /** The log comes first, see {@link LogBeforeResultsTest}. */
    private static void dropWhatWasNotStoredYet(Path run) throws IOException {
        String log = Files.readString(run.resolve("events.jsonl"));
        List<String> stored = Files.readAllLines(run.resolve("results.jsonl")).stream()
                .filter(line -> TESTS.stream()
                        .anyMatch(test -> line.contains("\"" + test + "\"")
                                && log.lines()
                                        .anyMatch(event -> event.contains("\"" + test + "\"")
                                                && (event.contains("\"test-finished\"")
                                                        || event.contains("\"test-not-run\"")))))
                .toList();
        Files.write(run.resolve("results.jsonl"), stored);
    }

    @Test
    void failuresOfEarlierSessionsCount() throws Exception {
        Path run = temp.resolve("run");
        Fakes.TestBody failing = (test, attempt, executor) -> 1;
        RunSummary _ = sit(run, 1, 2, failing);
        assertThat(executed).containsOnlyKeys("/a", "/b");
        killAfterEach(run, 2, failing, line -> line.contains("test-finished") && line.contains("\"/a\""));
    }

    @Test
    void aTestsWishForTheEndCountsInLaterSessions() throws Exception {
        Path run = temp.resolve("run");
        Fakes.TestBody second = (test, attempt, executor) -> {
            if (test.equals("/b")) {
                running.get().stopBeginning("b asked for it");
            }
            return 1;
        };
        RunSummary _ = sit(run, 1, 0, second);
        assertThat(executed).containsOnlyKeys("/a", "/b");
        killAfterEach(run, 0, second, line -> line.contains("stop-requested"));
    }

    /** Those had been begun, and would have come to their end. */
    @Test
    void whatWasCutOffIsRunAgainInARunThatWasStopped() throws Exception {
        Path run = temp.resolve("run");
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        RunSummary first = sit(run, 2, 0, (test, attempt, executor) -> {
            if (test.equals("/b")) {
                hanging.countDown();
                stopped.await();
                running.get().interrupt("killed");
                return executor.awaitCancel();
            }
            hanging.await();
            running.get().stopBeginning("a asked for it");
            stopped.countDown();
            return 0;
        });
        assertThat(first.interrupted()).isPresent();
        executed.clear();
        RunSummary second = sit(run, 2, 0, (test, attempt, executor) -> 0);
        assertThat(executed).containsOnlyKeys("/b");
        assertThat(second.outcomes())
                .extracting(outcome -> outcome.test() + " " + outcome.verdict())
                .containsExactly("/a PASSED", "/b PASSED", "/c NOT_RUN", "/d NOT_RUN");
    }
}
