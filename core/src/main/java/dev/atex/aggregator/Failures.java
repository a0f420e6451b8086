package dev.atex.aggregator;

import dev.atex.internal.files.FileProblems;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Gathers what goes wrong in several steps, all of which are to be tried. Not thread-safe. */
final class Failures {
    private final List<Exception> problems = new ArrayList<>();

    interface Call<T> {
        T run() throws AggregatorException, IOException, InterruptedException;
    }

    interface Step {
        void run() throws AggregatorException, IOException;
    }

    /** What the call returns; null if it failed. */
    <T> @Nullable T ofCall(Call<T> call) throws InterruptedException {
        try {
            return call.run();
        } catch (AggregatorException | IOException | RuntimeException e) {
            problems.add(e);
            return null;
        }
    }

    void ofStep(Step step) {
        try {
            step.run();
        } catch (AggregatorException | IOException | RuntimeException e) {
            problems.add(e);
        }
    }

    boolean isEmpty() {
        return problems.isEmpty();
    }

    void addTo(Exception other) {
        problems.forEach(other::addSuppressed);
    }

    /** Throws one exception that tells all, if there were failures. */
    void rethrow(String what) throws AggregatorException {
        if (!problems.isEmpty()) {
            String all = problems.stream()
                    .map(problem -> problem instanceof IOException e
                            ? FileProblems.of(e)
                            : problem.getMessage() == null ? problem.toString() : problem.getMessage())
                    .collect(Collectors.joining("; "));
            AggregatorException together = new AggregatorException(what + ": " + all, problems.getFirst());
            problems.stream().skip(1).forEach(together::addSuppressed);
            throw together;
        }
    }
}
