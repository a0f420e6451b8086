package dev.atex.cli.fmf;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.selection.FmfErrors;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.Tree;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex fmf init}: begins a tree. */
final class FmfInitCommand implements Command {
    @Override
    public String name() {
        return "init";
    }

    @Override
    public String summary() {
        return "Begin a tree of metadata: make .fmf/version.";
    }

    @Override
    public void describe(CommandSpec spec) {
        spec.addOption(Options.one("DIR", "The directory that becomes its root (default: here).", "--path"));
        spec.usageMessage().footer("", "Examples:", "  atex fmf init", "  atex fmf init --path tests");
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException {
        Path directory = Options.path("--path", options.matchedOptionValue("--path", "."));
        if (!Files.isDirectory(directory)) {
            throw new UsageException("--path " + directory + ": "
                    + (Files.exists(directory) ? "it is not a directory" : "there is no such directory"));
        }
        try {
            Path root = Tree.init(directory);
            terminal.out().println("Metadata tree '" + terminal.shown(root.toString()) + "' successfully initialized.");
            return ExitCode.OK;
        } catch (FmfException e) {
            throw FmfErrors.of(e);
        }
    }
}
