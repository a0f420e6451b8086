package dev.atex.cli.fmf;

import dev.atex.cli.command.UsageException;
import dev.atex.cli.selection.SelectionOptions;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.discovery.TreePlans;
import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.findings.Finding;
import dev.atex.executor.fmf.findings.Finding.Severity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Collects the findings about all tests and plans of a tree. */
final class Lint {
    /** {@code FILE:LINE[:COLUMN]: MESSAGE}. */
    private static final Pattern PLACED = Pattern.compile("(?s)(\\S+?:\\d+(?::\\d+)?): (.*)");

    private final SelectionOptions selection;
    private final Set<Finding> findings = new LinkedHashSet<>();

    private Lint(SelectionOptions selection) {
        this.selection = selection;
    }

    /** Returns each finding once, the worst first. */
    static List<Finding> findings(SelectionOptions selection) throws UsageException, InterruptedException {
        Lint lint = new Lint(selection);
        lint.look();
        List<Finding> sorted = new ArrayList<>(lint.findings);
        sorted.sort(Comparator.comparing(Finding::severity).reversed());
        return sorted;
    }

    private void look() throws UsageException, InterruptedException {
        if (!selection.plans().isEmpty()) {
            TreePlans tree = selection.treePlans();
            for (String plan : selection.planNames(tree)) {
                plan(plan);
            }
            return;
        }
        try {
            findings.addAll(dev.atex.executor.fmf.discovery.Lint.of(selection::discovery)
                    .findings());
            if (findings.stream().anyMatch(finding -> finding.kind().equals("unreadable"))) {
                return; // runs fail as well
            }
            try (FmfTests tests = selection.discoverAny(Optional.empty())) {
                tests.warnings().forEach(text -> note("tree", text));
            }
        } catch (DiscoveryException | UsageException e) {
            mistake("tree", "", String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw UsageException.of(e);
        }
    }

    private void plan(String name) throws InterruptedException, UsageException {
        try (FmfTests tests = selection.withPlan(name).discoverAny(Optional.empty())) {
            add(tests);
            if (tests.names().isEmpty()) {
                note("empty-plan", "plan '" + name + "' selects no tests");
            }
            tests.refusedMachine(Optional.empty())
                    .map(refused -> new Finding(
                            refused.severity(),
                            refused.kind(),
                            "plan " + name + ": " + refused.text(),
                            refused.place()))
                    .ifPresent(findings::add);
        } catch (UsageException e) {
            mistake(
                    "plan",
                    String.valueOf(e.getMessage()).contains(name) ? "" : "plan '" + name + "': ",
                    String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw UsageException.of(e);
        }
    }

    private void add(FmfTests tests) {
        findings.addAll(tests.findings());
        tests.warnings().forEach(text -> note("tree", text));
    }

    private void note(String kind, String text) {
        findings.add(new Finding(Severity.NOTE, kind, text, Optional.empty()));
    }

    /** Adds a problem with which a run would not start. */
    private void mistake(String kind, String what, String problem) {
        String message = problem.replace("\n", "; ");
        Matcher placed = PLACED.matcher(message);
        findings.add(
                placed.matches()
                        ? new Finding(Severity.MISTAKE, kind, what + placed.group(2), Optional.of(placed.group(1)))
                        : new Finding(Severity.MISTAKE, kind, what + message, Optional.empty()));
    }
}
