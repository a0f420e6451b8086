package dev.atex.cli.fmf;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.selection.MetadataNotes;
import dev.atex.cli.selection.SelectionOptions;
import dev.atex.cli.view.Printable;
import dev.atex.executor.fmf.findings.Finding;
import dev.atex.executor.fmf.findings.Finding.Severity;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex lint}: everything in a repository that is wrong, or is not done as it is written. */
public final class LintCommand implements Command {
    @Override
    public String name() {
        return "lint";
    }

    @Override
    public String summary() {
        return "Check the tests and plans of a tree: mistakes, unknown keys, what is not obeyed.";
    }

    @Override
    public void describe(CommandSpec spec) {
        SelectionOptions.describeTree(spec);
        SelectionOptions.describePlans(spec);
        spec.addOption(Options.flag("JSON: an array of objects severity, kind, text, place.", "--json"));
        spec.usageMessage()
                .footer(
                        "",
                        "All tests and plans are looked at, or those plans that are named with the tests that they select. Of plans that are not",
                        "enabled there are hints only, unless they are named.",
                        "Libraries that tests require are fetched, to see whether they can be had.",
                        "",
                        "Examples:",
                        "  atex lint                                 the tree here",
                        "  atex lint --root tests -c distro=fedora   as it is in a context",
                        "  atex lint --json | jq -r '.[] | select(.severity == \"mistake\").place'");
    }

    @Override
    public Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("0", "nothing but hints, or nothing");
        codes.put("1", "something that a run tells or refuses (note, refused)");
        codes.put("2", "a mistake in the tree (mistake), or the usage is wrong");
        return codes;
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException, InterruptedException {
        List<Finding> findings = Lint.findings(SelectionOptions.ofTree(options));
        if (options.hasMatchedOption("--json")) {
            terminal.json(findings.stream().map(LintCommand::json).toList());
        } else {
            print(findings, terminal);
        }
        return exitCode(findings);
    }

    static int exitCode(List<Finding> findings) {
        int code = ExitCode.OK;
        for (Finding finding : findings) {
            code = Math.max(
                    code,
                    switch (finding.severity()) {
                        case HINT -> ExitCode.OK;
                        case NOTE, REFUSED -> 1; // a refusal is ours, and no mistake of the repository
                        case MISTAKE -> ExitCode.USAGE;
                    });
        }
        return code;
    }

    private static void print(List<Finding> findings, Terminal terminal) {
        Map<Severity, Integer> counts = new EnumMap<>(Severity.class);
        for (Finding finding : findings) {
            counts.merge(finding.severity(), 1, Integer::sum);
            String place = finding.place().map(at -> at + ": ").orElse("");
            terminal.out()
                    .println(Printable.line(place + MetadataNotes.word(finding.severity()) + ": " + finding.text()
                            + " [" + finding.kind() + "]"));
        }
        if (findings.isEmpty()) {
            terminal.out().println("No problems found.");
            return;
        }
        StringBuilder line = new StringBuilder();
        for (Severity severity : List.of(Severity.MISTAKE, Severity.REFUSED, Severity.NOTE, Severity.HINT)) {
            int count = counts.getOrDefault(severity, 0);
            if (count > 0) {
                String word = severity == Severity.REFUSED
                        ? "refused"
                        : MetadataNotes.word(severity) + (count == 1 ? "" : "s");
                line.append(line.isEmpty() ? "" : ", ")
                        .append(count)
                        .append(' ')
                        .append(word);
            }
        }
        terminal.out().println(line);
    }

    private static Map<String, @Nullable Object> json(Finding finding) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("severity", MetadataNotes.word(finding.severity()));
        object.put("kind", finding.kind());
        object.put("text", finding.text());
        finding.place().ifPresent(place -> object.put("place", place));
        return object;
    }
}
