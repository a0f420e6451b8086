package dev.atex.cli;

import dev.atex.executor.fmf.FmfTests;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex discover}: the names of tests. */
final class DiscoverCommand implements Command {
    @Override
    public String name() {
        return "discover";
    }

    @Override
    public String summary() {
        return "List the tests that a run would have, one name a line.";
    }

    @Override
    public void describe(CommandSpec spec) {
        SelectionOptions.describe(spec);
        spec.usageMessage()
                .footer(
                        "",
                        "Examples:",
                        "  atex discover                                    all tests of the tree here",
                        "  atex discover --root tests --plan /plans/smoke   those of a plan",
                        "  atex discover --filter tag:quick -c arch=s390x   those with a tag, on some machine");
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException, InterruptedException {
        try (FmfTests tests = SelectionOptions.of(options).withoutLibraries().discover(Optional.empty())) {
            SelectionOptions.warn(tests, terminal);
            terminal.lines(tests.names());
            return ExitCode.OK;
        } catch (IOException e) {
            throw UsageException.of(e);
        }
    }
}
