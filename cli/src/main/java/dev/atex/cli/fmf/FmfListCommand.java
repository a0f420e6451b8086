package dev.atex.cli.fmf;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.fmf.Node;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex fmf ls}: the names of objects. */
final class FmfListCommand implements Command {
    @Override
    public String name() {
        return "ls";
    }

    @Override
    public String summary() {
        return "List the names of objects in a tree of metadata.";
    }

    @Override
    public void describe(CommandSpec spec) {
        FmfSelection.describe(spec);
        spec.addOption(Options.flag("A JSON array of names.", "--json"));
        spec.usageMessage()
                .footer(
                        "",
                        "Examples:",
                        "  atex fmf ls",
                        "  atex fmf ls --key test --filter 'tag: -slow' --path tests",
                        "  atex fmf ls --whole --source plans/main.fmf",
                        "  atex fmf ls --format '{}\\n' --value 'os.path.relpath(sources[-1], root)'");
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException {
        FmfSelection selection = FmfSelection.of(options);
        Optional<FmfFormat> format = FmfFormat.of(options);
        List<Node> nodes = selection.find(terminal);
        if (format.isPresent()) {
            format.get().print(nodes, terminal);
        } else if (options.hasMatchedOption("--json")) {
            terminal.json(names(nodes));
        } else {
            terminal.lines(names(nodes));
        }
        return ExitCode.OK;
    }

    private static List<String> names(List<Node> nodes) {
        return nodes.stream().map(Node::name).toList();
    }
}
