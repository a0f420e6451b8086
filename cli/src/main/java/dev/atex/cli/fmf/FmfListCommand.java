package dev.atex.cli.fmf;

import dev.atex.cli.command.Terminal;
import dev.atex.fmf.Node;
import java.util.List;

/** {@code atex fmf ls}: prints the names of objects. */
final class FmfListCommand extends FmfNodesCommand {
    FmfListCommand() {
        super("Print a JSON array of names.");
    }

    @Override
    public String name() {
        return "ls";
    }

    @Override
    public String summary() {
        return "List the names of objects in a tree of metadata.";
    }

    @Override
    List<String> footer() {
        return List.of(
                "",
                FmfSelection.ADJUSTING,
                "",
                "Examples:",
                "  atex fmf ls",
                "  atex fmf ls --key test --filter 'tag: -slow' --path tests",
                "  atex fmf ls --whole --source plans/main.fmf",
                "  atex fmf ls --format '{}\\n' --value 'os.path.relpath(sources[-1], root)'");
    }

    @Override
    Object json(List<Node> nodes) {
        return names(nodes);
    }

    @Override
    void print(List<Node> nodes, Terminal terminal) {
        terminal.lines(names(nodes));
    }

    private static List<String> names(List<Node> nodes) {
        return nodes.stream().map(Node::name).toList();
    }
}
