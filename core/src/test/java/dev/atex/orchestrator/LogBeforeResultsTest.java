package dev.atex.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.run.EventLog;
import dev.atex.run.RunEvent;
import dev.atex.run.RunSummary;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run that is killed at any instant: of a test whose results are stored, the log says how it ended. */
@Timeout(60)
class LogBeforeResultsTest {
    @TempDir
    private Path temp;

    private final Fakes.FakeAggregator results = new Fakes.FakeAggregator();
    private final CountDownLatch ingesting = new CountDownLatch(1);
    private final Queue<String> logged = new ConcurrentLinkedQueue<>();

    /** Gives whoever does not wait for the log the time to be first. */
    private void hesitate(RunEvent event) {
        if (event instanceof RunEvent.TestFinished || event instanceof RunEvent.TestNotRun) {
            try {
                boolean _ = ingesting.await(200, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run(List<String> tests, int exitCode, int maxFailed) throws Exception {
        Path file = temp.resolve("events.jsonl");
        results.onIngest = attempt -> {
            ingesting.countDown();
            try (Stream<RunEvent> events = EventLog.read(file)) {
                events.filter(event -> (event instanceof RunEvent.TestFinished e
                                        && e.test().equals(attempt.test()))
                                || (event instanceof RunEvent.TestNotRun n
                                        && n.test().equals(attempt.test())))
                        .forEach(event -> logged.add(attempt.test()));
            } catch (java.io.IOException e) {
                throw new IllegalStateException(e);
            }
        };
        try (EventLog log = EventLog.open(file)) {
            RunSummary _ = AdHocOrchestrator.builder()
                    .platform("p")
                    .tests(tests)
                    .provisioner(new Fakes.FakeProvisioner("fake", 1))
                    .executorFactory(connection -> new Fakes.FakeExecutor(
                            connection, (test, attempt, executor) -> exitCode, new java.util.HashMap<>()))
                    .aggregator(results)
                    .artifactsDirectory(temp.resolve("attempts"))
                    .maxFailed(maxFailed)
                    .listener(this::hesitate)
                    .listener(log)
                    .build()
                    .run();
        }
    }

    @Test
    void theEndOfATestIsLoggedBeforeItsResultsAreStored() throws Exception {
        run(List.of("/a"), 0, 0);
        assertThat(logged).containsExactly("/a");
    }

    @Test
    void thatATestIsNotRunIsLoggedBeforeItIsStored() throws Exception {
        run(List.of("/a", "/b"), 1, 1);
        assertThat(logged).containsExactlyInAnyOrder("/a", "/b");
    }
}
