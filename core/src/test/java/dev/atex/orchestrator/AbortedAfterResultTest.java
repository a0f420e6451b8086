package dev.atex.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.aggregator.Aggregator;
import dev.atex.executor.Ending;
import dev.atex.executor.FailureClass;
import dev.atex.executor.TestArtifacts;
import dev.atex.results.FileAggregator;
import dev.atex.run.RunEvent;
import dev.atex.run.RunSummary;
import dev.atex.run.RunSummary.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that report a result for themselves, and then do not come to their end: why not is told wherever the result is. */
@Timeout(60)
class AbortedAfterResultTest {
    private record Case(FailureClass failure, String kind, String reason, String status, String note) {
        String whole() {
            String why = kind + "(" + reason + ")";
            return note == null ? why : note + "; " + why;
        }
    }

    private static final Map<String, Case> CASES = new LinkedHashMap<>();

    static {
        CASES.put(
                "/times-out",
                new Case(FailureClass.TIMEOUT, "TestAbortedError", "test duration timeout reached", "pass", null));
        CASES.put(
                "/garbage",
                new Case(FailureClass.CONTROL, "BadControlError", "unknown control word: foo", "pass", "all well"));
        CASES.put(
                "/failed-garbage",
                new Case(FailureClass.CONTROL, "BadControlError", "EOF when reading data", "fail", "1 of 3"));
        CASES.put(
                "/machine-lost",
                new Case(FailureClass.CONNECTION, "TestAbortedError", "connection lost", "pass", null));
        CASES.put("/cancelled", new Case(FailureClass.CANCELLED, "TestAbortedError", "cancel requested", "pass", null));
    }

    @TempDir
    private Path temp;

    private final List<RunEvent> events = Collections.synchronizedList(new ArrayList<>());

    private RunSummary run(Aggregator results) throws Exception {
        try (results) {
            OrchestratorBuilder builder = AdHocOrchestrator.builder();
            builder.platform("p");
            builder.tests(List.copyOf(CASES.keySet()));
            builder.provisioner(new Fakes.FakeProvisioner("fake", 1));
            builder.executorFactory(connection -> new Fakes.FakeExecutor(connection, null, new ConcurrentHashMap<>()) {
                @Override
                public Ending runTest(String test, TestArtifacts artifacts, Map<String, String> environment) {
                    return abort(CASES.get(test), artifacts);
                }
            });
            builder.aggregator(results);
            builder.artifactsDirectory(temp.resolve("attempts"));
            builder.listener(events::add);
            return builder.build().run();
        }
    }

    private static Ending abort(Case each, TestArtifacts artifacts) {
        Map<String, Object> own = new LinkedHashMap<>();
        own.put("status", each.status());
        if (each.note() != null) {
            own.put("note", each.note());
        }
        try {
            artifacts.addResult(Map.of("name", "sub", "status", "pass"));
            artifacts.addResult(own);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return Ending.aborted(each.failure(), each.kind(), each.reason());
    }

    private static void assertStored(Path results) throws Exception {
        List<String> lines = Files.readAllLines(results);
        assertThat(lines).hasSize(2 * CASES.size());
        CASES.forEach((test, each) -> {
            assertThat(lines).contains("[\"p\", \"pass\", \"" + test + "\", \"sub\", [], null]");
            assertThat(lines)
                    .contains(
                            "[\"p\", \"" + each.status() + "\", \"" + test + "\", null, [], \"" + each.whole() + "\"]");
        });
    }

    @Test
    void theReasonIsInResultsEventsAndSummary() throws Exception {
        RunSummary summary = run(FileAggregator.create(temp.resolve("r.jsonl"), temp.resolve("files")));
        assertStored(temp.resolve("r.jsonl"));
        for (Outcome outcome : summary.outcomes()) {
            assertThat(outcome.note()).contains(CASES.get(outcome.test()).whole());
            assertThat(outcome.verdict().passed()).isFalse();
        }
        assertThat(events)
                .filteredOn(RunEvent.TestFinished.class::isInstance)
                .hasSize(CASES.size())
                .allSatisfy(event -> {
                    RunEvent.TestFinished finished = (RunEvent.TestFinished) event;
                    assertThat(finished.ending().note())
                            .contains(CASES.get(finished.test()).whole());
                });
    }
}
