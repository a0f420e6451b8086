package dev.atex.cli;

import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex completion}: a script for the shell. */
final class CompletionCommand implements Command {
    private static final List<String> SHELLS = List.of("bash", "zsh");

    @Override
    public String name() {
        return "completion";
    }

    @Override
    public String summary() {
        return "Print a completion script for the shell.";
    }

    @Override
    public void describe(CommandSpec spec) {
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("SHELL")
                .arity("1")
                .type(String.class)
                .completionCandidates(SHELLS)
                .description("bash or zsh (one script serves both).")
                .build());
        spec.usageMessage()
                .footer(
                        "",
                        "Examples:",
                        "  source <(atex completion bash)                                     for this shell",
                        "  atex completion bash > ~/.local/share/bash-completion/completions/atex   for good")
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(ExitCode.ofPlainCommands());
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException {
        String shell = options.matchedPositionalValue(0, "");
        if (!SHELLS.contains(shell)) {
            throw new UsageException(
                    "no completion for the shell '" + shell + "'; there is one for: " + String.join(", ", SHELLS));
        }
        terminal.out().print(AutoComplete.bash("atex", Cli.whole()));
        return ExitCode.OK;
    }
}
