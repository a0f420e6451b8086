package dev.atex.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.aggregator.Aggregator;
import dev.atex.results.FileAggregator;
import dev.atex.run.model.RunModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** Begins or resumes a run in a run directory, as programs do. */
final class Sessions {
    private Sessions() {}

    static Path log(Path run) {
        return run.resolve("events.jsonl");
    }

    static Path results(Path run) {
        return run.resolve("results.jsonl");
    }

    /** Opens the output of a run, in a directory that may be missing. The caller closes it. */
    static Aggregator open(Path run, OrchestratorBuilder builder, List<String> tests, Predicate<String> available)
            throws Exception {
        builder.runId("id").platform("p").tests(tests).artifactsDirectory(run.resolve("attempts"));
        if (!Files.exists(run)) {
            Files.createDirectories(run);
            Aggregator output = FileAggregator.create(results(run), run.resolve("files"));
            builder.aggregator(output);
            return output;
        }
        RunModel history = new RunModel("id", "p", tests).read(log(run));
        assertThat(history.isComplete()).isFalse();
        Resumption resumption =
                Resumption.begin(history, results(run), run.resolve("files"), run.resolve("attempts"), available);
        builder.resume(resumption);
        return resumption.aggregator();
    }

    /** Copies a run directory with its hard links. */
    static void copy(Path run, Path to) throws Exception {
        assertThat(new ProcessBuilder("cp", "-a", run.toString(), to.toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }
}
