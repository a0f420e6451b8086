package dev.atex.cli.fmf;

import dev.atex.cli.command.UsageException;
import dev.atex.cli.selection.SelectionOptions;
import dev.atex.executor.fmf.discovery.FmfTests;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.ParseResult;

/** {@code atex discover}: prints the names of tests. */
public final class DiscoverCommand extends TestLinesCommand {
    @Override
    public String name() {
        return "discover";
    }

    @Override
    public String summary() {
        return "List the tests that a run would execute, one name per line.";
    }

    @Override
    List<String> footer() {
        return List.of(
                "",
                "Examples:",
                "  atex discover                                    all tests of the tree here",
                "  atex discover --root tests --plan /plans/smoke   the tests of a plan",
                "  atex discover --filter tag:quick -c arch=s390x   tests with a tag, for another architecture");
    }

    @Override
    SelectionOptions selection(ParseResult options) throws UsageException {
        return SelectionOptions.of(options).withoutLibraries();
    }

    @Override
    Set<String> lines() {
        return new LinkedHashSet<>();
    }

    @Override
    List<String> linesOf(FmfTests tests) {
        return tests.names();
    }
}
