package dev.atex.cli.virt;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex virt}: images and machines of libvirt, by hand. */
public final class VirtCommand implements Command {
    @Override
    public String name() {
        return "virt";
    }

    @Override
    public String summary() {
        return "Manage images and machines of libvirt: import, install, list, reserve.";
    }

    @Override
    public List<Command> subcommands() {
        return List.of(
                new VirtImagesCommand(),
                new VirtImportCommand(),
                new VirtInstallCommand(),
                new VirtRemoveCommand(),
                new VirtListCommand(),
                new VirtReserveCommand());
    }

    /** Moves {@code --connect} behind the subcommand: {@code atex virt -c URI install} is common. */
    @Override
    public List<String> ordered(List<String> args) {
        int at = 0;
        while (at < args.size() && (args.get(at).equals("-c") || args.get(at).startsWith("--connect"))) {
            at += args.get(at).contains("=") ? 1 : 2;
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
                        "An image is a volume of a pool. Machines of 'atex run --provision virt,image=IMAGE' are clones of "
                                + "it: an image is never written to, and a new version needs a new name. --connect may precede "
                                + "the subcommand.",
                        "",
                        "Examples:",
                        "  atex virt import https://example.org/cloud.qcow2   add a cloud image",
                        "  atex virt images                                   which images there are, and who uses them",
                        "  atex virt reserve cloud.qcow2                      a machine with a shell",
                        "  atex run --provision virt,image=cloud.qcow2        run tests on machines",
                        "  atex virt list                                     the machines of all runs",
                        "  atex reap                                          remove what dead runs have left");
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException {
        throw new UsageException("a subcommand is missing; give one of: "
                + String.join(", ", subcommands().stream().map(Command::name).toList()));
    }
}
