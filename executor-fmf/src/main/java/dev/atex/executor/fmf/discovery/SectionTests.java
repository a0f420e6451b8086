package dev.atex.executor.fmf.discovery;

import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.findings.Shortage;
import dev.atex.executor.fmf.metadata.Findings;
import dev.atex.executor.fmf.metadata.Metadata;
import dev.atex.executor.fmf.metadata.Origin;
import dev.atex.executor.fmf.plan.reader.PlanScope;
import dev.atex.executor.fmf.plan.reader.PlanTree;
import dev.atex.executor.fmf.plan.reader.Section;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.executor.fmf.test.TestKeys;
import dev.atex.executor.fmf.trees.FetchedTrees;
import dev.atex.executor.fmf.trees.Libraries;
import dev.atex.executor.fmf.trees.TreePath;
import dev.atex.fmf.Changes;
import dev.atex.fmf.Context;
import dev.atex.fmf.FetchException;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.FollowedLinks;
import dev.atex.fmf.Node;
import dev.atex.fmf.Places;
import dev.atex.fmf.Tree;
import dev.atex.fmf.Yaml;
import dev.atex.internal.files.FileProblems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The tests of all sections, with the trees that they need. Used by one thread. */
final class SectionTests {
    /** The maximum number of tests that are reported because they were requested and do not run. */
    private static final int MOST_NOT_RUN = 5;

    /** The kind of the finding about tests without changes. */
    static final String NOTHING_MODIFIED = "nothing-modified";

    private final PlanTree planTree;
    private final Node planTests;
    private final Optional<PlanScope> scope;
    private final TestSelection selection;
    private final FetchedTrees fetched;
    private final Libraries required;
    private final boolean libraries;
    private final FollowedLinks links;
    private final Context context;
    private final Places places;
    private final Findings findings;
    private final Map<String, Path> trees = new LinkedHashMap<>();
    private final Map<String, FmfTest> tests = new LinkedHashMap<>();
    private final Map<String, Optional<String>> ownNames = new LinkedHashMap<>();
    private final RequiredFiles files = new RequiredFiles();
    private final Map<String, String> planVariables;
    private final Map<String, Integer> copies = new HashMap<>();
    private final List<Shortage> shortages = new ArrayList<>();
    private final Set<String> toldOfRules = new HashSet<>();
    private boolean ownOrder;
    private boolean planTreeUsed;

    SectionTests(
            PlanTree planTree,
            Node planTests,
            Optional<PlanScope> scope,
            Map<String, String> planVariables,
            TestSelection selection,
            FetchedTrees fetched,
            Libraries required,
            boolean libraries,
            FollowedLinks links,
            Context context,
            Places places,
            Findings findings) {
        this.planTree = planTree;
        this.planTests = planTests;
        this.scope = scope;
        this.planVariables = planVariables;
        this.selection = selection;
        this.fetched = fetched;
        this.required = required;
        this.libraries = libraries;
        this.links = links;
        this.context = context;
        this.places = places;
        this.findings = findings;
    }

    /**
     * The tree of a section.
     *
     * @param top empty if there are only files
     * @param from where it was fetched from; empty if it is of this host
     */
    private record Home(Optional<Node> top, Path root, String from, boolean trusted) {}

    /** The directories of the trees by the section that they are for. */
    Map<String, Path> trees() throws DiscoveryException, IOException {
        if (trees.containsKey("") || (planTreeUsed && !trees.isEmpty())) {
            return trees;
        }
        // scripts of the plan find its files, even if all tests come from other repositories
        Map<String, Path> all = new LinkedHashMap<>();
        all.put("", planTree.root().toRealPath());
        all.putAll(trees);
        return all;
    }

    /** Reports that scripts of the plan do not find the plan's own tree. */
    void tellOfTree() {
        if (!planTreeUsed && trees.containsKey("")) {
            findings.note(
                    "tree",
                    "scripts of the plan find the tree of its tests at TMT_TREE (tmt: the plan's own); give the discover phase a"
                            + " 'name', and they find both",
                    scope.flatMap(each -> each.place(null, "discover", 0)));
        }
    }

    /** Reports misspelled keys of nodes in the plan's tree that were not selected. */
    void tellOfLeftOut() throws DiscoveryException {
        Path root = planTree.root();
        LeftOut.tell(planTests, ownNames.keySet(), node -> new Origin(node, root, planTree.from(), places), findings);
    }

