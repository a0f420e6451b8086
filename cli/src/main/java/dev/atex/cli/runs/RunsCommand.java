package dev.atex.cli.runs;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Table;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.run.UnfinishedMachines;
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
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex runs}: lists finished and running runs. */
public final class RunsCommand implements Command {
    private static final Opt<Optional<Path>> IN =
            Opt.one("DIR", "Where to look (default: " + RunDirectory.USUAL_PARENT + ").", Options::path, "--in");
    private static final Opt<Boolean> JSON = Opt.flag("Print a JSON array with an object for each run.", "--json");

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    @Override
    public String name() {
        return "runs";
    }

    @Override
    public String summary() {
        return "List runs, oldest first: start, state, results, what they left, directory.";
    }

    @Override
    public void describe(CommandSpec spec) {
        IN.addTo(spec);
        JSON.addTo(spec);
        spec.usageMessage()
                .footer(
                        "",
                        "STATE is running, finished (it ended by itself), interrupted (somebody ended it) or crashed "
                                + "(its process ended before the run). Interrupted and crashed runs can be resumed. LEFT counts "
                                + "machines and directories that a run uses or could not release: see 'atex reap --dry-run'.",
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
            List<String> leases,
            List<String> unfinished) {
        String plan() {
            return plan(manifest);
        }

        /** Returns the name of the run's plan; empty if it has none. */
        static String plan(RunManifest manifest) {
            return String.join("", manifest.options().getOrDefault("plan", List.of()));
        }
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException {
        Path parent = IN.of(options).orElse(Path.of(RunDirectory.USUAL_PARENT));
        if (IN.isGiven(options) && !Files.isDirectory(parent)) {
            throw new UsageException("--in " + parent + ": there is no such directory");
        }
        List<Ledgers.Run> ledgers = RunLeases.ledgers(StateDirectory.of(terminal.environment()));
        List<Row> rows = new ArrayList<>();
        for (Path path : Runs.below(parent)) {
            try {
                RunDirectory directory = Runs.at(path);
                RunManifest manifest = RunManifest.read(path);
                RunModel history = Runs.history(directory, manifest);
                String state = Runs.state(directory, history);
                rows.add(new Row(
                        directory,
                        manifest,
                        state,
                        SummaryText.countsSoFar(history.summary()),
                        RunLeases.left(ledgers, manifest.id()),
                        Row.plan(manifest).isEmpty() || state.equals(Runs.RUNNING)
                                ? List.of() // a running run finishes the machines that it uses
                                : history.machinesLeft()));
            } catch (UsageException e) { // one that is damaged must not hide the others
                terminal.err().println("atex: " + Printable.line(String.valueOf(e.getMessage())));
            }
        }
        rows.sort(Comparator.comparing(row -> row.manifest().started()));
        if (JSON.of(options)) {
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
        if (!row.unfinished().isEmpty()) {
            object.put("unfinished", row.unfinished());
        }
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
        for (Row row : rows) {
            UnfinishedMachines.line(row.unfinished(), row.plan())
                    .ifPresent(line ->
                            terminal.out().println(terminal.shown(row.manifest().id()) + ": " + line));
        }
    }
}
