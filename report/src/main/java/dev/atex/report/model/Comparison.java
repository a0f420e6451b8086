package dev.atex.report.model;

import dev.atex.run.RunSummary.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The differences between two runs, by test name; subtests are compared as well, as {@code test / subtest}.
 *
 * @param newlyFailing passed in the first run or were not in it, but did not pass in the second
 * @param newlyPassing did not pass in the first run, but passed in the second
 * @param stillFailing passed in neither run
 * @param newlyFlaky passed in the first run, but only after a rerun in the second
 * @param slower took longer
 * @param added only in the second run
 * @param removed only in the first run
 */
public record Comparison(
        List<String> newlyFailing,
        List<String> newlyPassing,
        List<String> stillFailing,
        List<String> newlyFlaky,
        List<Slower> slower,
        List<String> added,
        List<String> removed) {
    /** A test that took longer; in seconds. */
    public record Slower(String test, double before, double after) {}

    /**
     * Compares two runs.
     *
     * @throws IOException if the results of one of them cannot be read
     * @param factor a test is slower if it took at least this many times as long, and at least a second longer
     */
    public static Comparison of(RunReport before, RunReport after, double factor) throws IOException {
        Map<String, ReportedTest> old = new HashMap<>();
        before.tests().forEach(test -> old.put(test.name(), test));
        Set<String> gone = new HashSet<>(old.keySet());
        Comparison found = new Comparison(
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>());
        try (ResultsReader first = before.openResults();
                ResultsReader second = after.openResults()) {
            for (ReportedTest test : after.tests()) {
                gone.remove(test.name());
                found.compare(old.get(test.name()), first, test, second, factor);
            }
        }
        before.tests().stream().map(ReportedTest::name).filter(gone::contains).forEach(found.removed::add);
        return found;
    }

    private void compare(
            @Nullable ReportedTest before, ResultsReader first, ReportedTest after, ResultsReader second, double factor)
            throws IOException {
        sort(
                after.name(),
                before == null || before.verdict().passed(),
                after.verdict().passed());
        if (before == null) {
            added.add(after.name());
            return;
        }
        if (after.verdict() == Verdict.FLAKY && before.verdict() == Verdict.PASSED) {
            newlyFlaky.add(after.name());
        }
        double was = before.seconds();
        double is = after.seconds();
        if (was > 0 && is >= was * factor && is >= was + 1) {
            slower.add(new Slower(after.name(), was, is));
        }
        Map<String, Boolean> old = subtests(before, first.of(before));
        subtests(after, second.of(after)).forEach((name, passed) -> {
            Boolean passedBefore = old.get(name);
            if (passedBefore != null) {
                sort(after.name() + " / " + name, passedBefore, passed);
            }
        });
    }

    /** Returns which subtests passed: one with several results passed if none of them failed. */
    private static Map<String, Boolean> subtests(ReportedTest test, ResultsReader.Cursor results) throws IOException {
        Map<String, Boolean> subtests = new LinkedHashMap<>();
        for (Result result = results.next(); result != null; result = results.next()) {
            if (result.subtest().isPresent()) {
                subtests.merge(result.subtest().get(), !test.fails(result), Boolean::logicalAnd);
            }
        }
        return subtests;
    }

    private void sort(String name, boolean before, boolean after) {
        if (before && !after) {
            newlyFailing.add(name);
        } else if (!before && after) {
            newlyPassing.add(name);
        } else if (!before) {
            stillFailing.add(name);
        }
    }
}
