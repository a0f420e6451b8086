package dev.atex.cli.tf;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex tf}: Testing Farm by hand. */
public final class TfCommand implements Command {
    @Override
    public String name() {
        return "tf";
    }

    @Override
    public String summary() {
        return "Look at Testing Farm and at requests there, cancel some, reserve a machine.";
    }

    @Override
    public List<Command> subcommands() {
        return List.of(
                new TfAboutCommand(),
                new TfWhoamiCommand(),
                new TfComposesCommand(),
                new TfRequestCommand(),
                new TfListCommand(),
                new TfSshCommand(),
                new TfCancelCommand(),
                new TfSearchCommand(),
                new TfStatsCommand(),
                new TfReserveCommand(),
                new TfWatchCommand());
    }

    @Override
    public void describe(CommandSpec spec) {
        spec.usageMessage()
                .footer(
                        "",
                        "The token is read from the environment variable TESTING_FARM_API_TOKEN and never shown; what only",
                        "looks needs none. The variable TESTING_FARM_API_URL has the address of another service. The service",
                        "has no call that gives a request more time: reserve with a longer --timeout.",
                        "",
                        "Examples:",
                        "  atex tf composes                            operating systems that there are",
                        "  atex tf list                                what you have rented, for which run, and for how long",
                        "  atex tf ssh ID                              a shell on the machine of a request",
                        "  atex tf watch ID                            its log, until its end",
                        "  atex tf reserve --compose Fedora-42         a machine with a shell on it",
                        "  atex tf cancel --mine                       give everything back");
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException {
        throw new UsageException("say which: "
                + String.join(", ", subcommands().stream().map(Command::name).toList()));
    }
}
