package dev.atex.cli.fmf;

import dev.atex.cli.command.Opt;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The options {@code --format} and {@code --value}: output in the user's format. */
record FmfFormat(NodeFormat format) {
    private static final Opt<Optional<String>> FORMAT = Opt.one(
            "FORMAT",
            "Print a text for each object instead, with values in Python's braces: '{} {}\\n'; \\n is a line end.",
            "--format");
    private static final Opt<List<String>> VALUE = Opt.many(
            "EXPR",
            "A value for the format: a Python expression with name, data, root, sources and os.path.",
            "--value");

    static void describe(CommandSpec spec) {
        Opt.addAll(spec, FORMAT, VALUE);
    }

    /**
     * Returns the format that was asked for.
     *
     * @param json whether JSON was asked for
     */
    static Optional<FmfFormat> of(ParseResult options, boolean json) throws UsageException {
        Optional<String> template = FORMAT.of(options);
        List<String> values = VALUE.of(options);
        if (template.isEmpty()) {
            if (values.isEmpty()) {
                return Optional.empty();
            }
            throw new UsageException("--value needs a --format that it is for, as in: --format '{}\\n' --value name");
        }
        if (json) {
            throw new UsageException("--format and --json cannot be combined");
        }
        try {
            return Optional.of(new FmfFormat(NodeFormat.of(template.get(), values)));
        } catch (InvalidValueException | ConditionException e) {
            throw new UsageException("--format: " + e.text(), e);
        }
    }

    /** Prints the objects. An error is reported before anything is printed. */
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
