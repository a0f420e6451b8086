package dev.atex.cli.report;

import dev.atex.cli.command.Opt;
import dev.atex.cli.command.UsageException;
import dev.atex.executor.Subtests;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options that define a failure, and how many failures end a run.
 *
 * @param subtests whether those that failed make their test fail
 * @param prepareTries how often a set-up may fail in the same way
 * @param prepareMachines on how many machines
 */
public record JudgingOptions(Subtests subtests, int prepareTries, int prepareMachines) {
    public static final JudgingOptions USUAL = new JudgingOptions(Subtests.COUNT, 3, 2);

    private static final int MOST_TRIES = 1_000_000;
    private static final Opt<Optional<Subtests>> OF_RUNS = subtests("count (default)");
    private static final Opt<Optional<Subtests>> OF_REPORTS = subtests("as in the run (default), count");
    private static final Opt<Optional<Integer>> PREPARE_TRIES = Opt.one(
            "N",
            "Give up on the machines of a --provision when set-up has failed N times in the same way and never succeeded"
                    + " (default: 3 times, and on two machines).",
            Opt.number(1, MOST_TRIES),
            "--prepare-tries");

    private static Opt<Optional<Subtests>> subtests(String first) {
        return Opt.one(
                "WORD",
                "Whether failed subtests make their test fail: " + first + " or ignore.",
                (option, text) -> Subtests.of(text).orElseThrow(() -> Opt.noSuchChoice(option, text, Subtests.words())),
                "--subtests");
    }

    public static void describe(CommandSpec spec) {
        Opt.addAll(spec, OF_RUNS, PREPARE_TRIES);
    }

    /** Adds the option for commands that read runs. */
    static void describeSubtests(CommandSpec spec) {
        OF_REPORTS.addTo(spec);
    }

    public static JudgingOptions of(ParseResult options) throws UsageException {
        Subtests subtests = subtests(options).orElse(USUAL.subtests());
        return PREPARE_TRIES
                .of(options)
                .map(tries -> new JudgingOptions(subtests, tries, tries)) // on whichever machines, as the user wants it
                .orElse(new JudgingOptions(subtests, USUAL.prepareTries(), USUAL.prepareMachines()));
    }

    /** Returns what the user said about subtests. */
    static Optional<Subtests> subtests(ParseResult options) throws UsageException {
        return OF_RUNS.of(options);
    }
}
