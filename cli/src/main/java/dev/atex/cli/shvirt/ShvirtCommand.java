package dev.atex.cli.shvirt;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex shvirt}: VM hosts that several people share, by hand. */
public final class ShvirtCommand implements Command {
    @Override
    public String name() {
        return "shvirt";
    }

    @Override
    public String summary() {
        return "Use a VM host that several people share: reserve domains, install images.";
    }

    @Override
    public List<Command> subcommands() {
        return List.of(
                new ShvirtReservationsCommand(),
                new ShvirtVirshCommand(),
                new ShvirtInstallCommand(),
                new ShvirtReserveCommand());
    }

    /** Moves options of the helper behind the subcommand: {@code atex shvirt --helper-host H reservations} is common. */
    @Override
    public List<String> ordered(List<String> args) {
        int at = 0;
        while (at < args.size() && args.get(at).startsWith("--helper-")) {
            boolean hasValue =
                    !args.get(at).equals("--helper-localhost") && !args.get(at).contains("=");
            at += hasValue ? 2 : 1;
        }
        if (at == 0 || at >= args.size()) {
            return args;
        }
        List<String> ordered = new ArrayList<>();
        ordered.add(args.get(at));
        ordered.addAll(args.subList(0, at));
        ordered.addAll(args.subList(at + 1, args.size()));
        return ordered;
    }

    @Override
    public void describe(CommandSpec spec) {
        spec.usageMessage()
                .footer(
                        "",
                        "The host runs atex-virt-helper, which lends its domains: a domain belongs to whoever reserved it, and "
                                + "is free again when the connection of that user ends. All commands need --helper-host HOST, or "
                                + "--helper-localhost on the host itself; these options may also precede the subcommand.",
                        "",
                        "Examples:",
                        "  atex shvirt reservations --helper-host vmhost            who uses which domain",
                        "  atex shvirt reserve --helper-host vmhost f42.img         start a copy of an image, open a shell",
                        "  atex shvirt virsh --helper-host vmhost vol-list default  the images",
                        "  atex run --provision shvirt,host=vmhost,image=f42.img    run tests there");
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException {
        throw new UsageException("a subcommand is missing; give one of: "
                + String.join(", ", subcommands().stream().map(Command::name).toList()));
    }
}
