package dev.atex.cli;

import dev.atex.executor.fmf.FmfTests;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex requires}: the packages that tests want. */
final class RequiresCommand implements Command {
    @Override
    public String name() {
        return "requires";
    }

    @Override
    public String summary() {
        return "List the packages that the tests and their plan want, one a line, sorted.";
    }

    @Override
    public void describe(CommandSpec spec) {
        SelectionOptions.describe(spec);
        spec.usageMessage()
                .footer(
                        "",
                        "Required and recommended ones, and those that the plan's prepare step installs.",
                        "",
                        "Examples:",
                        "  atex requires --plan /plans/smoke",
                        "  dnf install $(atex requires -t /network/)");
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException, InterruptedException {
        try (FmfTests tests = SelectionOptions.of(options).discover(Optional.empty())) {
            SelectionOptions.warn(tests, terminal);
            terminal.lines(tests.packages());
            return ExitCode.OK;
        } catch (IOException e) {
            throw UsageException.of(e);
        }
    }
}
