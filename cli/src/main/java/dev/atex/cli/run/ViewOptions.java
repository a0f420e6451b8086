package dev.atex.cli.run;

import dev.atex.cli.command.Options;
import dev.atex.cli.command.UsageException;
import dev.atex.internal.text.Suggestion;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * What a run does with tests that fail.
 *
 * @param show of which tests the last lines of output are shown
 * @param lines how many
 * @param maxFailed no test is begun any more when so many have failed; 0 for no limit
 * @param keepMachine whether a test that failed leaves its machine to the next one; empty: only where machines are this host
 */
record ViewOptions(Show show, int lines, int maxFailed, Optional<Boolean> keepMachine) {
    /** What commands use that have none of the options. */
    static final ViewOptions USUAL = new ViewOptions(Show.FAILED, 20, 0, Optional.empty());

    private static final int MOST_LINES = 10_000;

    /** Of which tests output is shown. */
    enum Show {
        FAILED("failed"),
        NEVER("never"),
        ALL("all");

        private final String word;

        Show(String word) {
            this.word = word;
        }
    }

    static void describe(CommandSpec spec) {
        spec.addOption(Options.one(
                "WHICH",
                "Of which tests the last lines of output are shown: failed (default), never, all.",
                "--show-output"));
        spec.addOption(Options.one(
                "N", "How many of these lines are shown (default: " + USUAL.lines() + ").", "--output-lines"));
        spec.addOption(Options.one(
                "N",
                "Begin no test any more when N have failed; a test that is run again has not failed yet. Those that run go on to their end.",
                "--max-fail"));
        spec.addOption(OptionSpec.builder("--fail-fast")
                .arity("0..1")
                .paramLabel("N")
                .type(String.class)
                .fallbackValue("1")
                .description("The same as --max-fail 1, or with =N as --max-fail N.")
                .build());
        spec.addOption(Options.one(
                "WHEN",
                "failure: a test that failed leaves its machine to the next test; never: the machine is replaced. Default: failure if all machines are this host, else never.",
                "--keep-machine-on"));
    }

    static ViewOptions of(ParseResult options) throws UsageException {
        return new ViewOptions(
                show(options.matchedOptionValue("--show-output", Show.FAILED.word)),
                lines(options.matchedOptionValue("--output-lines", String.valueOf(USUAL.lines()))),
                maxFailed(options),
                keepMachine(options.matchedOptionValue("--keep-machine-on", "")));
    }

    private static Show show(String word) throws UsageException {
        for (Show each : Show.values()) {
            if (each.word.equals(word)) {
                return each;
            }
        }
        throw new UsageException("--show-output " + word + ": there is no such choice"
                + Suggestion.among(word, List.of("failed", "never", "all")));
    }

    private static int lines(String text) throws UsageException {
        int lines = RunOptions.count("--output-lines", text);
        if (lines == 0 || lines > MOST_LINES) {
            throw new UsageException("--output-lines " + text + ": it must be between 1 and " + MOST_LINES
                    + "; --show-output never shows none");
        }
        return lines;
    }

    private static int maxFailed(ParseResult options) throws UsageException {
        if (options.hasMatchedOption("--max-fail") && options.hasMatchedOption("--fail-fast")) {
            throw new UsageException("--max-fail and --fail-fast say the same: give one of them");
        }
        String option = options.hasMatchedOption("--fail-fast") ? "--fail-fast" : "--max-fail";
        String text = options.matchedOptionValue(option, "");
        if (text.isEmpty()) {
            return 0;
        }
        return RunOptions.count(option, text, 1);
    }

    private static Optional<Boolean> keepMachine(String word) throws UsageException {
        return switch (word) {
            case "" -> Optional.empty();
            case "failure" -> Optional.of(true);
            case "never" -> Optional.of(false);
            default ->
                throw new UsageException("--keep-machine-on " + word + ": there is no such choice"
                        + Suggestion.among(word, List.of("failure", "never")));
        };
    }
}
