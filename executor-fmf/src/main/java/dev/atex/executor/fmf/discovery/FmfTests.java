package dev.atex.executor.fmf.discovery;

import dev.atex.executor.ExecutorException;
import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.findings.Finding;
import dev.atex.executor.fmf.findings.Shortage;
import dev.atex.executor.fmf.plan.Ansible;
import dev.atex.executor.fmf.plan.FmfPlan;
import dev.atex.executor.fmf.plan.Phase;
import dev.atex.executor.fmf.plan.PlanMachine;
import dev.atex.executor.fmf.test.BeakerlibTests;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.executor.fmf.trees.FetchedTrees;
import dev.atex.executor.fmf.trees.Placement;
import dev.atex.executor.fmf.trees.TreeCopy;
import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The discovered tests, in their order, with their plan and the files that they need. Tests can be changed, added and
 * removed until the first executor is created; an executor runs the tests of that moment. Thread-safe.
 *
 * <p>Closing removes the private copy of the files; stop all executors before.
 */
public final class FmfTests implements AutoCloseable {
    /** In a directory that other users cannot read: the tree keeps its own permissions. */
    private static final String ROOT = "tests";

    private final FmfPlan plan;
    private final Map<String, Path> trees;
    private final Set<Path> leftOut;
    private final List<Placement> placements;
    private final List<String> warnings;
    private final List<Finding> findings;
    private final Optional<FetchedTrees> fetched;
    private final boolean ownOrder;
    private final List<Shortage> shortages;
    private final Map<String, FmfTest> tests = new LinkedHashMap<>();
    private @Nullable Path temporary;
    private @Nullable Path copy;
    private final Map<Phase.Repository, Path> repositories = new HashMap<>();
    private final List<Path> toBeDeleted = new ArrayList<>();
    private boolean closed;

    /**
     * Creates a collection of tests.
     *
     * @param trees directories by the name of the section they go to; the empty name is the root itself
     * @param leftOut directories of the trees that are not copied
     */
    FmfTests(FmfPlan plan, Map<String, Path> trees, Set<Path> leftOut, Collection<FmfTest> tests) {
        this(plan, trees, leftOut, tests, List.of(), List.of(), List.of(), Optional.empty(), false, List.of());
    }

    /**
     * Creates a collection of tests.
     *
     * @param placements what is put beside the trees
     * @param warnings what users should know
     * @param findings what is wrong or not obeyed
     * @param fetched what trees and placements are copied from; closed when they were, or are not needed
     * @param ownOrder whether the plan wants another order than the usual one
     * @param shortages why parts of the plan give no tests
     */
    FmfTests(
            FmfPlan plan,
            Map<String, Path> trees,
            Set<Path> leftOut,
            Collection<FmfTest> tests,
            List<Placement> placements,
            List<String> warnings,
            List<Finding> findings,
            Optional<FetchedTrees> fetched,
            boolean ownOrder,
            List<Shortage> shortages) {
        this.ownOrder = ownOrder;
        this.shortages = List.copyOf(shortages);
        this.placements = List.copyOf(placements);
        this.warnings = List.copyOf(warnings);
        this.findings = withAnsible(findings, plan);
        this.fetched = fetched;
        this.plan = plan;
        this.trees = Collections.unmodifiableMap(new LinkedHashMap<>(trees));
        this.leftOut = Set.copyOf(leftOut);
        tests.forEach(test -> this.tests.put(test.name(), test));
    }

    private static List<Finding> withAnsible(List<Finding> findings, FmfPlan plan) {
        List<Finding> all = new ArrayList<>(findings);
        all.addAll(Ansible.findings(plan, Ansible.isOnPath()));
        return List.copyOf(all);
    }

    /** Returns the plan, {@link FmfPlan#none()} without one. */
    public FmfPlan plan() {
        return plan;
    }

    /**
     * Returns the finding that the plan's machine is not available, unless the findings contain it already.
     *
     * @param place of the plan
     */
    public Optional<Finding> refusedMachine(Optional<String> place) {
        if (!(plan.machine() instanceof PlanMachine.Unavailable(String kind, String text))) {
            return Optional.empty();
        }
        boolean isFound = findings.stream()
                .anyMatch(
                        finding -> finding.kind().equals(kind) && finding.text().equals(text));
        return isFound ? Optional.empty() : Optional.of(new Finding(Finding.Severity.REFUSED, kind, text, place));
    }

    /** Returns the current tests. */
    public synchronized List<FmfTest> tests() {
        return List.copyOf(tests.values());
    }

    /** Returns the names of the current tests. */
    public synchronized List<String> names() {
        return List.copyOf(tests.keySet());
    }

    /** Returns the test with this name. */
    public synchronized Optional<FmfTest> find(String name) {
        return Optional.ofNullable(tests.get(name));
    }

    /** Adds a test at the end, or replaces the one with its name. */
    public synchronized void put(FmfTest test) {
        tests.put(test.name(), test);
    }

    /** Removes the tests that meet a condition. */
    public synchronized void removeIf(Predicate<FmfTest> condition) {
        tests.values().removeIf(condition);
    }

