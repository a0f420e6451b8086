package dev.atex.cli.machines;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Notices;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Table;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.run.RunCommand;
import dev.atex.cli.run.RunOptions;
import dev.atex.cli.selection.MachineChoice;
import dev.atex.cli.selection.MachineKinds;
import dev.atex.cli.state.LeasedTask;
import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.Provisioners;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex check}: checks whether machines are available and usable. */
public final class CheckCommand implements Command {
    private static final Opt<Optional<Duration>> WAIT =
            Opt.one("DURATION", "How long to wait for a machine (default: 5m).", Options::duration, "--wait");
    private static final Opt<Boolean> JSON = Opt.flag("Print a JSON array with an object for each machine.", "--json");

    @Override
    public String name() {
        return "check";
    }

    @Override
    public String summary() {
        return "Check whether tests can run on machines, and say what to do if they cannot.";
    }

    @Override
    public void describe(CommandSpec spec) {
        RunOptions.PROVISION.addTo(spec);
        WAIT.addTo(spec);
        JSON.addTo(spec);
        spec.usageMessage()
                .footer(
                        "",
                        "Requests each machine as a run would (every host of a list, else one of each kind), logs in, "
                                + "checks shell, programs, disk space, root access, package manager and clock, and releases it. "
                                + "Changes nothing.",
                        "",
                        "Examples:",
                        "  atex check --provision 'ssh,hosts=a.example.org;b.example.org'",
                        "  atex check --provision podman,image=fedora:43 --json");
    }

    @Override
    public Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("0", "tests can run on all machines, perhaps with warnings");
        codes.put("2", "usage or configuration error: the message says what is wrong");
        codes.put("3", "a machine is not available or cannot be used");
        codes.put("130", "ended by Ctrl-C (SIGINT)");
        return codes;
    }

    @Override
    public int run(ParseResult parsed, Terminal terminal) throws UsageException, InterruptedException {
        Duration patience = WAIT.of(parsed).orElse(Duration.ofMinutes(5));
        LeasedTask work = new LeasedTask(terminal);
        Provisioners kinds = MachineKinds.all();
        List<ProvisionerSpec> each = new ArrayList<>();
        try {
            List<ProvisionerSpec> specs = MachineChoice.of(
                            RunOptions.PROVISION.of(parsed), terminal.environment(), false)
                    .specs();
            for (ProvisionerSpec spec :
                    specs.isEmpty() ? List.of(MachineChoice.parse("", MachineChoice.LOCAL)) : specs) {
                each.addAll(kinds.ofEach(spec));
            }
        } catch (InvalidOptionException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
        ProvisionerContext context = new ProvisionerContext(work.id(), work.leases(), new Notices(terminal));
        RunCommand.machines(each, context, true); // wrong options are mistakes of the user's
        MachineCheck check = new MachineCheck(kinds, context, patience);
        return work.run(() -> {}, () -> {}, () -> {
            List<MachineCheck.Found> found = checkAll(check, each);
            if (JSON.of(parsed)) {
                terminal.json(found.stream().map(CheckCommand::json).toList());
            } else {
                show(found, terminal);
            }
            return found.stream().allMatch(machine -> machine.errors().isEmpty())
                    ? ExitCode.OK
                    : ExitCode.INFRASTRUCTURE;
        });
    }

    private static List<MachineCheck.Found> checkAll(MachineCheck check, List<ProvisionerSpec> specs)
            throws InterruptedException {
        List<TaskScope.Task<MachineCheck.Found>> tasks = new ArrayList<>();
        List<MachineCheck.Found> found = new ArrayList<>();
        try (TaskScope scope = TaskScope.open("check")) {
            specs.forEach(spec -> tasks.add(scope.fork(spec.kind(), () -> check.check(spec))));
            for (TaskScope.Task<MachineCheck.Found> task : tasks) {
                found.add(task.join(Deadline.never()));
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("a machine could not be checked; this is a bug, please report it", e);
        }
        return found;
    }

    private static void show(List<MachineCheck.Found> found, Terminal terminal) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("MACHINE", "STATE", "WHAT IT IS"));
        for (MachineCheck.Found machine : found) {
            String state =
                    !machine.errors().isEmpty() ? "error" : machine.warnings().isEmpty() ? "ok" : "warning";
            lines.add(List.of(terminal.shown(name(machine)), state, terminal.shown(machine.facts())));
        }
        Table.print(lines, terminal);
        for (MachineCheck.Found machine : found) {
            for (String problem : all(machine)) {
                terminal.out().println();
                problem.lines()
                        .forEach(line ->
                                terminal.out().println(terminal.shown(name(machine)) + ": " + terminal.shown(line)));
            }
        }
    }

    private static List<String> all(MachineCheck.Found machine) {
        List<String> all = new ArrayList<>();
        machine.errors().forEach(error -> all.add("error: " + error));
        machine.warnings().forEach(warning -> all.add("warning: " + warning));
        return all;
    }

    private static String name(MachineCheck.Found machine) {
        return machine.machine()
                .orElseGet(
                        () -> machine.from().text("hosts").orElse(machine.from().kind()));
    }

    private static Map<String, @Nullable Object> json(MachineCheck.Found machine) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("provision", machine.from().toString());
        object.put("machine", name(machine));
        object.put("usable", machine.errors().isEmpty());
        object.put("errors", machine.errors());
        object.put("warnings", machine.warnings());
        object.put("facts", machine.byName());
        return object;
    }
}
