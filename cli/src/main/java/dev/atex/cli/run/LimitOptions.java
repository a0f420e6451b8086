package dev.atex.cli.run;

import dev.atex.cli.command.Options;
import dev.atex.cli.command.UsageException;
import dev.atex.executor.fmf.test.ControlLimits;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** What one test may use up: the options for {@link ControlLimits}. */
final class LimitOptions {
    private static final int MOST = 999_999_999;

    private LimitOptions() {}

    static void describe(CommandSpec spec) {
        spec.addOption(Options.one(
                "SIZE", "How much one test may upload, all files together (default: 64G).", "--max-upload"));
        spec.addOption(Options.one("N", "How many files one test may upload (default: 1000000).", "--max-files"));
        spec.addOption(Options.one(
                "SIZE", "How much JSON one test may report, all results together (default: 4G).", "--max-results"));
        spec.addOption(Options.one("SIZE", "How long the JSON of one result may be (default: 4M).", "--max-json"));
        spec.addOption(
                Options.one("N", "How deep the JSON of a result may be nested (default: 100).", "--max-json-depth"));
        spec.addOption(
                Options.one("SIZE", "Memory for the partial results of one test (default: 64M).", "--max-partial"));
        spec.addOption(Options.one(
                "N",
                "How often in a row one test may be started again by 'disconnect' without a reboot or a result (default:"
                        + " 1000).",
                "--max-restarts"));
    }

    static ControlLimits of(ParseResult options) throws UsageException {
        ControlLimits limits = ControlLimits.DEFAULT;
        return new ControlLimits(
                size(options, "--max-upload", limits.maxUploadBytes()),
                number(options, "--max-files", (int) limits.maxFiles(), 0, MOST),
                size(options, "--max-results", limits.maxResultBytes()),
                (int) Math.min(1 << 30, Math.max(1, size(options, "--max-json", limits.maxJsonBytes()))),
                number(options, "--max-json-depth", limits.maxJsonDepth(), 1, ControlLimits.MAX_JSON_DEPTH),
                size(options, "--max-partial", limits.maxPartialBytes()),
                number(options, "--max-restarts", limits.maxRestarts(), 0, MOST));
    }

    private static long size(ParseResult options, String name, long usual) throws UsageException {
        String text = options.matchedOptionValue(name, "");
        return options.hasMatchedOption(name) ? Options.size(name, text) : usual;
    }

    private static int number(ParseResult options, String name, int usual, int least, int most) throws UsageException {
        String text = options.matchedOptionValue(name, "");
        return options.hasMatchedOption(name) ? Options.number(name, text, least, most) : usual;
    }
}
