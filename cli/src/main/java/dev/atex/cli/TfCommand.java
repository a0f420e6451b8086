package dev.atex.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex tf}: Testing Farm by hand. */
final class TfCommand implements Command {
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
                        "The token is read from the environment variable TESTING_FARM_API_TOKEN and never shown; the variable",
                        "TESTING_FARM_API_URL has the address of another service.",
                        "",
                        "Examples:",
                        "  atex tf composes                            operating systems that there are",
                        "  atex tf search --mine                       what you have submitted and still goes on",
                        "  atex tf reserve --compose Fedora-42         a machine with a shell on it",
                        "  atex tf cancel --mine                       give everything back");
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException {
        throw new UsageException("say which: "
                + String.join(", ", subcommands().stream().map(Command::name).toList()));
    }
}