    /** Returns the names of tests in the plan's own tree, with their places. */
    Map<String, Optional<String>> ownNames() {
        return ownNames;
    }

    List<FmfTest> tests() {
        return List.copyOf(tests.values());
    }

    Libraries required() {
        return required;
    }

    /** Returns why sections have no tests. */
    List<Shortage> shortages() {
        return shortages;
    }

    boolean hasOwnOrder() {
        return ownOrder;
    }

    void add(Section section) throws DiscoveryException, FmfException, InterruptedException, IOException {
        Home home = home(section);
        trees.put(section.name(), home.root().toRealPath());
        TestSelection.Selected selected = select(section, home);
        ownOrder |= selected.ownOrder();
        selected.idle().forEach(idle -> tell(idle, section));
        selected.shortage().ifPresent(reason -> tell(reason, section, home));
        for (TestSelection.Found found :
                selected.notRun().stream().limit(MOST_NOT_RUN).toList()) {
            boolean manual = Yaml.isTrue(found.data().get("manual"));
            String key = manual ? "manual" : "enabled";
            Origin origin = origin(found, home);
            RulePlaces rules = new RulePlaces(scope, section, found);
            findings.note(
                    "disabled",
                    "test '" + found.name() + "' is " + (manual ? "manual" : "disabled in this context"),
                    rules.place(key).or(() -> origin.place(found.data().get(key), key)));
        }
        if (!selected.unknown().isEmpty()) {
            throw mistake(
                    section, "require-test: there is no test " + String.join(", ", selected.unknown()), "require-test");
        }
        Libraries.Home itsHome = new Libraries.Home(
                home.top().orElse(planTests),
                section.name(),
                home.from().isEmpty() ? home.root().toString() : home.from(),
                true,
                home.trusted());
        for (TestSelection.Found found : selected.tests()) {
            FmfTest test = test(found, section, home);
            FmfTest complete = libraries && test.mistake().isEmpty() ? resolved(test, itsHome, found, home) : test;
            tests.put(complete.name(), complete);
            if (findings.wantsHints() && section.source() instanceof Section.Source.Plan) {
                ownNames.putIfAbsent(found.name(), origin(found, home).place(null));
            }
        }
    }

    /** Reports a pattern without matches: as a hint if it excludes nothing, which changes nothing, otherwise as a note. */
    private void tell(TestSelection.IdlePattern idle, Section section) {
        String plan = scope.map(each -> " of plan '" + each.plan() + "'").orElse("");
        String text = idle.key() + " pattern '" + idle.pattern() + "'" + plan + " selects nothing";
        Optional<String> place =
                scope.flatMap(each -> each.place(null, "discover", section.index(), idle.key(), idle.index()));
        if (idle.key().equals("exclude")) {
            findings.hint("no-match", text.replace("selects", "excludes"), place);
        } else {
            findings.note("no-match", text, place);
        }
    }

    private void tell(Shortage.Reason reason, Section section, Home home) {
        if (reason.cause() == Shortage.Cause.NOT_MODIFIED) {
            findings.note(
                    NOTHING_MODIFIED,
                    "nothing has changed that a discover phase with 'modified-only' has tests for",
                    scope.flatMap(each -> each.place(true, "discover", section.index(), "modified-only")));
        }
        String tree = home.from().isEmpty() ? "the tree of " + home.root() : home.from();
        shortages.add(new Shortage(section.own().isPresent() ? "it" : tree, reason));
    }

    private DiscoveryException mistake(Section section, String message, String key) {
        return scope.map(each -> each.mistake("discover: " + message, null, "discover", section.index(), key))
                .orElseGet(() -> new DiscoveryException(message));
    }

