package dev.atex.cli.report;

import dev.atex.cli.command.Options;
import dev.atex.cli.command.UsageException;
import dev.atex.executor.Subtests;
import dev.atex.internal.text.Suggestion;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * What counts as a failure, and how much of it is enough.
 *
 * @param subtests whether those that failed make their test fail
 * @param prepareTries how often a set-up may fail in the same way
 * @param prepareMachines on how many machines
 */
public record JudgingOptions(Subtests subtests, int prepareTries, int prepareMachines) {
    public static final JudgingOptions USUAL = new JudgingOptions(Subtests.COUNT, 3, 2);

    private static final int MOST_TRIES = 1_000_000;
    private static final String SUBTESTS = "--subtests";
    private static final String PREPARE_TRIES = "--prepare-tries";

    public static void describe(CommandSpec spec) {
        describeSubtests(spec, "count (default)");
        spec.addOption(Options.one(
                "N",
                "Give up with the machines of a --provision whose set-up failed in the same way so many times, and never"
                        + " succeeded (default: 3, and with the second machine).",
                PREPARE_TRIES));
    }

    /** For commands that look at runs. */
    static void describeSubtests(CommandSpec spec) {
        describeSubtests(spec, "as in the run (default), count");
    }

    private static void describeSubtests(CommandSpec spec, String first) {
        spec.addOption(Options.one(
                "WORD", "Whether subtests that failed make their test fail: " + first + " or ignore.", SUBTESTS));
    }

    public static JudgingOptions of(ParseResult options) throws UsageException {
        Subtests subtests = subtests(options).orElse(USUAL.subtests());
        String given = options.matchedOptionValue(PREPARE_TRIES, null);
        if (given == null) {
            return new JudgingOptions(subtests, USUAL.prepareTries(), USUAL.prepareMachines());
        }
        int tries = Options.number(PREPARE_TRIES, given, 1, MOST_TRIES);
        return new JudgingOptions(subtests, tries, tries); // on whichever machines, as the user wants it
    }

    /** What the user said about subtests. */
    static Optional<Subtests> subtests(ParseResult options) throws UsageException {
        String word = options.matchedOptionValue(SUBTESTS, null);
        if (word == null) {
            return Optional.empty();
        }
        Optional<Subtests> how = Subtests.of(word);
        if (how.isEmpty()) {
            throw new UsageException(
                    SUBTESTS + " " + word + ": there is no such choice" + Suggestion.among(word, Subtests.words()));
        }
        return how;
    }
}
