package dev.atex.cli.fmf;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
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

/** {@code atex lint}: lists errors in a tree, and keys that atex ignores. */
public final class LintCommand implements Command {
    private static final Opt<Boolean> JSON =
            Opt.flag("Print a JSON array of objects with severity, kind, text and place.", "--json");

    @Override
    public String name() {
        return "lint";
    }

    @Override
    public String summary() {
        return "Check the tests and plans of a tree: errors, unknown keys, keys that atex ignores.";
    }

    @Override
    public void describe(CommandSpec spec) {
        SelectionOptions.describeTree(spec);
        SelectionOptions.describePlans(spec);
        JSON.addTo(spec);
        spec.usageMessage()
                .footer(
                        "",
                        "Checks all tests and plans, or the given plans with the tests that they select. For disabled "
                                + "plans that are not given, prints hints only. Fetches the libraries that tests require, to "
                                + "check that they are available.",
                        "",
                        "Examples:",
                        "  atex lint                                 the tree here",
                        "  atex lint --root tests -c distro=fedora   the same in a context",
                        "  atex lint --json | jq -r '.[] | select(.severity == \"mistake\").place'");
    }

    @Override
    public Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("0", "no problems, or hints only");
        codes.put("1", "something that a run reports or refuses (note, refused)");
        codes.put("2", "an error in the tree (mistake), or a usage error");
        return codes;
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException, InterruptedException {
        List<Finding> findings = Lint.findings(SelectionOptions.ofTree(options));
        if (JSON.of(options)) {
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
        if (findings.isEmpty()) {
            terminal.out().println("No problems found.");
            return;
        }
        Map<Severity, Integer> counts = new EnumMap<>(Severity.class);
        findings.forEach(finding -> counts.merge(finding.severity(), 1, Integer::sum));
        List<FindingGroup> groups = FindingGroup.of(findings);
        groups.forEach(group -> terminal.out().println(Printable.line(group.line())));
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
        terminal.out().println(line + (groups.size() < findings.size() ? " (--json lists each place)" : ""));
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
