package dev.atex.cli.virt;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Table;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.concurrent.Deadline;
import dev.atex.libvirt.FoundMachine;
import dev.atex.libvirt.FoundMachines;
import dev.atex.libvirt.virsh.VirshException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex virt list}: lists the machines of all runs. */
final class VirtListCommand extends VirtCall {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Override
    public String name() {
        return "list";
    }

    @Override
    public String summary() {
        return "List the machines of all runs at a host: whose they are, since when, until when.";
    }

    @Override
    public void describe(CommandSpec spec) {
        Opt.addAll(spec, CONNECT, VIRSH, JSON);
        spec.usageMessage()
                .footer(
                        "",
                        "Lists the domains that have the metadata of a run, of all users of this connection. EXPIRES is the time "
                                + "after which nobody needs the machine any more (option 'lifetime' of --provision virt).",
                        "",
                        "Examples:",
                        "  atex virt list",
                        "  atex virt list -c qemu+ssh://root@vmhost/system --json");
    }

    @Override
    int call(ParseResult options, Terminal terminal) throws VirshException, UsageException, InterruptedException {
        List<FoundMachine> machines = FoundMachines.list(address(options), Deadline.after(LIMIT));
        if (JSON.of(options)) {
            terminal.json(machines.stream().map(VirtListCommand::object).toList());
            return ExitCode.OK;
        }
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("DOMAIN", "STATE", "OWNER", "SINCE", "EXPIRES", "RUN", "LEASE"));
        for (FoundMachine each : machines) {
            lines.add(List.of(
                    terminal.shown(each.domain()),
                    terminal.shown(each.state()),
                    terminal.shown(each.owner()),
                    time(each.since()),
                    time(each.expires()),
                    terminal.shown(each.run()),
                    terminal.shown(each.lease())));
        }
        Table.print(lines, terminal);
        return ExitCode.OK;
    }

    private static String time(Instant instant) {
        return instant.equals(Instant.EPOCH) ? "?" : instant.toString();
    }

    private static Map<String, Object> object(FoundMachine machine) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("domain", machine.domain());
        object.put("state", machine.state());
        object.put("owner", machine.owner());
        if (!machine.since().equals(Instant.EPOCH)) {
            object.put("since", machine.since().toString());
        }
        object.put("expires", machine.expires().toString());
        object.put("run", machine.run());
        object.put("lease", machine.lease());
        return object;
    }
}
