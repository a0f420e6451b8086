package dev.atex.cli;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.state.RunDirectory;
import dev.atex.cli.state.Runs;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex completion}: prints a completion script for the shell. */
final class CompletionCommand implements Command {
    private static final List<String> SHELLS = List.of("bash", "zsh");

    /** Completes ids of runs in the default directory, and directories. */
    private static final String RUNS =
            "$(ls -1 " + RunDirectory.USUAL_PARENT + " 2>/dev/null; compgen -d -- \"${curr_word}\")";

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
                        "  atex completion bash > ~/.local/share/bash-completion/completions/atex   for all new shells");
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException {
        String shell = options.matchedPositionalValue(0, "");
        if (!SHELLS.contains(shell)) {
            throw new UsageException(
                    "no completion for the shell '" + shell + "'; there is one for: " + String.join(", ", SHELLS));
        }
        String script = AutoComplete.bash("atex", Cli.whole());
        for (String command : Runs.TAKEN_BY) {
            script = positionals(script, command, RUNS);
        }
        terminal.out().print(positionals(script, name(), String.join("\n", SHELLS)));
        return ExitCode.OK;
    }

    /** Adds candidates for arguments: picocli has none that are computed at completion time. */
    private static String positionals(String script, String command, String candidates) {
        String empty = "local positionals=\"\"";
        int function = script.indexOf("function _picocli_atex_" + command + "()");
        int at = function < 0 ? -1 : script.indexOf(empty, function);
        if (at < 0) {
            throw new IllegalStateException("the completion script has no function for " + command);
        }
        return script.substring(0, at) + "local positionals=\"" + candidates + "\""
                + script.substring(at + empty.length());
    }
}
