package dev.atex.executor.fmf.discovery;

import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.findings.Finding;
import dev.atex.executor.fmf.findings.RefusedException;
import dev.atex.executor.fmf.findings.Shortage;
import dev.atex.executor.fmf.metadata.Findings;
import dev.atex.executor.fmf.metadata.Metadata;
import dev.atex.executor.fmf.plan.FmfPlan;
import dev.atex.executor.fmf.plan.UrlSource;
import dev.atex.executor.fmf.plan.reader.Expressions;
import dev.atex.executor.fmf.plan.reader.PlanImport;
import dev.atex.executor.fmf.plan.reader.PlanReader;
import dev.atex.executor.fmf.plan.reader.PlanScope;
import dev.atex.executor.fmf.plan.reader.PlanTree;
import dev.atex.executor.fmf.plan.reader.Plans;
import dev.atex.executor.fmf.plan.reader.Section;
import dev.atex.executor.fmf.plan.reader.UrlFiles;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.executor.fmf.trees.FetchedTrees;
import dev.atex.executor.fmf.trees.Libraries;
import dev.atex.fmf.Context;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.FollowedLinks;
import dev.atex.fmf.Node;
import dev.atex.fmf.Places;
import dev.atex.fmf.RepositoryCache;
import dev.atex.fmf.Tree;
import dev.atex.internal.files.FileProblems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds tests in a tree of metadata. Set the selection, then call {@link #discover()}; each list adds to earlier ones.
 * Used by one thread.
 *
 * <pre>{@code
 * try (FmfTests tests = Discovery.in(directory).plan("/plans/smoke").context(context).discover()) { ... }
 * }</pre>
 */
public final class Discovery {
    private final Source source;
    /** The repository of the tree, for messages; empty if it is on this host. */
    private final String from;

    private final boolean trusted;
    private Optional<String> plan = Optional.empty();
    private final List<String> names = new ArrayList<>();
    private final List<String> filters = new ArrayList<>();
    private final List<String> conditions = new ArrayList<>();
    private final List<String> excludes = new ArrayList<>();
    private final List<String> alsoNames = new ArrayList<>();
    private final List<Path> leftOut = new ArrayList<>();
    private final Set<String> allowed = new LinkedHashSet<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private Optional<UrlSource> urls = Optional.empty();
    private boolean onlyLook;
    private Optional<Errors> errors = Optional.empty();
    private boolean leftOutToo;
    private Context context = Context.empty();

    private RepositoryCache cache = RepositoryCache.standard();
    private boolean libraries = true;
    private String libraryBase = Libraries.BASE;

    private FollowedLinks links = FollowedLinks.IN_CHECKOUT;

    /** Receivers of the errors of files and of nodes. */
    private record Errors(Consumer<FmfException> unreadable, Consumer<FmfException> invalid) {}

    @FunctionalInterface
    private interface Source {
        /** Returns the loaded tree. */
        Tree tree(FetchedTrees fetched, FollowedLinks links, Optional<Errors> errors)
                throws FmfException, DiscoveryException, InterruptedException;
    }

    /** Trusted: a tree of this host, which may name local files. */
    private Discovery(Source source, String from, boolean trusted) {
        this.source = source;
        this.from = from;
        this.trusted = trusted;
    }

    /** Returns a discovery in the tree that contains a directory. */
    public static Discovery in(Path directory) {
        return new Discovery(
                (fetched, links, errors) -> errors.isPresent()
                        ? Tree.load(
                                directory,
                                links,
                                errors.get().unreadable(),
                                errors.get().invalid())
                        : Tree.load(directory, links),
                "",
                true);
    }

    /**
     * Returns a discovery in the tree of an fmf identifier: its {@code url}, {@code ref} (else the default branch) and
     * {@code path} in the repository; without {@code url} the path is local. Its {@code name}, if present, is that of
     * the plan.
     *
     * @throws IllegalArgumentException there is neither url nor path, or a value is no string
     */
    public static Discovery in(Map<String, ?> identifier) {
        Optional<String> url = Metadata.text("url", identifier.get("url"));
        Optional<String> ref = Metadata.text("ref", identifier.get("ref"));
        Optional<String> path = Metadata.text("path", identifier.get("path"));
        if (url.isEmpty() && path.isEmpty()) {
            throw new IllegalArgumentException("an fmf identifier needs a 'url' or a 'path'");
        }
        FetchedTrees.Place place = new FetchedTrees.Place(url.orElse(""), ref, path.orElse(""));
        Discovery discovery = url.isPresent()
                ? new Discovery(
                        (fetched, links, errors) -> fetched.load(place), place.toString(), Libraries.isLocal(place))
                : in(Path.of(path.orElse(".")));
        Metadata.text("name", identifier.get("name")).ifPresent(discovery::plan);
        return discovery;
    }

    /** Returns a discovery in a tree that was loaded from a directory; it is adjusted in place. */
    public static Discovery of(Tree tree) {
        return new Discovery((fetched, links, errors) -> tree, "", true);
    }

    /** Selects a plan by its full name; without one, all tests of the tree are selected. */
    public Discovery plan(String name) {
        plan = Optional.of(name);
        return this;
    }

    /**
     * Adds regular expressions (Python's), one of which must be found in a test's name. They narrow what the plan
     * selects.
     */
    public Discovery names(Collection<String> expressions) {
        names.addAll(expressions);
        return this;
    }

    /**
     * Adds regular expressions (Python's) for tests besides those that the plan's {@code test} selects: one of these or
     * of those must be found in a test's name. If the plan has none, one of these. This is the rule of ATEX 1.x.
     */
    public Discovery alsoNames(Collection<String> expressions) {
        alsoNames.addAll(expressions);
        return this;
    }

    /** Adds {@linkplain dev.atex.fmf.Filter filters}, all of which must match. */
    public Discovery filters(Collection<String> required) {
        filters.addAll(required);
        return this;
    }

    /** Adds {@linkplain dev.atex.fmf.Condition conditions}, all of which must hold. */
    public Discovery conditions(Collection<String> required) {
        conditions.addAll(required);
        return this;
    }

    /** Adds regular expressions (Python's), none of which may be found in a test's name. */
    public Discovery excludes(Collection<String> expressions) {
        excludes.addAll(expressions);
        return this;
    }

    /** Sets the context of adjust rules; empty if not set. */
    public Discovery context(Context dimensions) {
        context = dimensions;
        return this;
    }

    /**
     * Sets variables that texts of a plan may contain, such as those of the command line; they take precedence over the
     * plan's.
     */
    public Discovery environment(Map<String, String> variables) {
        environment.putAll(variables);
        return this;
    }

    /**
     * Allows kinds of refused findings: {@link #discover()} does not throw for them and returns them as findings. What
     * they request is not done.
     */
    public Discovery allow(Collection<String> kinds) {
        allowed.addAll(kinds);
        return this;
    }

    /** Leaves out files and nodes of a local tree that have errors, and passes the errors on. */
    Discovery skipErrors(Consumer<FmfException> unreadable, Consumer<FmfException> invalid) {
        errors = Optional.of(new Errors(unreadable, invalid));
        return this;
    }

    /** Reads everything, but prepares no run: what would be refused is a finding, and there are hints as well. */
    public Discovery onlyLook() {
        onlyLook = true;
        return this;
    }

    /** Reports misspelt keys also of nodes that are no tests. */
    Discovery leftOutToo() {
        leftOutToo = true;
        return this;
    }

    /**
     * Reads files of variables that a plan names by a URL, where the kind {@code url} is {@linkplain #allow allowed} and
     * the plan is not refused for anything else, which is decided without these variables; if not set, they are left out.
     * Files that tests or machines are refused for are read before that is known.
     */
    public Discovery urls(UrlSource source) {
        urls = Optional.of(source);
        return this;
    }

    /** Sets the cache for clones of other repositories; {@link RepositoryCache#standard()} if not set. */
    public Discovery cache(RepositoryCache clones) {
        cache = clones;
        return this;
    }

    /**
     * Fetches libraries of Beakerlib that tests require and adds their requirements to the tests, or not; fetched if
     * not set.
     */
    public Discovery libraries(boolean wanted) {
        libraries = wanted;
        return this;
    }

    /**
     * Follows symbolic links in trees of this host wherever they lead; if not set, only inside their git checkout.
     * Links of fetched trees are never followed out of them.
     */
    public Discovery followLinks(boolean wanted) {
        links = wanted ? FollowedLinks.ALL : FollowedLinks.IN_CHECKOUT;
        return this;
    }

    /** The address of {@code library(foo/bar)}, to be followed by {@code foo}. */
    Discovery libraryBase(String address) {
        libraryBase = address;
        return this;
    }

    /** Excludes a directory from the copy of the tree, for example one with results of runs. Need not exist. */
    public Discovery leaveOut(Path directory) {
        leftOut.add(directory);
        return this;
    }

    /**
     * Loads the tree and finds the tests. There may be none. Their order is that of the plan: section by section; in a
     * section that lists tests, as it lists them, and one that it lists twice is {@code "/name#2"} the second time; else by
     * {@code order}, and those of the same order parents first, siblings by name.
     *
     * @throws RefusedException the plan or a test asks for what is not done unless it is {@linkplain #allow allowed}
     * @throws DiscoveryException the plan or the selection has an error, or something cannot be fetched; an error in a test
     *     is returned by {@link FmfTest#mistake()}
     */
    public FmfTests discover() throws DiscoveryException, InterruptedException {
        return look().tests();
    }

    /**
     * Returns the names of all plans of the tree, enabled or not, in its order.
     *
     * @throws DiscoveryException the tree cannot be loaded
     */
    public List<String> plans() throws DiscoveryException, InterruptedException {
        FetchedTrees fetched = new FetchedTrees(cache, context);
        try {
            Tree tree = source.tree(fetched, links, errors);
            tree.adjust(context);
            return Plans.names(tree);
        } catch (FmfException e) {
            throw DiscoveryException.of(e);
        } finally {
            close(fetched);
        }
    }

    /**
     * The tests and findings of a tree.
     *
     * @param plans the names of all plans
     * @param ownNames the names of the tests that are in the tree of the plan, as they are there
     * @param planPlace where the plan is written
     */
    record Looked(
            FmfTests tests, List<String> plans, Map<String, Optional<String>> ownNames, Optional<String> planPlace)
            implements AutoCloseable {
        @Override
        public void close() throws IOException {
            tests.close();
        }
    }

    Looked look() throws DiscoveryException, InterruptedException {
        Expressions.checkNames("name", names);
        Expressions.checkNames("name", alsoNames);
        Expressions.checkNames("exclude", excludes);
        Expressions.checkFilters("filter", filters);
        Expressions.checkConditions(conditions);
        FetchedTrees fetched = new FetchedTrees(cache, context);
        boolean done = false;
        try {
            Looked looked = look(fetched);
            done = true;
            return looked;
        } catch (FmfException e) {
            throw DiscoveryException.of(e);
        } catch (IOException e) {
            throw new DiscoveryException("cannot look at the files of the tree: " + FileProblems.of(e), e);
        } finally {
            if (!done) {
                close(fetched);
            }
        }
    }

    private static void close(FetchedTrees fetched) throws DiscoveryException {
        try {
            fetched.close();
        } catch (IOException e) {
            throw new DiscoveryException("cannot remove the copies of fetched trees: " + FileProblems.of(e), e);
        }
    }

    private Looked look(FetchedTrees fetched)
            throws FmfException, DiscoveryException, InterruptedException, IOException {
        Findings findings = new Findings(onlyLook);
        Places places = new Places();
        PlanTree planTree = PlanTree.of(source.tree(fetched, links, errors), plan, context, from, trusted);
        Tree first = planTree.tree();
        List<String> plans = onlyLook ? Plans.names(first) : List.of();
        planTree.root(); // or there is nothing to run
        FmfPlan found = FmfPlan.none();
        List<Section> sections = List.of(Section.whole());
        int off = 0;
        Optional<PlanScope> scope = Optional.empty();
        Context testContext = context;
        if (plan.isPresent()) {
            Node node = Plans.find(first, plan.get());
            PlanImport.Found meant = new PlanImport(fetched, findings, places, new UrlFiles(urls, allowed))
                    .follow(planTree, node, context, environment);
            planTree = meant.tree();
            PlanReader.Read read = new PlanReader(findings, meant.outside())
                    .read(plan.get(), meant.node(), planTree.origin(meant.node(), places), planTree.trusted());
            found = read.plan();
            Libraries.checkRepositories(found, planTree.trusted());
            sections = read.sections();
            off = read.off();
            scope = Optional.of(read.scope());
            testContext = read.scope().context();
            fetched.use(testContext, read.scope()::address, read.scope()::foreignAddress);
            check(findings); // before anything is fetched for tests
            if (findings.refused(allowed).stream()
                    .anyMatch(refused -> refused.kind().equals("disabled"))) {
                sections = sections.stream() // it is not meant to be run: nothing is fetched to look at it
                        .filter(section -> section.source() instanceof Section.Source.Plan
                                && section.modified().isEmpty())
                        .toList();
            }
        }
        SectionTests tests = new SectionTests(
                planTree,
                planTree.testsIn(testContext),
                scope,
                found.environment(),
                new TestSelection(
                        new TestSelection.Arguments(names, alsoNames, filters, conditions, excludes), testContext),
                fetched,
                new Libraries(fetched, libraryBase, links, findings),
                libraries,
                links,
                testContext,
                places,
                findings);
        for (Section section : sections) {
            tests.add(section);
        }
        if (leftOutToo) {
            tests.tellOfLeftOut();
        }
        if (!found.prepare().isEmpty() || !found.finish().isEmpty()) {
            tests.tellOfTree();
        }
        check(findings);
        List<Shortage> shortages = new ArrayList<>(tests.shortages());
        if (off > 0) {
            shortages.add(new Shortage("plan '" + plan.orElse("") + "'", new Shortage.Reason(Shortage.Cause.OFF, off)));
        }
        FmfTests made = new FmfTests(
                found,
                tests.trees(),
                leftOutOf(planTree.root().toRealPath()),
                tests.tests(),
                tests.required().placements(),
                warnings(first, tests.required(), fetched),
                findings.all(),
                Optional.of(fetched),
                tests.hasOwnOrder(),
                shortages);
        return new Looked(
                made,
                plans,
                tests.ownNames(),
                scope.flatMap(each -> each.origin().place(null)));
    }

    private void check(Findings findings) throws RefusedException {
        List<Finding> refused = findings.refused(allowed);
        if (!refused.isEmpty() && !onlyLook) {
            throw new RefusedException(refused);
        }
    }

    private static List<String> warnings(Tree tree, Libraries required, FetchedTrees fetched) {
        Set<String> warnings = new LinkedHashSet<>();
        List<Tree> own = new ArrayList<>(required.localTrees());
        if (!fetched.has(tree)) {
            own.addFirst(tree);
        }
        own.forEach(each -> each.skippedLinks()
                .forEach(link -> warnings.add(link.place() + " leads to " + link.target()
                        + ", out of the tree, and is not followed (--follow-links does)")));
        own.forEach(each -> each.notices().forEach(notice -> warnings.add(notice.toString())));
        warnings.addAll(fetched.warnings());
        return List.copyOf(warnings);
    }

    /** Returns paths as the copy of the tree sees them, from the real path of the root. */
    private Set<Path> leftOutOf(Path root) throws IOException {
        Set<Path> met = new LinkedHashSet<>();
        for (Path directory : leftOut) {
            Path real = real(directory.toAbsolutePath().normalize());
            if (!real.equals(root)) {
                met.add(real);
            }
        }
        return met;
    }

    private static Path real(Path path) throws IOException {
        Path parent = path.getParent();
        Path name = path.getFileName();
        return Files.exists(path) || parent == null || name == null
                ? path.toRealPath()
                : real(parent).resolve(name);
    }
}
