package dev.atex.cli.machines;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex image}: commands about images of containers. */
public final class ImageCommand implements Command {
    @Override
    public String name() {
        return "image";
    }

    @Override
    public String summary() {
        return "Build images for containers that boot.";
    }

    @Override
    public List<Command> subcommands() {
        return List.of(new ImageBuildCommand());
    }

    @Override
    public void describe(CommandSpec spec) {
        spec.usageMessage()
                .footer("", "Examples:", "  atex image build --base fedora:42 --tag localhost/fedora-systemd");
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException {
        throw new UsageException("a subcommand is missing; give one of: "
                + String.join(", ", subcommands().stream().map(Command::name).toList()));
    }
}