    private Home home(Section section) throws DiscoveryException, FmfException, InterruptedException {
        return switch (section.source()) {
            case Section.Source.Plan() -> {
                planTreeUsed = true;
                yield new Home(Optional.of(planTests), planTree.root(), planTree.from(), planTree.trusted());
            }
            case Section.Source.Local(String path) -> {
                try {
                    if (!Files.isDirectory(Path.of(path))) {
                        throw mistake(section, "path: there is no directory '" + path + "'", "path");
                    }
                    Tree tree = Tree.load(Path.of(path), links);
                    tree.adjust(context);
                    yield new Home(Optional.of(tree.top()), tree.root().orElseThrow(), "", true);
                } catch (FmfException e) {
                    throw mistake(section, "path: " + DiscoveryException.of(e).getMessage(), "path");
                } catch (InvalidPathException e) {
                    throw mistake(section, "path: '" + path.replace('\0', '?') + "' cannot be a path", "path");
                }
            }
            case Section.Source.Remote(FetchedTrees.Place place) -> {
                try {
                    boolean local = Libraries.isLocal(place);
                    if (section.own().isPresent()) {
                        yield new Home(Optional.empty(), fetched.files(place), place.toString(), local);
                    }
                    Tree tree = fetched.get(place);
                    yield new Home(Optional.of(tree.top()), tree.root().orElseThrow(), place.toString(), local);
                } catch (DiscoveryException e) {
                    DiscoveryException mistake = mistake(section, "url: " + e.getMessage(), "url");
                    mistake.addSuppressed(e);
                    throw mistake;
                }
            }
        };
    }

    private TestSelection.Selected select(Section section, Home home)
            throws DiscoveryException, FmfException, InterruptedException {
        try {
            if (section.own().isPresent()) {
                Node plan = scope.orElseThrow().origin().node();
                return selection.own(section, section.own().get(), plan);
            }
            Set<String> changed = section.modified().isPresent() ? changed(section, home) : null;
            return selection.of(section, home.top().orElseThrow(), changed);
        } catch (TestSelection.RuleException e) {
            throw mistake(section, String.valueOf(e.getMessage()), e.key());
        } catch (FmfException e) {
            if (scope.isEmpty() || e instanceof FetchException) {
                throw e;
            }
            throw new DiscoveryException(
                    "plan '" + scope.get().plan() + "': discover: "
                            + DiscoveryException.of(e).getMessage(),
                    e);
        }
    }

    // ---- what has changed

    private Set<String> changed(Section section, Home home) throws DiscoveryException, InterruptedException {
        Section.Modified modified = section.modified().orElseThrow();
        if (modified.url().isPresent()) {
            Libraries.checkAccess(
                    new FetchedTrees.Place(modified.url().get(), Optional.empty(), ""), planTree.trusted());
        }
        try {
            Set<String> changed;
            String below;
            if (section.source() instanceof Section.Source.Remote(FetchedTrees.Place place)) {
                FetchedTrees.Place exact = fetched.exact(place);
                changed = Changes.of(exact.url(), exact.ref(), modified.url(), modified.ref());
                below = TreePath.of(exact.path()).map(Path::toString).orElse("");
            } else {
                Path root = home.root().toRealPath();
                Path top = checkout(root);
                changed = Changes.of(top.toString(), Optional.empty(), modified.url(), modified.ref());
                below = top.relativize(root).toString();
            }
            Set<String> directories = new LinkedHashSet<>();
            for (String at : changed) {
                directory(at, below).ifPresent(directories::add);
            }
            return directories;
        } catch (FetchException e) {
            boolean alone = e.getCause() == null
                    || Objects.equals(e.getMessage(), e.getCause().getMessage());
            throw mistake(
                    section,
                    "modified-only: " + e.getMessage() + (alone ? "" : ": " + FetchedTrees.said(e)),
                    "modified-only");
        } catch (FmfException e) {
            throw mistake(section, "modified-only: " + e.getMessage(), "modified-only");
        } catch (IOException e) {
            throw mistake(section, "modified-only: " + FileProblems.of(e), "modified-only");
        }
    }

