package dev.atex.cli.run;

import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.UsageException;
import dev.atex.executor.fmf.test.ControlLimits;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The options for {@link ControlLimits}: how much one test may use. */
final class LimitOptions {
    private static final int MOST = 999_999_999;
    private static final ControlLimits USUAL = ControlLimits.DEFAULT;

    private static final Opt<Optional<Long>> MAX_UPLOAD =
            size("How much one test may upload, all files together (default: 64G).", "--max-upload");
    private static final Opt<Optional<Integer>> MAX_FILES =
            number("How many files one test may upload (default: 1000000).", 0, MOST, "--max-files");
    private static final Opt<Optional<Long>> MAX_RESULTS =
            size("How much JSON one test may report, all results together (default: 4G).", "--max-results");
    private static final Opt<Optional<Long>> MAX_JSON =
            size("How long the JSON of one result may be (default: 4M).", "--max-json");
    private static final Opt<Optional<Integer>> MAX_JSON_DEPTH = number(
            "How deep the JSON of a result may be nested (default: 100).",
            1,
            ControlLimits.MAX_JSON_DEPTH,
            "--max-json-depth");
    private static final Opt<Optional<Long>> MAX_PARTIAL =
            size("Memory for the partial results of one test (default: 64M).", "--max-partial");
    private static final Opt<Optional<Integer>> MAX_RESTARTS = number(
            "How often in a row 'disconnect' may start one test again without a reboot or a result (default: 1000).",
            0,
            MOST,
            "--max-restarts");

    private LimitOptions() {}

    private static Opt<Optional<Long>> size(String description, String name) {
        return Opt.one("SIZE", description, Options::size, name);
    }

    private static Opt<Optional<Integer>> number(String description, int least, int most, String name) {
        return Opt.one("N", description, Opt.number(least, most), name);
    }

    static void describe(CommandSpec spec) {
        Opt.addAll(spec, MAX_UPLOAD, MAX_FILES, MAX_RESULTS, MAX_JSON, MAX_JSON_DEPTH, MAX_PARTIAL, MAX_RESTARTS);
    }

    static ControlLimits of(ParseResult options) throws UsageException {
        return new ControlLimits(
                MAX_UPLOAD.of(options).orElse(USUAL.maxUploadBytes()),
                MAX_FILES.of(options).orElse((int) USUAL.maxFiles()),
                MAX_RESULTS.of(options).orElse(USUAL.maxResultBytes()),
                (int) Math.min(1 << 30, Math.max(1, MAX_JSON.of(options).orElse((long) USUAL.maxJsonBytes()))),
                MAX_JSON_DEPTH.of(options).orElse(USUAL.maxJsonDepth()),
                MAX_PARTIAL.of(options).orElse(USUAL.maxPartialBytes()),
                MAX_RESTARTS.of(options).orElse(USUAL.maxRestarts()));
    }
}
