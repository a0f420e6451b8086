package dev.atex.cli.fmf;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.selection.MetadataNotes;
import dev.atex.cli.selection.SelectionOptions;
import dev.atex.executor.fmf.discovery.FmfTests;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex requires}: the packages that tests want. */
public final class RequiresCommand implements Command {
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
        SelectionOptions selection = SelectionOptions.of(options);
        Set<String> said = new HashSet<>();
        List<FmfTests> found = selection.discoverEach(said, terminal);
        try {
            Set<String> packages = new TreeSet<>();
            for (FmfTests tests : found) {
                MetadataNotes.tell(tests, selection, said, terminal);
                packages.addAll(tests.packages());
            }
            terminal.lines(packages);
            return ExitCode.OK;
        } finally {
            SelectionOptions.close(found);
        }
    }
}
