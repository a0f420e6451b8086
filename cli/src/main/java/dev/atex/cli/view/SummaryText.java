package dev.atex.cli.view;

import dev.atex.internal.text.Count;
import dev.atex.run.RunSummary;
import dev.atex.run.RunSummary.Outcome;
import dev.atex.run.RunSummary.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** The summary at the end of a run: failed tests and their logs, problems, counts. */
public final class SummaryText {
    /** The most failed tests that are listed; the results have all of them. */
    private static final int MOST_LISTED = 200;

    /** The width of statuses; they are free text, but usual ones are short. */
    private static final int WORD_COLUMNS = 12;

    private final Style style;

    /** Creates a summary in a style. */
    public SummaryText(Style style) {
        this.style = style;
    }

    /**
     * Returns the lines of the summary.
     *
     * @param runDirectory where the results are, as the user should see it
     * @param there whether they are: nobody has removed them
     */
    public List<String> lines(RunSummary summary, Path runDirectory, boolean there) {
        return lines(summary, "", runDirectory, there);
    }

    /**
     * Returns the lines of the summary, with a line about machines, as {@link RunDisplay#machineTime} returns it.
     *
     * @param machines may be empty
     */
    public List<String> lines(RunSummary summary, String machines, Path runDirectory, boolean there) {
        List<String> lines = new ArrayList<>();
        failures(summary, runDirectory, lines);
        problems(summary, lines);
        lines.add("");
        lines.add(countsLine(summary));
        if (!machines.isEmpty()) {
            lines.add("Machines: " + machines);
        }
        if (there) {
            lines.add("Results: "
                    + Printable.line(runDirectory.resolve("results.jsonl").toString())
                    + style.faint("   (all of the run: " + Printable.line(runDirectory.toString()) + ")"));
        }
        if (there && summary.interrupted().isPresent()) {
            lines.add("To finish it: atex resume " + Printable.line(runDirectory.toString()));
        }
        return lines;
    }

    private void failures(RunSummary summary, Path runDirectory, List<String> lines) {
        List<Outcome> skipped = new ArrayList<>();
        List<Outcome> flaky = new ArrayList<>();
        List<Outcome> unrun = new ArrayList<>();
        List<Outcome> listed = new ArrayList<>();
        for (Outcome outcome : summary.outcomes()) {
            switch (outcome.verdict()) {
                case PASSED -> {
                    if (outcome.isSkipped()) {
                        skipped.add(outcome);
                    }
                }
                case FLAKY -> flaky.add(outcome);
                case NOT_RUN -> unrun.add(outcome);
                case FAILED, INFRA, CANCELLED -> listed.add(outcome);
            }
        }
        if (!listed.isEmpty()) {
            lines.add("");
            lines.add(style.strong("Not passed:"));
        }
        int columns = listed.stream()
                .mapToInt(outcome -> Columns.width(Printable.word(outcome.word())))
                .max()
                .orElse(0);
        for (Outcome outcome : listed.subList(0, Math.min(MOST_LISTED, listed.size()))) {
            String word = outcome.word();
            lines.add(
                    "  " + style.status(word, Columns.pad(Printable.word(word), Math.min(WORD_COLUMNS, columns))) + " "
                            + Printable.line(outcome.test())
                            + (outcome.attempts() > 1 ? style.faint(" (" + outcome.attempts() + " attempts)") : ""));
            outcome.note().ifPresent(note -> lines.add("        " + Printable.note(note)));
            outcome.log().ifPresent(log -> lines.add("        " + Printable.line(shown(log, runDirectory))));
        }
        if (listed.size() > MOST_LISTED) {
            lines.add("  and " + (listed.size() - MOST_LISTED) + " more");
        }
        list(
                "Flaky, failed and then passed:",
                flaky,
                outcome -> style.faint(" (" + outcome.attempts() + " attempts)"),
                lines);
        listWithReasons("Skipped", skipped, "no reason was given", lines);
        listWithReasons("Not run", unrun, "", lines);
    }

