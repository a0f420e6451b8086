package dev.atex.cli.run;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Table;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.selection.PlanProblem;
import dev.atex.cli.selection.SelectionOptions;
import dev.atex.cli.state.RunDirectory;
import dev.atex.cli.view.Printable;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Runs several plans, one after the other: each is a run in its own directory, below a common one. */
final class SeveralPlans {
    private final RunOptions options;
    private final List<SelectionOptions> plans;
    private final Map<String, List<String>> given;
    private final Terminal terminal;

    SeveralPlans(RunOptions options, List<SelectionOptions> plans, Map<String, List<String>> given, Terminal terminal) {
        this.options = options;
        this.plans = plans;
        this.given = given;
        this.terminal = terminal;
    }

    /** How the run of a plan ended. */
    private record Ended(String plan, String how, String directory) {}

    int run() throws UsageException, InterruptedException {
        if (!options.outputs().reports().isEmpty() || options.outputs().files().isPresent()) {
            throw new UsageException("--results and --files name one place, and these are " + plans.size()
                    + " runs, one for each plan; omit them, and create the reports afterward: atex report RUN");
        }
        RunDirectory all = RunDirectory.forRun(options.output(), now());
        all.check();
        Map<String, PreparedRun> launches = new LinkedHashMap<>();
        try {
            int failed = prepare(all.path(), launches);
            return options.dryRun() ? worse(say(launches), failed) : runAll(launches);
        } finally {
            for (PreparedRun launch : launches.values()) {
                launch.close();
            }
        }
    }

    private static LocalDateTime now() {
        return LocalDateTime.now(ZoneId.systemDefault());
    }

    /**
     * Prepares all runs, so that any problem is found before the first one starts. With {@code --dry-run}, prints the problem
     * of a plan and continues with the others.
     *
     * @return the exit code for the problems
     */
    private int prepare(Path parent, Map<String, PreparedRun> launches) throws UsageException, InterruptedException {
        Set<String> said = new HashSet<>();
        Set<String> taken = new HashSet<>();
        UsageException nothing = null;
        int failed = ExitCode.OK;
        for (SelectionOptions plan : plans) {
            String name = plan.plan().orElseThrow();
            Path place = parent.resolve(directoryName(name, taken));
            RunDirectory directory = RunDirectory.forRun(Optional.of(place), now());
            try {
                launches.put(
                        name,
                        PreparedRun.prepare(
                                options.of(plan, Optional.of(place)),
                                test -> true,
                                directory,
                                RunDirectory.toLeaveOut(options.output()),
                                said,
                                terminal));
            } catch (UsageException e) {
                if (!e.isNothingSelected()) {
                    if (!options.dryRun()) {
                        throw e;
                    }
                    failed = ExitCode.USAGE;
                    terminal.err().println(PlanProblem.line(name, String.valueOf(e.getMessage())));
                    continue;
                }
                nothing = e;
                terminal.err().println(PlanProblem.leftOut(e));
            }
        }
        if (launches.isEmpty() && nothing != null) {
            throw nothing;
        }
        return failed;
    }

    /** Returns the name of a plan's directory: {@code "plans-ci"} for {@code /plans/ci}. */
    static String directoryName(String plan, Set<String> taken) {
        String plain =
                plan.replaceFirst("^/+", "").replaceAll("[^A-Za-z0-9._-]", "-").replaceFirst("^[.-]+", "");
        String short_ = plain.isEmpty() ? "plan" : plain.substring(0, Math.min(100, plain.length()));
        String free = short_;
        for (int i = 2; !taken.add(free); i++) {
            free = short_ + "-" + i;
        }
        return free;
    }

    private int say(Map<String, PreparedRun> launches) throws UsageException, InterruptedException {
        int worst = ExitCode.OK;
        for (Map.Entry<String, PreparedRun> each : launches.entrySet()) {
            terminal.out().println("plan " + terminal.shown(each.getKey()) + ":");
            worst = worse(worst, each.getValue().run(given, Optional.empty()));
        }
        return worst;
    }

    private int runAll(Map<String, PreparedRun> launches) throws UsageException, InterruptedException {
        List<Ended> ended = new ArrayList<>();
        int worst = ExitCode.OK;
        boolean stopped = false;
        for (Map.Entry<String, PreparedRun> each : launches.entrySet()) {
            String directory = each.getValue().directory().path().toString();
            if (stopped) {
                ended.add(new Ended(each.getKey(), "not run", ""));
                continue;
            }
            terminal.out().println((ended.isEmpty() ? "" : "\n") + "plan " + terminal.shown(each.getKey()) + ":");
            int code = run(each.getValue());
            stopped = isSignal(code);
            worst = worse(worst, code);
            ended.add(new Ended(each.getKey(), word(code), code == ExitCode.USAGE ? "" : directory));
        }
        terminal.out().println();
        table(ended);
        boolean anyBegan = ended.stream().anyMatch(plan -> !plan.directory().isEmpty());
        return worst == ExitCode.USAGE && anyBegan ? ExitCode.INFRASTRUCTURE : worst;
    }

    /** Runs a plan. If it cannot be run, for example because a service refuses it, the others still run. */
    private int run(PreparedRun launch) throws InterruptedException {
        try {
            return launch.run(given, Optional.empty());
        } catch (UsageException e) {
            terminal.out().flush();
            terminal.err().println("atex: " + Printable.lines(String.valueOf(e.getMessage())));
            return ExitCode.USAGE;
        }
    }

    private static boolean isSignal(int code) {
        return code > 128;
    }

    private static int worse(int one, int other) {
        for (int code : List.of(ExitCode.USAGE, ExitCode.INFRASTRUCTURE, ExitCode.TESTS_FAILED)) {
            if (!isSignal(one) && !isSignal(other) && (one == code || other == code)) {
                return code;
            }
        }
        return Math.max(one, other);
    }

    private static String word(int code) {
        return switch (code) {
            case ExitCode.OK -> "passed";
            case ExitCode.TESTS_FAILED -> "failed";
            case ExitCode.USAGE -> "not started";
            case ExitCode.INFRASTRUCTURE -> "infrastructure";
            default -> "interrupted";
        };
    }

    private void table(List<Ended> ended) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("PLAN", "ENDED", "DIRECTORY"));
        for (Ended plan : ended) {
            cells.add(List.of(terminal.shown(plan.plan()), plan.how(), terminal.shown(plan.directory())));
        }
        Table.print(cells, terminal);
    }
}
