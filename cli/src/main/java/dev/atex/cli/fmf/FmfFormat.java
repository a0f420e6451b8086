package dev.atex.cli.fmf;

import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.selection.FmfErrors;
import dev.atex.cli.view.Printable;
import dev.atex.fmf.ConditionException;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.InvalidValueException;
import dev.atex.fmf.Node;
import dev.atex.fmf.NodeFormat;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/** Output in the user's own format: {@code --format} and {@code --value}. */
record FmfFormat(NodeFormat format) {
    static Optional<FmfFormat> of(ParseResult options) throws UsageException {
        String template = options.matchedOptionValue("--format", "");
        List<String> values = Options.all(options, "--value");
        if (!options.hasMatchedOption("--format")) {
            if (values.isEmpty()) {
                return Optional.empty();
            }
            throw new UsageException("--value needs a --format that it is for, as in: --format '{}\\n' --value name");
        }
        if (options.hasMatchedOption("--json")) {
            throw new UsageException("--format and --json cannot be had together");
        }
        try {
            return Optional.of(new FmfFormat(NodeFormat.of(template, values)));
        } catch (InvalidValueException | ConditionException e) {
            throw new UsageException("--format: " + e.text(), e);
        }
    }

    /** All or nothing: a mistake shows before anything is printed. */
    void print(List<Node> nodes, Terminal terminal) throws UsageException {
        StringBuilder text = new StringBuilder();
        for (Node node : nodes) {
            try {
                text.append(format.format(node));
            } catch (FmfException e) {
                throw FmfErrors.of(e, node);
            }
        }
        terminal.out().print(terminal.interactive() ? Printable.lines(text.toString()) : text.toString());
    }
}
