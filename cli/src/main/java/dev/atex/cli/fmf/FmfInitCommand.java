package dev.atex.cli.fmf;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.selection.FmfErrors;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.Tree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex fmf init}: creates a tree. */
final class FmfInitCommand implements Command {
    private static final Opt<Optional<Path>> PATH =
            Opt.one("DIR", "The root of the new tree (default: the current directory).", Options::path, "--path");

    @Override
    public String name() {
        return "init";
    }

    @Override
    public String summary() {
        return "Create a tree of metadata: the file .fmf/version.";
    }

    @Override
    public void describe(CommandSpec spec) {
        PATH.addTo(spec);
        spec.usageMessage().footer("", "Examples:", "  atex fmf init", "  atex fmf init --path tests");
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException {
        Path directory = PATH.of(options).orElse(Path.of("."));
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
