package dev.atex.cli.fmf;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.selection.MetadataJson;
import dev.atex.fmf.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex fmf show}: the metadata of objects. */
final class FmfShowCommand implements Command {
    @Override
    public String name() {
        return "show";
    }

    @Override
    public String summary() {
        return "Show the metadata of objects in a tree, with what they inherit.";
    }

    @Override
    public void describe(CommandSpec spec) {
        FmfSelection.describe(spec);
        spec.addOption(Options.flag("A JSON array of objects with name, sources and data.", "--json"));
        spec.usageMessage()
                .footer(
                        "",
                        "Without --context the metadata are shown as they are before adjusting.",
                        "",
                        "Examples:",
                        "  atex fmf show --name /tests/smoke",
                        "  atex fmf show --condition 'int(tier) < 2' --context distro=fedora-42,arch=x86_64",
                        "  atex fmf show --json --whole | jq '.[].data.tag'",
                        "  atex fmf show --key tag --format '{}: {}\\n' --value name --value \"', '.join(data['tag'])\"");
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException {
        FmfSelection selection = FmfSelection.of(options);
        Optional<FmfFormat> format = FmfFormat.of(options);
        List<Node> nodes = selection.find(terminal);
        if (format.isPresent()) {
            format.get().print(nodes, terminal);
        } else if (options.hasMatchedOption("--json")) {
            terminal.json(json(nodes));
        } else {
            terminal.out().print(FmfText.of(nodes, terminal));
        }
        return ExitCode.OK;
    }

    private static List<@Nullable Object> json(List<Node> nodes) throws UsageException {
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
