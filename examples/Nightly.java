import dev.atex.results.FileAggregator;
import dev.atex.executor.FailureClass;
import dev.atex.executor.fmf.discovery.Discovery;
import dev.atex.executor.fmf.FmfExecutorFactory;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.fmf.Context;
import dev.atex.orchestrator.AdHocOrchestrator;
import dev.atex.run.DestructivePolicy;
import dev.atex.run.EventLog;
import dev.atex.run.RerunPolicy;
import dev.atex.run.RunEvent;
import dev.atex.run.RunSummary;
import dev.atex.run.TestOrder;
import dev.atex.local.LocalProvisioner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Runs tests with rules that the command line does not offer. Usage:
 *
 * <pre>./atex java examples/Nightly.java examples/demo nightly-results</pre>
 */
void main(String... args) throws Exception {
    if (args.length != 2) {
        System.err.println("usage: atex java Nightly.java TREE RESULTS");
        System.exit(2);
    }
    System.exit(night(Path.of(args[0]), Path.of(args[1])) ? 0 : 1);
}

/** Runs the tests of {@code tree}, and returns {@code true} if all of them passed. */
boolean night(Path tree, Path output) throws Exception {
    Path run = Files.createDirectory(output).toAbsolutePath();

    // Discover tests, then change them: remove the one that fails on purpose, add variables to another one.
    Context context = Context.of(Map.of("shell", "bash"));
    try (FmfTests tests = Discovery.in(tree).plan("/plans/all").context(context).leaveOut(run).discover();
            EventLog log = EventLog.open(run.resolve("events.jsonl"));
            FileAggregator results = FileAggregator.create(run.resolve("results.jsonl"), run.resolve("files"))) {
        tests.removeIf(test -> test.name().endsWith("/fail"));
        tests.find("/tests/basics/environment")
                .ifPresent(test -> tests.put(test.with("environment", Map.of("GREETING", "good night", "COLOUR", "black"))));

        RunSummary summary = AdHocOrchestrator.builder()
                .platform("nightly")
                .tests(tests.names())
                .provisioner(LocalProvisioner.of(4))
                .executorFactory(FmfExecutorFactory.builder(tests).build())
                .aggregator(results)
                .artifactsDirectory(run.resolve("attempts"))
                .listener(log)
                .listener(event -> {
                    if (event instanceof RunEvent.TestFinished finished) {
                        System.out.println(finished.ending().status().orElse("?") + " " + finished.test());
                    }
                })
                // Failures of the machine: three reruns. Failures of the test: one.
                .rerun(RerunPolicy.onFailure(Set.of(FailureClass.CONNECTION, FailureClass.SETUP))
                        .and(RerunPolicy.limited(3))
                        .or(RerunPolicy.limited(1)))
                .order(TestOrder.priorityFirst((String test) -> tests.find(test).map(FmfTest::extraPriority).orElse(0.0))
                        .then(TestOrder.longestFirst(test -> tests.find(test).orElseThrow().duration())))
                .destructive(DestructivePolicy.never())
                .build()
                .run();

        long bad = summary.outcomes().stream()
                .filter(outcome -> !outcome.verdict().passed())
                .count();
        System.out.println(summary.outcomes().size() - bad + " passed, " + bad + " did not, in "
                + summary.elapsed().toSeconds() + " s: " + run.resolve("results.jsonl"));
        summary.problems().forEach(problem -> System.out.println("problem: " + problem));
        return bad == 0 && summary.problems().isEmpty();
    }
}
