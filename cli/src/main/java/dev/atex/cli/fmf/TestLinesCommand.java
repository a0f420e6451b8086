package dev.atex.cli.fmf;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.selection.MetadataNotes;
import dev.atex.cli.selection.SelectionOptions;
import dev.atex.executor.fmf.discovery.FmfTests;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** A command that prints lines about the selected tests of one or more plans, each line once. */
abstract class TestLinesCommand implements Command {
    /** Returns which tests are selected. */
    abstract SelectionOptions selection(ParseResult options) throws UsageException;

    /** Returns an empty set that keeps lines in the order in which they are printed. */
    abstract Set<String> lines();

    /** Returns the lines about tests. */
    abstract Collection<String> linesOf(FmfTests tests);

    /** Returns the text below the options in the help. */
    abstract List<String> footer();

    @Override
    public final void describe(CommandSpec spec) {
        SelectionOptions.describe(spec);
        spec.usageMessage().footer(footer().toArray(String[]::new));
    }

    @Override
    public final int run(ParseResult options, Terminal terminal) throws UsageException, InterruptedException {
        SelectionOptions selection = selection(options);
        Set<String> said = new HashSet<>();
        try (SelectionOptions.Discovered found = selection.discoverEach(said, terminal)) {
            Set<String> lines = lines();
            for (FmfTests tests : found.tests()) {
                MetadataNotes.tell(tests, selection, said, terminal);
                lines.addAll(linesOf(tests));
            }
            terminal.lines(lines);
            return found.exitCode();
        }
    }
}
