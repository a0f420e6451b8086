package dev.atex.cli.fmf;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Table;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.run.PreparedRun;
import dev.atex.cli.run.RunOptions;
import dev.atex.cli.selection.MachineChoice;
import dev.atex.cli.selection.MetadataNotes;
import dev.atex.cli.selection.PlanProblem;
import dev.atex.cli.selection.SelectionOptions;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.discovery.TreePlans;
import dev.atex.executor.fmf.plan.FmfPlan;
import dev.atex.executor.fmf.plan.PlanMachine;
import dev.atex.internal.text.Count;
import dev.atex.run.RunNote;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex plans}: lists the plans of a tree. */
public final class PlansCommand implements Command {
    private static final Opt<Boolean> JSON =
            Opt.flag("Print a JSON array of objects, with the names of the tests.", "--json");

    @Override
    public String name() {
        return "plans";
    }

    @Override
    public String summary() {
        return "List the plans of a tree: their tests, machine and steps.";
    }

    @Override
    public void describe(CommandSpec spec) {
        SelectionOptions.describe(spec);
        RunOptions.PROVISION.addTo(spec);
        JSON.addTo(spec);
        spec.usageMessage()
                .footer(
                        "",
                        "OUTCOME is what a run with these options would do on this host as this user: 'runs', with the "
                                + "number of notes and errors that it would report (see 'atex lint'); 'refused', with the kinds "
                                + "to allow with --allow or for which to choose another machine with --provision; 'refused (this "
                                + "host)': it would run on this host, which needs --provision.",
                        "",
                        "Does not fetch libraries. With --strict, the exit code is 2 if there is a note about an "
                                + "enabled plan. Options that select tests apply within each plan. A plan that cannot be read is "
                                + "listed, with the reason on standard error; in JSON it has 'problem'.",
                        "",
                        "Examples:",
                        "  atex plans                                    all plans of the tree here",
                        "  atex plans --plan ^/ci/ -c distro=fedora-42   some plans, in a context",
                        "  atex plans --json | jq -r '.[] | select(.enabled).name'");
    }

    /**
     * A plan and its tests.
     *
     * @param found what it selects, absent if it cannot be read
     * @param problem why not
     */
    private record Row(TreePlans.Plan plan, Optional<Selected> found, Optional<String> problem) {}

    /** The tests that a plan selects, and notes about it. */
    private record Selected(FmfPlan plan, List<String> tests, MetadataNotes told, Optional<String> refusal) {
        /** Returns the outcome of a run in a few words. */
        String outcome() {
            Set<String> refused = refused();
            if (!refused.isEmpty()) {
                return "refused (" + String.join(", ", refused) + ")";
            }
            if (tests.isEmpty()) {
                return "no tests";
            }
            if (!told.strictly().isEmpty()) {
                return "refused (--strict: " + String.join(", ", told.strictly()) + ")";
            }
            List<String> parts = new ArrayList<>();
            count("mistake", word -> word.equals("mistake"), parts);
            count("note", word -> !word.equals("mistake"), parts); // also what is allowed
            return parts.isEmpty() ? "runs" : "runs, " + String.join(", ", parts);
        }

        /** Returns the kinds that a run refuses, including that of the machine. */
        private Set<String> refused() {
            Set<String> kinds = new LinkedHashSet<>();
            told.refused().forEach(note -> kinds.add(note.kind()));
            if (refusal.isPresent()) {
                kinds.add(
                        plan.machine() instanceof PlanMachine.Unavailable(String kind, String _) ? kind : "this host");
            }
            return kinds;
        }

        private void count(String word, Predicate<String> severity, List<String> parts) {
            long count = told.notes().stream()
                    .filter(note -> severity.test(note.severity()))
                    .mapToLong(RunNote::count)
                    .sum();
            if (count > 0) {
                parts.add(Count.of(count, word));
            }
        }
    }

