package dev.atex.bench;

import dev.atex.executor.ExecutorFactory;
import dev.atex.orchestrator.AdHocOrchestrator;
import dev.atex.orchestrator.OrchestratorBuilder;
import dev.atex.provisioner.Provisioner;
import dev.atex.report.live.LiveServer;
import dev.atex.run.DestructivePolicy;
import dev.atex.run.EventLog;
import dev.atex.run.RunSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A run from its beginning to its end, with the event log written. */
final class WholeRun {
    private WholeRun() {}

    /** How many seconds it takes. Every test must pass. */
    static double of(int tests, Provisioner provisioner, ExecutorFactory executors, DestructivePolicy destructive)
            throws IOException, InterruptedException {
        return of(tests, provisioner, executors, destructive, _ -> Optional.empty());
    }

    /** What listens, made of the run directory; is closed after the run. */
    @FunctionalInterface
    interface Watching {
        Optional<LiveServer> begin(Path directory) throws IOException;
    }

    /** The same with one more listener. */
    static double of(
            int tests,
            Provisioner provisioner,
            ExecutorFactory executors,
            DestructivePolicy destructive,
            Watching watching)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("atex-bench");
        Path events = directory.resolve("events.jsonl");
        List<String> names = IntStream.range(0, tests)
                .mapToObj(i -> "/bench/suite/test-" + i)
                .toList();
        Optional<LiveServer> listener = watching.begin(directory);
        try (EventLog log = EventLog.open(events)) {
            OrchestratorBuilder builder = AdHocOrchestrator.builder()
                    .platform("bench")
                    .tests(names)
                    .provisioner(provisioner)
                    .executorFactory(executors)
                    .destructive(destructive)
                    .aggregator(new InstantMachines.NoOutput())
                    .artifactsDirectory(directory.resolve("artifacts"))
                    .ensureResults(false)
                    .listener(log);
            listener.ifPresent(builder::listener);
            AdHocOrchestrator orchestrator = builder.build();
            long start = System.nanoTime();
            RunSummary summary = orchestrator.run();
            double seconds = (System.nanoTime() - start) / 1e9;
            long passed = summary.outcomes().stream()
                    .filter(outcome -> outcome.verdict().passed())
                    .count();
            if (passed != tests || !summary.problems().isEmpty()) {
                throw new IllegalStateException(passed + " of " + tests + " passed: " + summary.problems());
            }
            return seconds;
        } finally {
            if (listener.isPresent()) {
                listener.get().close();
            }
            Files.deleteIfExists(events);
            Files.delete(directory);
        }
    }
}
