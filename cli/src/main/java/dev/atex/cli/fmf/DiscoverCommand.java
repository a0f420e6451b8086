package dev.atex.cli.fmf;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.selection.MetadataNotes;
import dev.atex.cli.selection.SelectionOptions;
import dev.atex.executor.fmf.discovery.FmfTests;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex discover}: the names of tests. */
public final class DiscoverCommand implements Command {
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
        SelectionOptions selection = SelectionOptions.of(options).withoutLibraries();
        Set<String> said = new HashSet<>();
        List<FmfTests> found = selection.discoverEach(said, terminal);
        try {
            Set<String> names = new LinkedHashSet<>();
            for (FmfTests tests : found) {
                MetadataNotes.tell(tests, selection, said, terminal);
                names.addAll(tests.names());
            }
            terminal.lines(names);
            return ExitCode.OK;
        } finally {
            SelectionOptions.close(found);
        }
    }
}
