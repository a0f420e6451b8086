package dev.atex.cli.run;

import dev.atex.cli.command.Opt;
import dev.atex.cli.command.UsageException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options for tests that fail.
 *
 * @param show of which tests the last lines of output are shown
 * @param lines how many
 * @param maxFailed no test is begun any more when so many have failed; 0 for no limit
 * @param keepMachine whether a test that failed leaves its machine to the next one; empty: only where machines are this host
 */
record ViewOptions(Show show, int lines, int maxFailed, Optional<Boolean> keepMachine) {
    /** The defaults. */
    static final ViewOptions USUAL = new ViewOptions(Show.FAILED, 20, 0, Optional.empty());

    private static final int MOST_LINES = 10_000;

    /** The tests whose output is shown. */
    enum Show {
        FAILED("failed"),
        NEVER("never"),
        ALL("all");

        private final String word;

        Show(String word) {
            this.word = word;
        }
    }

    private static final Opt<Optional<Show>> SHOW_OUTPUT = Opt.one(
            "WHICH",
            "Show the last lines of the output of these tests: failed (default), never, all.",
            Opt.choice(Arrays.stream(Show.values()).collect(Collectors.toMap(show -> show.word, show -> show))),
            "--show-output");
    private static final Opt<Optional<Integer>> OUTPUT_LINES = Opt.one(
            "N", "How many of these lines (default: " + USUAL.lines() + ").", ViewOptions::lineCount, "--output-lines");
    private static final Opt<Optional<Integer>> MAX_FAIL = Opt.one(
            "N",
            "When N tests have failed, start no other one; running tests continue. A test that will be rerun has not failed yet.",
            ViewOptions::atLeastOne,
            "--max-fail");
    private static final Opt<Optional<String>> FAIL_FAST =
            Opt.optional("N", "1", "The same as --max-fail 1, or with =N as --max-fail N.", "--fail-fast");
    private static final Opt<Optional<Boolean>> KEEP_MACHINE_ON = Opt.one(
            "WHEN",
            "failure: the next test uses the machine of a failed test; never: that machine is replaced. Default: failure if"
                    + " all machines are this host, else never.",
            Opt.choice(Map.of("failure", true, "never", false)),
            "--keep-machine-on");

    static void describe(CommandSpec spec) {
        Opt.addAll(spec, SHOW_OUTPUT, OUTPUT_LINES, MAX_FAIL, FAIL_FAST, KEEP_MACHINE_ON);
    }

    static ViewOptions of(ParseResult options) throws UsageException {
        return new ViewOptions(
                SHOW_OUTPUT.of(options).orElse(USUAL.show()),
                OUTPUT_LINES.of(options).orElse(USUAL.lines()),
                maxFailed(options),
                KEEP_MACHINE_ON.of(options));
    }

    private static int lineCount(String option, String text) throws UsageException {
        int lines = RunOptions.count(option, text, 0);
        if (lines == 0 || lines > MOST_LINES) {
            throw new UsageException(option + " " + text + ": it must be between 1 and " + MOST_LINES
                    + "; --show-output never shows none");
        }
        return lines;
    }

    private static int atLeastOne(String option, String text) throws UsageException {
        return RunOptions.count(option, text, 1);
    }

    private static int maxFailed(ParseResult options) throws UsageException {
        if (MAX_FAIL.isGiven(options) && FAIL_FAST.isGiven(options)) {
            throw new UsageException("--max-fail and --fail-fast mean the same: give only one of them");
        }
        Optional<String> fast = FAIL_FAST.of(options);
        return fast.isPresent()
                ? atLeastOne(FAIL_FAST.name(), fast.get())
                : MAX_FAIL.of(options).orElse(0);
    }
}
