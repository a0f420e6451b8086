package dev.atex.cli.fmf;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex fmf}: the commands of {@code fmf}, for any tree of metadata. */
public final class FmfCommand implements Command {
    @Override
    public String name() {
        return "fmf";
    }

    @Override
    public String summary() {
        return "List, show or create fmf metadata, as the fmf command does.";
    }

    @Override
    public List<Command> subcommands() {
        return List.of(new FmfListCommand(), new FmfShowCommand(), new FmfInitCommand());
    }

    @Override
    public void describe(CommandSpec spec) {
        spec.usageMessage()
                .footer(
                        "",
                        "Examples:",
                        "  atex fmf ls --filter 'tag: quick'       names of objects with a tag",
                        "  atex fmf show --name /tests/smoke       the metadata of an object",
                        "  atex fmf init                           create a tree here");
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException {
        throw new UsageException("a subcommand is missing; give one of: "
                + String.join(", ", subcommands().stream().map(Command::name).toList()));
    }
}
