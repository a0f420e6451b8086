package dev.atex.executor.fmf.discovery;

import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.findings.Finding;
import dev.atex.executor.fmf.trees.FetchedTrees;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.Location;
import dev.atex.internal.files.FileProblems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The findings of a whole tree: of its plans, and of all tests.
 *
 * @param findings each once, in the order in which it was found: plan by plan, then what concerns tests
 * @param plans how many plans there are
 * @param tests how many tests there are
 */
public record Lint(List<Finding> findings, int plans, int tests) {
    private static final Pattern PARSING = Pattern.compile("^Failed to parse '[^\\n]*'\\.\\s*\\n\\s*");

    /** Copies its arguments. */
    public Lint {
        findings = List.copyOf(findings);
    }

    /**
     * Checks a tree. Runs nothing; fetches other repositories that plans and libraries name.
     *
     * @param discovery makes one of the tree each time, without a plan, in the context that is meant; its selection is left
     *     empty
     * @throws DiscoveryException the tree cannot be loaded
     */
    public static Lint of(Supplier<Discovery> discovery) throws DiscoveryException, InterruptedException {
        Set<Finding> findings = new LinkedHashSet<>();
        Map<String, Optional<String>> all = new LinkedHashMap<>();
        List<Finding> ofTests = new ArrayList<>();
        Set<String> selected = new HashSet<>();
        List<String> plans;
        Consumer<FmfException> unreadable = problem -> findings.add(mistake("unreadable", problem));
        Consumer<FmfException> invalid = problem -> findings.add(mistake("tree", problem));
        try (Discovery.Looked looked = discovery
                .get()
                .onlyLook()
                .leftOutToo()
                .skipErrors(unreadable, invalid)
                .look()) {
            all.putAll(looked.ownNames());
            ofTests.addAll(looked.tests().findings());
            plans = looked.plans();
        } catch (IOException e) {
            throw new DiscoveryException("cannot remove the copies of fetched trees: " + FileProblems.of(e), e);
        }
        boolean complete = findings.isEmpty();
        for (String plan : plans) {
            try (Discovery.Looked looked = discovery
                    .get()
                    .onlyLook()
                    .plan(plan)
                    .skipErrors(unreadable, invalid)
                    .look()) {
                findings.addAll(ofPlan(plan, looked, ofTests, complete));
                selected.addAll(looked.ownNames().keySet());
            } catch (IOException e) {
                throw new DiscoveryException("cannot remove the copies of fetched trees: " + FileProblems.of(e), e);
            } catch (DiscoveryException e) {
                Finding mistake = mistake(plan, e);
                findings.add(
                        FetchedTrees.isUnreachable(e)
                                ? new Finding(Finding.Severity.NOTE, "unreachable", mistake.text(), mistake.place())
                                : mistake);
            }
        }
        findings.addAll(ofTests);
        if (complete && !plans.isEmpty()) {
            unselected(all, selected, findings);
        }
        return new Lint(new ArrayList<>(findings), plans.size(), all.size());
    }

    private static List<Finding> ofPlan(String plan, Discovery.Looked looked, List<Finding> ofTests, boolean complete) {
        FmfTests tests = looked.tests();
        List<Finding> found = new ArrayList<>();
        boolean disabled =
                tests.findings().stream().anyMatch(finding -> finding.kind().equals("disabled"));
        for (Finding finding : tests.findings()) {
            if (!complete && finding.kind().equals("no-match")) {
                continue; // it may match what could not be read
            }
            if (disabled && !finding.kind().equals("disabled")) {
                ofDisabled(finding, ofTests).ifPresent(found::add);
            } else {
                // what a plan is meant to be in this context is no news
                found.add(finding.kind().equals("disabled") || finding.kind().equals("off") ? hint(finding) : finding);
            }
        }
        if (disabled) {
            return found;
        }
        if (complete && tests.names().isEmpty() && !tests.isNothingModified()) {
            found.add(new Finding(
                    Finding.Severity.NOTE, "empty-plan", "plan '" + plan + "' selects no tests", looked.planPlace()));
        }
        tests.refusedMachine(looked.planPlace()).ifPresent(found::add);
        return found;
    }

    /** Disabled plans only have hints: misspelt keys are still worth a note. */
    private static Optional<Finding> ofDisabled(Finding finding, List<Finding> ofTests) {
        return finding.severity() == Finding.Severity.REFUSED || ofTests.contains(finding)
                ? Optional.empty()
                : Optional.of(hint(finding));
    }

    private static Finding hint(Finding finding) {
        return new Finding(Finding.Severity.HINT, finding.kind(), finding.text(), finding.place());
    }

    private static Finding mistake(String kind, FmfException problem) {
        return new Finding(
                Finding.Severity.MISTAKE,
                kind,
                oneLine(problem.text()),
                problem.location().map(Lint::place));
    }

    /** Returns the message of an error in one line, without the name of a file that is not valid YAML: its place has it. */
    public static String oneLine(String message) {
        return PARSING.matcher(message).replaceFirst("not valid YAML: ").replaceAll("\\s*\\n\\s*", "; ");
    }

    /** Returns a place with its file relative to the root of its tree. */
    public static String place(Location place) {
        Path file = place.file();
        Path root = file.getParent();
        while (root != null && !Files.isDirectory(root.resolve(".fmf"))) {
            root = root.getParent();
        }
        Path shown = root == null ? file : root.relativize(file);
        return new Location(shown, place.line(), place.column()).toString();
    }

    private static Finding mistake(String plan, DiscoveryException problem) {
        String message = String.valueOf(problem.getMessage());
        int end = message.indexOf(": plan '" + plan + "'");
        return end > 0
                ? new Finding(
                        Finding.Severity.MISTAKE,
                        "plan",
                        message.substring(end + 2),
                        Optional.of(message.substring(0, end)))
                : new Finding(
                        Finding.Severity.MISTAKE,
                        "plan",
                        message.contains("'" + plan + "'") ? message : "plan '" + plan + "': " + message,
                        Optional.empty());
    }

    private static void unselected(Map<String, Optional<String>> all, Set<String> selected, Set<Finding> findings) {
        all.forEach((name, place) -> {
            if (!selected.contains(name)) {
                findings.add(new Finding(
                        Finding.Severity.NOTE,
                        "unselected",
                        "no plan selects test '" + name + "' in this context",
                        place));
            }
        });
    }
}