    @Override
    public Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>(ExitCode.ofPlainCommands());
        codes.put("2", "usage or configuration error; with --strict, also a note about an enabled plan");
        return codes;
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException, InterruptedException {
        SelectionOptions selection = SelectionOptions.of(options).withoutLibraries();
        MachineChoice machines = MachineChoice.of(RunOptions.PROVISION.of(options), terminal.environment(), false);
        TreePlans tree = selection.treePlans();
        List<String> wanted = selection.planNames(tree);
        List<Row> rows = new ArrayList<>();
        for (TreePlans.Plan plan : tree.all()) {
            if (selection.plans().isEmpty() || wanted.contains(plan.name())) {
                rows.add(row(plan, selection.withPlan(plan.name()), machines));
            }
        }
        if (JSON.of(options)) {
            terminal.json(rows.stream().map(PlansCommand::json).toList());
            return exitCode(rows, selection);
        }
        for (Row row : rows) {
            row.problem()
                    .ifPresent(problem ->
                            terminal.err().println(PlanProblem.line(row.plan().name(), problem)));
        }
        if (rows.isEmpty()) {
            terminal.out().println("The tree has no plans.");
        } else {
            table(rows, terminal);
        }
        return exitCode(rows, selection);
    }

    /** Returns 2 if {@code --strict} is given and there are notes about enabled or named plans. */
    private static int exitCode(List<Row> rows, SelectionOptions selection) {
        boolean strictly = selection.strictness().strict()
                && rows.stream()
                        .filter(row -> row.plan().enabled()
                                || selection.plans().contains(row.plan().name()))
                        .anyMatch(row -> row.problem().isPresent()
                                || !row.found().orElseThrow().told().strictly().isEmpty());
        return strictly ? ExitCode.USAGE : ExitCode.OK;
    }

    private static Row row(TreePlans.Plan plan, SelectionOptions selection, MachineChoice machines)
            throws UsageException, InterruptedException {
        try (FmfTests tests = selection.discoverAny(Optional.empty())) {
            PreparedRun.Found found =
                    PreparedRun.Found.of(tests, machines, Optional.of(RunOptions.Order.GIVEN), selection);
            MetadataNotes told = MetadataNotes.of(tests, found.findings(), found.machines(), selection.strictness());
            return new Row(
                    plan,
                    Optional.of(new Selected(
                            tests.plan(), tests.names(), told, found.decision().refusal())),
                    Optional.empty());
        } catch (UsageException e) {
            return new Row(plan, Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
        } catch (IOException e) {
            throw UsageException.of(e);
        }
    }

    private static String machine(PlanMachine machine) {
        return switch (machine) {
            case PlanMachine.Unspecified() -> "any";
            case PlanMachine.ThisHost() -> "this host";
            case PlanMachine.Mapped(String specification) -> specification;
            case PlanMachine.Unavailable(String kind, String _) -> "none (" + kind + ")";
        };
    }

    private static Map<String, @Nullable Object> json(Row row) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("name", row.plan().name());
        object.put("enabled", row.plan().enabled());
        row.found().ifPresent(found -> {
            object.put("tests", found.tests());
            object.put("machine", machine(found.plan().machine()));
            object.put("prepare", found.plan().prepare().size());
            object.put("finish", found.plan().finish().size());
            object.put("outcome", found.outcome());
        });
        row.problem().ifPresent(problem -> object.put("problem", problem));
        return object;
    }

    private static void table(List<Row> rows, Terminal terminal) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("PLAN", "ENABLED", "TESTS", "PREPARE", "FINISH", "MACHINE", "OUTCOME"));
        for (Row row : rows) {
            Optional<FmfPlan> plan = row.found().map(Selected::plan);
            cells.add(List.of(
                    terminal.shown(row.plan().name()),
                    row.plan().enabled() ? "yes" : "no",
                    row.found().map(found -> "" + found.tests().size()).orElse("?"),
                    plan.map(each -> "" + each.prepare().size()).orElse("?"),
                    plan.map(each -> "" + each.finish().size()).orElse("?"),
                    plan.map(each -> terminal.shown(machine(each.machine()))).orElse("?"),
                    terminal.shown(row.found().map(Selected::outcome).orElse("cannot be read"))));
        }
        Table.print(cells, terminal);
    }
}
