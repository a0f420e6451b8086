package dev.atex.cli.runs;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Table;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.state.RunDirectory;
import dev.atex.cli.state.RunLeases;
import dev.atex.cli.state.RunManifest;
import dev.atex.cli.state.Runs;
import dev.atex.cli.view.Printable;
import dev.atex.cli.view.SummaryText;
import dev.atex.lease.ledger.Ledgers;
import dev.atex.lease.ledger.StateDirectory;
import dev.atex.run.model.RunModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex runs}: the runs that there have been, and those that go on. */
public final class RunsCommand implements Command {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    @Override
    public String name() {
        return "runs";
    }

    @Override
    public String summary() {
        return "List runs, the oldest first: when, in which state, with which results, what is left of them, where.";
    }

    @Override
    public void describe(CommandSpec spec) {
        spec.addOption(Options.one("DIR", "Where to look (default: " + RunDirectory.USUAL_PARENT + ").", "--in"));
        spec.addOption(Options.flag("Print a JSON array with an object for each run.", "--json"));
        spec.usageMessage()
                .footer(
                        "",
                        "States: running; finished: it came to its end; interrupted: somebody asked for its end; crashed: its",
                        "process ended without. The last two can be resumed.",
                        "LEFT counts machines and directories that a run has, or could not give back: see 'atex reap --dry-run'.",
                        "",
                        "Examples:",
                        "  atex runs",
                        "  atex runs --json | jq -r '.[] | select(.state == \"crashed\").id' | xargs -n 1 atex resume");
    }

    private record Row(
            RunDirectory directory,
            RunManifest manifest,
            String state,
            Map<String, Integer> counts,
            List<String> leases) {}

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException {
        Path parent = Options.path("--in", options.matchedOptionValue("--in", RunDirectory.USUAL_PARENT));
        if (options.hasMatchedOption("--in") && !Files.isDirectory(parent)) {
            throw new UsageException("--in " + parent + ": there is no such directory");
        }
        List<Ledgers.Run> ledgers = RunLeases.ledgers(StateDirectory.of(terminal.environment()));
        List<Row> rows = new ArrayList<>();
        for (Path path : Runs.below(parent)) {
            try {
                RunDirectory directory = Runs.at(path);
                RunManifest manifest = RunManifest.read(path);
                RunModel history = Runs.history(directory, manifest);
                rows.add(new Row(
                        directory,
                        manifest,
                        Runs.state(directory, history),
                        SummaryText.countsSoFar(history.summary()),
                        RunLeases.left(ledgers, manifest.id())));
            } catch (UsageException e) { // one that is damaged must not hide the others
                terminal.err().println("atex: " + Printable.line(String.valueOf(e.getMessage())));
            }
        }
        rows.sort(Comparator.comparing(row -> row.manifest().started()));
        if (options.hasMatchedOption("--json")) {
            terminal.json(rows.stream().map(RunsCommand::json).toList());
        } else if (rows.isEmpty()) {
            terminal.out().println("No runs in " + terminal.shown(parent.toString()) + ".");
        } else {
            table(rows, terminal);
        }
        return ExitCode.OK;
    }

    private static Map<String, @Nullable Object> json(Row row) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("id", row.manifest().id());
        object.put("started", row.manifest().started().toString());
        object.put("state", row.state());
        object.put("platform", row.manifest().platform());
        object.put("counts", row.counts());
        object.put("leases", row.leases());
        object.put(
                "directory", row.directory().path().toAbsolutePath().normalize().toString());
        row.manifest().origin().ifPresent(origin -> object.put("origin", origin.id()));
        return object;
    }

    private static void table(List<Row> rows, Terminal terminal) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("ID", "STARTED", "STATE", "TESTS", "LEFT", "DIRECTORY"));
        for (Row row : rows) {
            cells.add(List.of(
                    terminal.shown(row.manifest().id()),
                    TIME.format(row.manifest().started().atZone(ZoneId.systemDefault())),
                    row.state(),
                    row.counts().entrySet().stream()
                            .map(each -> each.getValue() + " " + Printable.word(each.getKey()))
                            .collect(Collectors.joining(", ")),
                    row.leases().isEmpty() ? "" : String.valueOf(row.leases().size()),
                    terminal.shown(row.directory().path().toString())));
        }
        Table.print(cells, terminal);
    }
}
