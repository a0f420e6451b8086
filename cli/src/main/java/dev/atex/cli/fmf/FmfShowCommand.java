package dev.atex.cli.fmf;

import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.selection.MetadataJson;
import dev.atex.fmf.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code atex fmf show}: prints the metadata of objects. */
final class FmfShowCommand extends FmfNodesCommand {
    FmfShowCommand() {
        super("Print a JSON array of objects with name, sources and data.");
    }

    @Override
    public String name() {
        return "show";
    }

    @Override
    public String summary() {
        return "Show the metadata of objects in a tree, with what they inherit.";
    }

    @Override
    List<String> footer() {
        return List.of(
                "",
                FmfSelection.ADJUSTING,
                "",
                "Examples:",
                "  atex fmf show --name /tests/smoke",
                "  atex fmf show --condition 'int(tier) < 2' --context distro=fedora-42,arch=x86_64",
                "  atex fmf show --json --whole | jq '.[].data.tag'",
                "  atex fmf show --key tag --format '{}: {}\\n' --value name --value \"', '.join(data['tag'])\"");
    }

    @Override
    void print(List<Node> nodes, Terminal terminal) throws UsageException {
        terminal.out().print(FmfText.of(nodes, terminal));
    }

    @Override
    List<@Nullable Object> json(List<Node> nodes) throws UsageException {
        List<@Nullable Object> objects = new ArrayList<>();
        for (Node node : nodes) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            object.put("name", node.name());
            object.put("sources", node.sources().stream().map(Path::toString).toList());
            object.put("data", MetadataJson.of(node.data()));
            objects.add(object);
        }
        return objects;
    }
}
