package dev.atex.cli.report;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.state.RunDirectory;
import dev.atex.cli.state.Runs;
import dev.atex.executor.Subtests;
import dev.atex.report.model.Comparison;
import dev.atex.report.model.RunReport;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex compare}: prints how a later run differs from an earlier one. */
public final class CompareCommand implements Command {
    private static final Opt<Optional<Double>> SLOWER = Opt.one(
            "FACTOR",
            "A test is slower if it took at least this many times as long, and a second longer (default: 1.5).",
            CompareCommand::factor,
            "--slower");

    @Override
    public String name() {
        return "compare";
    }

    @Override
    public String summary() {
        return "Compare two runs: new failures, new passes, slower tests.";
    }

    @Override
    public void describe(CommandSpec spec) {
        for (String label : List.of("RUN1", "RUN2")) {
            spec.addPositional(PositionalParamSpec.builder()
                    .paramLabel(label)
                    .arity("1")
                    .type(String.class)
                    .description("The " + (label.endsWith("1") ? "earlier" : "later")
                            + " run: its directory, or its id in ./" + RunDirectory.USUAL_PARENT + ".")
                    .build());
        }
        SLOWER.addTo(spec);
        JudgingOptions.describeSubtests(spec);
        spec.usageMessage()
                .footer(
                        "",
                        "Compares tests by name, and also subtests that both runs have.",
                        "",
                        "Example:",
                        "  atex compare 20261123-131757-dde1a4 20261124-131757-b07c55");
    }

    @Override
    public Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>(ExitCode.ofPlainCommands());
        codes.put("0", "no test or subtest newly fails");
        codes.put("1", "a test or subtest fails that did not fail before, or a new test fails");
        return codes;
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException {
        if (options.matchedPositionalValue(1, "").isEmpty()) {
            throw new UsageException("two runs are needed: atex compare RUN1 RUN2 ('atex runs' lists runs)");
        }
        Optional<Subtests> subtests = JudgingOptions.subtests(options);
        RunReport before = read(Runs.named(options, 0), subtests);
        RunReport after = read(Runs.named(options, 1), subtests);
        double factor = SLOWER.of(options).orElse(1.5);
        Comparison found;
        try {
            found = Comparison.of(before, after, factor);
        } catch (IOException e) {
            throw UsageException.reading(e);
        }
        list("Newly failing", found.newlyFailing(), terminal);
        list("Newly passing", found.newlyPassing(), terminal);
        list("Still failing", found.stillFailing(), terminal);
        list("Newly flaky", found.newlyFlaky(), terminal);
        list("Slower", found.slower().stream().map(CompareCommand::text).toList(), terminal);
        list("Only in the second run", found.added(), terminal);
        list("Only in the first run", found.removed(), terminal);
        terminal.out()
                .println(found.newlyFailing().size() + " newly failing, "
                        + found.newlyPassing().size() + " newly passing, "
                        + found.stillFailing().size() + " still failing, "
                        + found.slower().size() + " slower");
        return found.newlyFailing().isEmpty() ? ExitCode.OK : ExitCode.TESTS_FAILED;
    }

    private static RunReport read(RunDirectory directory, Optional<Subtests> subtests) throws UsageException {
        try {
            return RunReport.read(directory.path(), subtests);
        } catch (IOException e) {
            throw UsageException.reading(e);
        }
    }

    private static double factor(String option, String text) throws UsageException {
        if (text.matches("[0-9]{1,6}(\\.[0-9]{1,6})?") && Double.parseDouble(text) >= 1) {
            return Double.parseDouble(text);
        }
        throw new UsageException(option + " " + text + ": it must be a number, 1 or more, as in: --slower 2");
    }

    private static void list(String title, List<String> names, Terminal terminal) {
        if (!names.isEmpty()) {
            terminal.out().println(title + ":");
            names.forEach(name -> terminal.out().println("  " + terminal.shown(name)));
        }
    }

    private static String text(Comparison.Slower test) {
        return String.format(Locale.ROOT, "%s  %.1fs -> %.1fs", test.test(), test.before(), test.after());
    }
}
