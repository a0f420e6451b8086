package dev.atex.cli.fmf;

import dev.atex.cli.command.UsageException;
import dev.atex.cli.selection.SelectionOptions;
import dev.atex.executor.fmf.discovery.FmfTests;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.ParseResult;

/** {@code atex requires}: prints the packages that tests need. */
public final class RequiresCommand extends TestLinesCommand {
    @Override
    public String name() {
        return "requires";
    }

    @Override
    public String summary() {
        return "List the packages that the tests and their plan need, one per line, sorted.";
    }

    @Override
    List<String> footer() {
        return List.of(
                "",
                "The list has required and recommended packages, and those that the plan's prepare step installs.",
                "",
                "Examples:",
                "  atex requires --plan /plans/smoke",
                "  dnf install $(atex requires -t /network/)");
    }

    @Override
    SelectionOptions selection(ParseResult options) throws UsageException {
        return SelectionOptions.of(options);
    }

    @Override
    Set<String> lines() {
        return new TreeSet<>();
    }

    @Override
    Collection<String> linesOf(FmfTests tests) {
        return tests.packages();
    }
}
