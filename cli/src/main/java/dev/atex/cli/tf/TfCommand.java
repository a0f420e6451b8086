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
        return "Show, follow and cancel requests of Testing Farm, and reserve machines.";
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
                        "Reads the token from the environment variable TESTING_FARM_API_TOKEN, and never prints it. Commands "
                                + "that only read need none. TESTING_FARM_API_URL is the address of another service. The "
                                + "service cannot extend a request: reserve with a longer --timeout.",
                        "",
                        "Examples:",
                        "  atex tf composes                            available operating systems",
                        "  atex tf list                                what you have rented, and for which run",
                        "  atex tf ssh ID                              open a shell on the machine of a request",
                        "  atex tf watch ID                            follow its log until it ends",
                        "  atex tf reserve --compose Fedora-42         reserve a machine and open a shell",
                        "  atex tf cancel --mine                       cancel all your requests");
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException {
        throw new UsageException("a subcommand is missing; give one of: "
                + String.join(", ", subcommands().stream().map(Command::name).toList()));
    }
}