    /**
     * Replaces every test, or some; the order stays. Names may change.
     *
     * @throws IllegalArgumentException two tests would have the same name; nothing is changed then
     */
    public synchronized void replaceAll(UnaryOperator<FmfTest> change) {
        Map<String, FmfTest> changed = new LinkedHashMap<>();
        for (FmfTest test : tests.values()) {
            FmfTest replaced = change.apply(test);
            if (changed.put(replaced.name(), replaced) != null) {
                throw new IllegalArgumentException("two tests would have the name '" + replaced.name() + "'");
            }
        }
        tests.clear();
        tests.putAll(changed);
    }

    /** Returns warnings, one sentence each. */
    public List<String> warnings() {
        return warnings;
    }

    /** Returns the findings about the metadata of the plan and the tests, in the order in which they were found. */
    public List<Finding> findings() {
        return findings;
    }

    /**
     * Returns whether the plan lists tests in an order of its own, or one several times. They may depend on each other:
     * on several machines, or on one that is replaced, the order is only that of starting.
     */
    public boolean hasOwnOrder() {
        return ownOrder;
    }

    /** Returns why parts of the plan, or the tree, have no tests, in their order; empty if all have some. */
    public List<Shortage> shortages() {
        return shortages;
    }

    /** Returns whether there are no tests only because nothing has changed ({@code modified-only}). */
    public boolean isNothingModified() {
        return !shortages.isEmpty()
                && shortages.stream().allMatch(each -> each.reason().cause() == Shortage.Cause.NOT_MODIFIED);
    }

    /** Returns the packages that the plan and the tests require or recommend, sorted. */
    public Set<String> packages() {
        Set<String> packages = new TreeSet<>();
        for (Phase phase : plan.prepare()) {
            if (phase instanceof Phase.Install install) {
                packages.addAll(install.packages());
            }
        }
        for (FmfTest test : tests()) {
            packages.addAll(BeakerlibTests.BY_FRAMEWORK.requires(test));
            packages.addAll(BeakerlibTests.BY_FRAMEWORK.recommends(test));
        }
        return new LinkedHashSet<>(packages);
    }

    /**
     * Sets the directory for the private copy and other temporary files, before the first of them is created; by
     * default the directory for temporary files.
     *
     * @param directory exists; what is made there is removed when no longer needed, the directory itself is not
     */
    public synchronized void keepTemporaryFilesIn(Path directory) {
        temporary = directory;
    }

    /** Creates a directory for temporary files that only this user can read. */
    public synchronized Path temporaryDirectory(String purpose) throws IOException {
        String prefix = "atex-" + purpose + "-";
        return temporary == null ? Files.createTempDirectory(prefix) : Files.createTempDirectory(temporary, prefix);
    }

    /**
     * Returns a copy of a repository that scripts of the plan require, without {@code .git}. The first call creates it.
     *
     * @throws ExecutorException it cannot be fetched
     */
    public synchronized Path repository(Phase.Repository repository)
            throws ExecutorException, IOException, InterruptedException {
        Path known = repositories.get(repository);
        if (known != null) {
            return known;
        }
        Path made = temporaryDirectory("repository");
        toBeDeleted.add(made);
        Path content = made.resolve(ROOT);
        FetchedTrees source = fetched.orElseThrow(
                () -> new ExecutorException("no repositories are fetched for tests that were not discovered"));
        try {
            source.copyRepository(repository, content);
        } catch (DiscoveryException e) {
            throw new ExecutorException("plan '" + plan.name() + "': " + e.getMessage(), e);
        }
        repositories.put(repository, content);
        return content;
    }

    /**
     * Returns the directory with the private copy of the files, which all tests are relative to. The first call creates
     * it.
     *
     * @throws IOException the files cannot be copied
     */
    public synchronized Path root() throws IOException, InterruptedException {
        if (closed) {
            throw new IOException("the copy of the tests was removed already");
        }
        if (copy == null) {
            Path made = temporaryDirectory("tests");
            try {
                TreeCopy.copy(trees, leftOut, placements, made.resolve(ROOT));
                closeFetched();
                copy = made;
            } finally {
                if (copy == null) {
                    Trees.delete(made);
                }
            }
        }
        return copy.resolve(ROOT);
    }

    /**
     * Creates the private copy now if it can fail: when libraries, or trees of several sections, are put beside each
     * other.
     *
     * @throws dev.atex.internal.files.ClashException there is something else where a library goes; the message says what to do
     * @throws IOException the files cannot be copied, or a repository for scripts of the plan cannot be fetched
     */
    public synchronized void checkFiles() throws IOException, InterruptedException {
        if (!placements.isEmpty() || (trees.size() > 1 && trees.containsKey(""))) {
            root();
        }
        for (Phase phase : plan.phases()) {
            if (phase instanceof Phase.Scripts scripts && scripts.repository().isPresent()) {
                try {
                    Path _ = repository(scripts.repository().get());
                } catch (ExecutorException e) {
                    throw new IOException(e.getMessage(), e);
                }
            }
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (copy != null) {
            Path made = copy;
            copy = null; // a failure is told once
            Trees.delete(made);
        }
        while (!toBeDeleted.isEmpty()) {
            Trees.delete(toBeDeleted.removeLast());
        }
        closeFetched();
    }

    private void closeFetched() throws IOException {
        if (fetched.isPresent()) {
            fetched.get().close();
        }
    }
}