    private static Path checkout(Path root) throws IOException {
        for (Path at = root; at != null; at = at.getParent()) {
            if (Files.exists(at.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
                return at;
            }
        }
        throw new IOException("the tree is not in a git repository");
    }

    /** Returns a changed path as the start of names; empty if it is not below the tree. */
    private static Optional<String> directory(String at, String tree) {
        if (tree.isEmpty()) {
            return Optional.of("/" + at);
        }
        return at.equals(tree) || at.startsWith(tree + "/")
                ? Optional.of("/" + at.substring(Math.min(at.length(), tree.length() + 1)))
                : Optional.empty();
    }

    // ---- tests

    private FmfTest test(TestSelection.Found found, Section section, Home home) throws DiscoveryException {
        Origin origin = origin(found, home);
        RulePlaces rules = new RulePlaces(scope, section, found);
        TestKeys.tell(
                rules.withoutUnknown(),
                findings,
                (value, path) -> rules.place(path).or(() -> origin.place(value, below(found, path))),
                libraries);
        Optional<TestKeys.Mistake> mistake = TestKeys.mistake(found.data());
        String directory = "";
        if (mistake.isEmpty()) {
            try {
                directory = directory(found, home);
            } catch (IllegalArgumentException e) {
                mistake = Optional.of(new TestKeys.Mistake("path", String.valueOf(e.getMessage())));
            }
        }
        if (mistake.isEmpty()) {
            tellOfEnvironment(found, origin);
            files.tell(found, home.root(), findings, origin);
        }
        String written = (section.name().isEmpty() ? "" : "/" + section.name()) + found.name();
        String name = written;
        while (tests.containsKey(name)) {
            name = written + "#" + (copies.merge(written, 1, Integer::sum) + 1);
            ownOrder = true;
        }
        mistake.ifPresent(each -> {
            Optional<String> rule = rules.place(each.key());
            if (rule.isEmpty()) {
                findings.mistake(
                        each.key(),
                        "test '" + written + "': " + each.text(),
                        origin.place(found.data().get(each.key()), below(found, each.key())));
            } else if (toldOfRules.add(rule.get() + ": " + each.text())) { // every test that it is for has it
                findings.mistake(each.key(), rules.described(each.key()) + ": " + each.text(), rule);
            }
        });
        return new FmfTest(
                name,
                written,
                section.name().isEmpty()
                        ? directory
                        : Path.of(section.name()).resolve(directory).toString(),
                found.data(),
                mistake.map(TestKeys.Mistake::text));
    }

    /** Reports variables of a test that override those of the plan: in tmt, the plan's value counts. */
    private void tellOfEnvironment(TestSelection.Found found, Origin origin) {
        if (planVariables.isEmpty() || found.data().get("environment") == null) {
            return;
        }
        Metadata.environment(found.data().get("environment")).forEach((name, value) -> {
            String ofPlan = planVariables.get(name);
            if (ofPlan != null && !ofPlan.equals(value)) {
                findings.note(
                        "environment",
                        "a test's " + name + " overrides the plan's (tmt: the plan's counts)",
                        origin.place(value, below(found, "environment", name)));
            }
        });
    }

    private Origin origin(TestSelection.Found found, Home home) throws DiscoveryException {
        return found.path().isEmpty()
                ? new Origin(found.node(), home.root(), home.from(), places)
                : planTree.origin(found.node(), places);
    }

    static Object[] below(TestSelection.Found found, Object... keys) {
        List<Object> path = new ArrayList<>(found.path());
        path.addAll(List.of(keys));
        return path.toArray();
    }

    private static String directory(TestSelection.Found found, Home home) {
        if (found.data().get("path") instanceof String path) {
            Path named = TreePath.of(path)
                    .orElseThrow(() -> new IllegalArgumentException("path '" + path + "' leads out of the tree"));
            Path at = home.root().resolve(named);
            Optional<Path> real =
                    home.top().isPresent() ? home.top().get().tree().follow(at) : Optional.of(at);
            if (real.isEmpty()) {
                throw new IllegalArgumentException("path '" + path + "' leads out of the tree");
            }
            if (!Files.isDirectory(real.get())) {
                throw new IllegalArgumentException("path '" + path + "' is no directory of the tree");
            }
            return named.toString();
        }
        if (!found.path().isEmpty() || found.node().sources().isEmpty()) {
            return "";
        }
        Path parent = found.node().sources().getLast().getParent();
        return parent == null ? "" : home.root().relativize(parent).toString();
    }

    private FmfTest resolved(FmfTest test, Libraries.Home itsHome, TestSelection.Found found, Home home)
            throws DiscoveryException, InterruptedException {
        try {
            return required.resolve(test, itsHome);
        } catch (DiscoveryException | IllegalArgumentException e) {
            Origin origin = origin(found, home);
            String message = String.valueOf(e.getMessage());
            findings.mistake("library", message, origin.place(found.data().get("require"), below(found, "require")));
            return new FmfTest(test.name(), test.writtenName(), test.directory(), test.data(), Optional.of(message));
        }
    }
}
