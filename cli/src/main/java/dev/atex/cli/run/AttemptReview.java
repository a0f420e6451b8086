package dev.atex.cli.run;

import dev.atex.cli.view.AttemptOutput;
import dev.atex.executor.Ending;
import dev.atex.executor.Executor;
import dev.atex.executor.FailureClass;
import dev.atex.executor.TestArtifacts;
import dev.atex.run.AfterTest;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps the output of attempts to show, and offers a shell after a failure. Thread-safe. */
final class AttemptReview implements AfterTest {
    private final ViewOptions options;
    private final Map<String, AttemptOutput> outputs = new ConcurrentHashMap<>();

    AttemptReview(ViewOptions options) {
        this.options = options;
    }

    @Override
    public void ended(Executor executor, String test, int attempt, Ending ending, TestArtifacts artifacts)
            throws IOException, InterruptedException {
        Optional<FailureClass> failure = ending.failureClass();
        boolean hasFailed = failure.isPresent() && failure.get() != FailureClass.CANCELLED;
        boolean isWanted =
                options.show() == ViewOptions.Show.ALL || (options.show() == ViewOptions.Show.FAILED && hasFailed);
        if (!isWanted && !hasFailed) {
            return;
        }
        AttemptOutput output = AttemptOutput.of(artifacts, ending.log(), options.lines());
        outputs.put(test, isWanted ? output : output.withoutLines());
        if (hasFailed && executor instanceof ShellOnFailure shells) {
            shells.offer(test, ending.reason().orElse(ending.word()), output);
        }
    }

    /** Returns the output of the last attempt at a test, once. */
    Optional<AttemptOutput> take(String test) {
        return Optional.ofNullable(outputs.remove(test));
    }
}