    /** Returns the reason that all tests have in common, if there is one. */
    private void listWithReasons(String title, List<Outcome> outcomes, String otherwise, List<String> lines) {
        List<Optional<String>> reasons =
                outcomes.stream().map(Outcome::note).distinct().limit(2).toList();
        if (outcomes.size() > 1 && reasons.size() == 1 && reasons.getFirst().isPresent()) {
            String reason = Printable.note(reasons.getFirst().get()).replaceFirst("\\.$", "");
            list(title + ", " + reason + ":", outcomes, _ -> "", lines);
            return;
        }
        list(
                title + ":",
                outcomes,
                outcome -> style.faint("  " + Printable.note(outcome.note().orElse(otherwise))),
                lines);
    }

    private void list(String title, List<Outcome> outcomes, Function<Outcome, String> rest, List<String> lines) {
        if (outcomes.isEmpty()) {
            return;
        }
        lines.add("");
        lines.add(style.strong(title));
        for (Outcome outcome : outcomes.subList(0, Math.min(MOST_LISTED, outcomes.size()))) {
            lines.add("  " + Printable.line(outcome.test()) + rest.apply(outcome));
        }
        if (outcomes.size() > MOST_LISTED) {
            lines.add("  and " + (outcomes.size() - MOST_LISTED) + " more");
        }
    }

    /** Returns a path in the run directory, starting as the user wrote the directory. */
    private static String shown(Path log, Path runDirectory) {
        Path absolute = runDirectory.toAbsolutePath();
        return log.startsWith(absolute)
                ? runDirectory.resolve(absolute.relativize(log)).toString()
                : log.toString();
    }

    private void problems(RunSummary summary, List<String> lines) {
        if (!summary.problems().isEmpty()) {
            lines.add("");
            lines.add(style.strong("Problems:"));
            summary.problems().forEach(problem -> lines.add("  " + Printable.block(problem, "    ")));
        }
    }

    /** Counts tests of a run that has ended by verdict, the usual ones first. */
    public static Map<String, Integer> counts(RunSummary summary) {
        return counts(summary, Outcome::word);
    }

    /** Counts tests of a run that may be running: tests without an outcome are still to be run. */
    public static Map<String, Integer> countsSoFar(RunSummary summary) {
        return counts(summary, outcome -> isOpen(outcome) ? "to run" : outcome.word());
    }

    private static boolean isOpen(Outcome outcome) {
        return outcome.status().isEmpty()
                && (outcome.verdict() == Verdict.NOT_RUN || outcome.verdict() == Verdict.CANCELLED);
    }

    private static Map<String, Integer> counts(RunSummary summary, Function<Outcome, String> words) {
        Map<String, Integer> byWord = new TreeMap<>();
        summary.outcomes().forEach(outcome -> byWord.merge(words.apply(outcome), 1, Integer::sum));
        Map<String, Integer> ordered = new LinkedHashMap<>();
        for (String first : List.of("pass", "flaky", "fail", "error", "infra")) {
            Integer count = byWord.remove(first);
            if (count != null) {
                ordered.put(first, count);
            }
        }
        ordered.putAll(byWord);
        return ordered;
    }

    private String countsLine(RunSummary summary) {
        List<String> parts = new ArrayList<>();
        counts(summary).forEach((word, count) -> parts.add(style.status(word, count + " " + Printable.word(word))));
        return summary.interrupted()
                        .map(reason -> style.odd("Interrupted (" + Printable.line(reason) + "). "))
                        .orElse("")
                + (!summary.outcomes().isEmpty() && summary.outcomes().stream().allMatch(Outcome::isSkipped)
                        ? style.odd("All tests were skipped, nothing was tested. ")
                        : "")
                + Count.of(summary.outcomes().size(), "test") + ": " + String.join(", ", parts)
                + style.faint(" in " + Times.exact(summary.elapsed()));
    }
}
