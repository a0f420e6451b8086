package dev.atex.cli.fmf;

import dev.atex.cli.command.UsageException;
import dev.atex.cli.selection.SelectionOptions;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.discovery.TreePlans;
import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.findings.Finding;
import dev.atex.executor.fmf.findings.Finding.Severity;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.Location;
import dev.atex.fmf.RootException;
import java.io.IOException;
import java.nio.file.Path;
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

    /** The same with an absolute path. */
    private static final Pattern IN_FILE = Pattern.compile("(?s)(/.+?):(\\d{1,9}):(\\d{1,9}): (.*)");

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
        selection.checkRoot();
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
            boolean broken = findings.stream()
                    .anyMatch(finding -> finding.severity() == Severity.MISTAKE
                            && (finding.kind().equals("unreadable")
                                    || finding.kind().equals("tree")));
            if (broken) {
                return; // runs fail as well
            }
            try (FmfTests tests = selection.discoverAny(Optional.empty())) {
                tests.warnings().forEach(text -> note("tree", text));
            }
        } catch (DiscoveryException e) {
            if (e.getCause() instanceof RootException) {
                throw selection.usage(e); // there is no tree to check
            }
            mistake("tree", "", e);
        } catch (UsageException e) {
            mistake("tree", "", e);
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
            String message = String.valueOf(e.getMessage());
            mistake("plan", message.contains(name) ? "" : "plan '" + name + "': ", e);
        } catch (IOException e) {
            throw UsageException.of(e);
        }
    }

    private void add(FmfTests tests) {
        findings.addAll(tests.findings());
        tests.warnings().forEach(text -> note("tree", text));
    }

    private void note(String kind, String text) {
        Matcher placed = IN_FILE.matcher(text);
        if (placed.matches()) {
            Location place = new Location(
                    Path.of(placed.group(1)), Integer.parseInt(placed.group(2)), Integer.parseInt(placed.group(3)));
            findings.add(new Finding(
                    Severity.NOTE,
                    kind,
                    placed.group(4),
                    Optional.of(dev.atex.executor.fmf.discovery.Lint.place(place))));
        } else {
            findings.add(new Finding(Severity.NOTE, kind, text, Optional.empty()));
        }
    }

    /** Adds a problem with which a run would not start. */
    private void mistake(String kind, String what, Exception problem) {
        String message = String.valueOf(problem.getMessage());
        Optional<Location> location = location(problem).filter(at -> message.startsWith(at + ": "));
        String text = dev.atex.executor.fmf.discovery.Lint.oneLine(
                location.map(at -> message.substring((at + ": ").length())).orElse(message));
        Matcher placed = PLACED.matcher(text);
        if (location.isPresent()) {
            mistake(kind, what + text, location.map(dev.atex.executor.fmf.discovery.Lint::place));
        } else if (placed.matches()) {
            mistake(kind, what + placed.group(2), Optional.of(placed.group(1)));
        } else {
            mistake(kind, what + text, Optional.empty());
        }
    }

    private void mistake(String kind, String text, Optional<String> place) {
        findings.add(new Finding(Severity.MISTAKE, kind, text, place));
    }

    private static Optional<Location> location(Throwable problem) {
        for (Throwable each = problem; each != null; each = each.getCause()) {
            if (each instanceof FmfException error && error.location().isPresent()) {
                return error.location();
            }
        }
        return Optional.empty();
    }
}
