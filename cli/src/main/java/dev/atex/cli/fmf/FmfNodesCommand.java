package dev.atex.cli.fmf;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.fmf.Node;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** A command that prints selected objects of fmf trees: as text, as JSON, or in a format of the user's. */
abstract class FmfNodesCommand implements Command {
    private final Opt<Boolean> json;

    /** Creates a command; the text describes its JSON. */
    FmfNodesCommand(String json) {
        this.json = Opt.flag(json, "--json");
    }

    /** Returns the value to print with {@code --json}. */
    abstract @Nullable Object json(List<Node> nodes) throws UsageException;

    /** Prints the objects as text. */
    abstract void print(List<Node> nodes, Terminal terminal) throws UsageException;

    /** Returns the text below the options in the help. */
    abstract List<String> footer();

    @Override
    public final void describe(CommandSpec spec) {
        FmfSelection.describe(spec);
        json.addTo(spec);
        spec.usageMessage().footer(footer().toArray(String[]::new));
    }

    @Override
    public final int run(ParseResult options, Terminal terminal) throws UsageException {
        FmfSelection selection = FmfSelection.of(options);
        var format = FmfFormat.of(options, json.of(options));
        List<Node> nodes = selection.find(terminal);
        if (format.isPresent()) {
            format.get().print(nodes, terminal);
        } else if (json.of(options)) {
            terminal.json(json(nodes));
        } else {
            print(nodes, terminal);
        }
        return ExitCode.OK;
    }
}
