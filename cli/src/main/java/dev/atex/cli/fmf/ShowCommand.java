package dev.atex.cli.fmf;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.selection.MetadataJson;
import dev.atex.cli.selection.MetadataNotes;
import dev.atex.cli.selection.SelectionOptions;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.fmf.Yaml;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex show}: prints the metadata of tests. */
public final class ShowCommand implements Command {
    private static final Opt<Boolean> JSON =
            Opt.flag("Print JSON instead of YAML: one object with the metadata by name.", "--json");

    @Override
    public String name() {
        return "show";
    }

    @Override
    public String summary() {
        return "Show the metadata of tests, as inherited and adjusted.";
    }

    @Override
    public void describe(CommandSpec spec) {
        SelectionOptions.describe(spec);
        JSON.addTo(spec);
        spec.usageMessage()
                .footer(
                        "",
                        "Examples:",
                        "  atex show -t '^/tests/basics/pass$'",
                        "  atex show --json --plan /plans/smoke | jq 'map_values(.duration)'");
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException, InterruptedException {
        SelectionOptions selection = SelectionOptions.of(options);
        try (FmfTests tests = selection.discoverOne(false, terminal)) {
            MetadataNotes.tell(tests, selection, new HashSet<>(), terminal);
            Map<String, Map<String, @Nullable Object>> metadata = new LinkedHashMap<>();
            for (FmfTest test : tests.tests()) {
                metadata.put(test.name(), test.data());
            }
            if (JSON.of(options)) {
                terminal.json(MetadataJson.of(metadata));
            } else {
                terminal.out().print(terminal.shownLines(Yaml.write(metadata)));
            }
            return ExitCode.OK;
        } catch (IllegalArgumentException e) {
            throw new UsageException("the metadata cannot be shown as YAML: " + e.getMessage(), e);
        } catch (IOException e) {
            throw UsageException.of(e);
        }
    }
}
