package dev.atex.executor.fmf;

import dev.atex.fmf.Context;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.FollowedLinks;
import dev.atex.fmf.Node;
import dev.atex.fmf.RepositoryCache;
import dev.atex.fmf.Selection;
import dev.atex.fmf.Tree;
import dev.atex.fmf.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds tests in a tree of metadata. Set what is wanted, then {@link #discover()}; each list adds to what was set before.
 * Used by one thread.
 *
 * <pre>{@code
 * try (FmfTests tests = Discovery.in(directory).plan("/plans/smoke").context(context).discover()) { ... }
 * }</pre>
 */
public final class Discovery {
    private final Source source;
    private final boolean trusted;
    private Optional<String> plan = Optional.empty();
    private final List<String> names = new ArrayList<>();
    private final List<String> filters = new ArrayList<>();
    private final List<String> conditions = new ArrayList<>();
    private final List<String> excludes = new ArrayList<>();
    private final List<Path> leftOut = new ArrayList<>();
    private Context context = Context.empty();

    private RepositoryCache cache = RepositoryCache.standard();
    private boolean libraries = true;
    private String libraryBase = Libraries.BASE;

    private FollowedLinks links = FollowedLinks.IN_CHECKOUT;

    @FunctionalInterface
    private interface Source {
        /** The tree, adjusted. */
        Tree tree(FetchedTrees fetched, FollowedLinks links)
                throws FmfException, DiscoveryException, InterruptedException;
    }

    private static Tree adjusted(Tree tree, FetchedTrees fetched) throws FmfException {
        tree.adjust(fetched.context());
        return tree;
    }

    /** Trusted: a tree of this host, which may name others. */
    private Discovery(Source source, boolean trusted) {
        this.source = source;
        this.trusted = trusted;
    }

    /** In the tree that the directory lies in. */
    public static Discovery in(Path directory) {
        return new Discovery((fetched, links) -> adjusted(Tree.load(directory, links), fetched), true);
    }

    /**
     * In the tree of an fmf identifier: its {@code url}, {@code ref} (else the default branch) and {@code path} in the
     * repository; without {@code url} the path is local. Its {@code name}, if there, is that of the plan.
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
                ? new Discovery((fetched, links) -> fetched.get(place), Libraries.isLocal(place))
                : in(Path.of(path.orElse(".")));
        Metadata.text("name", identifier.get("name")).ifPresent(discovery::plan);
        return discovery;
    }

    /** In a tree that was loaded from a directory; it is adjusted in place. */
    public static Discovery of(Tree tree) {
        return new Discovery((fetched, links) -> adjusted(tree, fetched), true);
    }

    /** The full name of the plan whose tests are meant; without one, all tests of the tree are. */
    public Discovery plan(String name) {
        plan = Optional.of(name);
        return this;
    }

    /** Regular expressions (Python's), one of which must be found in a test's name, or one of the plan's. */
    public Discovery names(Collection<String> expressions) {
        names.addAll(expressions);
        return this;
    }

    /** {@linkplain dev.atex.fmf.Filter Filters}, all of which must match. */
    public Discovery filters(Collection<String> required) {
        filters.addAll(required);
        return this;
    }

    /** {@linkplain dev.atex.fmf.Condition Conditions}, all of which must hold. */
    public Discovery conditions(Collection<String> required) {
        conditions.addAll(required);
        return this;
    }

    /** Regular expressions (Python's), none of which may be found in a test's name. */
    public Discovery excludes(Collection<String> expressions) {
        excludes.addAll(expressions);
        return this;
    }

    /** What decides the adjust rules; empty if not set. */
    public Discovery context(Context dimensions) {
        context = dimensions;
        return this;
    }

    /** Where other repositories are cloned to; {@link RepositoryCache#standard()} if not set. */
    public Discovery cache(RepositoryCache clones) {
        cache = clones;
        return this;
    }

    /**
     * Whether libraries of Beakerlib that tests require are fetched, and what these require is added to the tests; true if
     * not set.
     */
    public Discovery libraries(boolean wanted) {
        libraries = wanted;
        return this;
    }

    /**
     * Whether symbolic links in trees of this host are followed wherever they lead; if not set, only inside their git
     * checkout. Links of trees that are fetched are never followed out of these.
     */
    public Discovery followLinks(boolean wanted) {
        links = wanted ? FollowedLinks.ALL : FollowedLinks.IN_CHECKOUT;
        return this;
    }

    /** Where {@code library(foo/bar)} is looked for, followed by {@code foo}. */
    Discovery libraryBase(String address) {
        libraryBase = address;
        return this;
    }

    /** A directory that is not copied with the tree, because it holds the results of runs, say. Need not exist. */
    public Discovery leaveOut(Path directory) {
        leftOut.add(directory);
        return this;
    }

    /**
     * Loads the tree and finds the tests, in the order of the tree: parents first, siblings by name. There may be none.
     *
     * @throws DiscoveryException something is wrong in the metadata or in what was asked for, or cannot be fetched
     */
    public FmfTests discover() throws DiscoveryException, InterruptedException {
        Expressions.checkNames("name", names);
        Expressions.checkNames("exclude", excludes);
        Expressions.checkFilters("filter", filters);
        Expressions.checkConditions(conditions);
        FetchedTrees fetched = new FetchedTrees(cache, context);
        boolean done = false;
        try {
            FmfTests tests = discover(fetched);
            done = true;
            return tests;
        } catch (FmfException e) {
            throw DiscoveryException.of(e);
        } catch (IOException e) {
            throw new DiscoveryException("cannot look at the files of the tree: " + e, e);
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
            throw new DiscoveryException("cannot remove the copies of fetched trees: " + e, e);
        }
    }

    private FmfTests discover(FetchedTrees fetched)
            throws FmfException, DiscoveryException, InterruptedException, IOException {
        Tree tree = source.tree(fetched, links);
        Optional<Node> node = plan.isPresent() ? Optional.of(Plans.find(tree, plan.get())) : Optional.empty();
        FmfPlan found = FmfPlan.none();
        List<Section> sections = List.of(Section.whole());
        if (node.isPresent()) {
            found = checked(
                    node.get(), () -> FmfPlan.of(node.get().name(), node.get().data()));
            Libraries.checkRepositories(found, trusted);
            sections = checked(node.get(), () -> sectionsOf(node.get()));
        }
        Path root = rootOf(tree);
        Map<String, Path> trees = new LinkedHashMap<>();
        List<FmfTest> tests = new ArrayList<>();
        Libraries required = new Libraries(fetched, libraryBase, links);
        for (Section section : sections) {
            String where = "plan '" + found.name() + "': discover: ";
            Expressions.checkNames(where + "test", section.names());
            Expressions.checkNames(where + "exclude", section.excludes());
            Expressions.checkFilters(where + "filter", section.filters());
            Tree itsTree = tree;
            if (section.place().isPresent()) {
                try {
                    Libraries.checkAccess(section.place().get(), trusted);
                    itsTree = fetched.get(section.place().get());
                } catch (DiscoveryException e) {
                    throw new DiscoveryException(where + "url: " + e.getMessage(), e);
                }
            }
            Path itsRoot = rootOf(itsTree);
            trees.put(section.name(), itsRoot.toRealPath());
            Libraries.Home home = new Libraries.Home(
                    itsTree,
                    section.name(),
                    section.place().map(Object::toString).orElse(root.toString()),
                    true,
                    section.place().map(Libraries::isLocal).orElse(trusted));
            for (FmfTest test : tests(itsTree, itsRoot, section)) {
                tests.add(libraries ? required.resolve(test, home) : test);
            }
        }
        return new FmfTests(
                found,
                trees,
                leftOutOf(root.toRealPath()),
                tests,
                required.placements(),
                warnings(tree, required, fetched),
                List.of(),
                Optional.of(fetched));
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
        warnings.addAll(required.warnings());
        return List.copyOf(warnings);
    }

    private static Path rootOf(Tree tree) throws DiscoveryException {
        return tree.root()
                .orElseThrow(() -> new DiscoveryException("a tree that was made of values has no files to run"));
    }

    private static List<Section> sectionsOf(Node plan) {
        try {
            return Section.of(plan.data());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("plan '" + plan.name() + "': " + e.getMessage(), e);
        }
    }

    private List<FmfTest> tests(Tree tree, Path root, Section section) throws FmfException, DiscoveryException {
        List<FmfTest> tests = new ArrayList<>();
        Selection wanted = Selection.builder()
                .keys("test")
                .names(section.names())
                .names(names)
                .filters(section.filters())
                .filters(filters)
                .conditions(conditions)
                .build();
        List<Node> found = tree.prune(wanted);
        Set<Node> unwanted = unwanted(tree, section);
        for (Node node : found) {
            if (isRunnable(node.data()) && !unwanted.contains(node)) {
                tests.add(checked(node, () -> test(node, root, section.name())));
            }
        }
        return tests;
    }

    private Set<Node> unwanted(Tree tree, Section section) throws FmfException {
        List<String> expressions = new ArrayList<>(section.excludes());
        expressions.addAll(excludes);
        return expressions.isEmpty()
                ? Set.of()
                : new HashSet<>(
                        tree.prune(Selection.builder().names(expressions).build()));
    }

    private static boolean isRunnable(Map<String, @Nullable Object> data) {
        return (!data.containsKey("enabled") || Yaml.isTrue(data.get("enabled")))
                && !Yaml.isTrue(data.get("manual"))
                && !data.containsKey("story");
    }

    private static FmfTest test(Node node, Path root, String section) {
        Path directory = root.relativize(
                node.sources().isEmpty() ? root : parent(node.sources().getLast(), root));
        String prefix = section.isEmpty() ? "" : "/" + section;
        String below = section.isEmpty()
                ? directory.toString()
                : Path.of(section).resolve(directory).toString();
        return new FmfTest(prefix + node.name(), below, node.data());
    }

    private static Path parent(Path file, Path root) {
        Path parent = file.getParent();
        return parent == null ? root : parent;
    }

    @FunctionalInterface
    private interface Making<T> {
        T make();
    }

    /** What is made of a node; mistakes are told with the file that they are probably in. */
    private static <T> T checked(Node node, Making<T> making) throws DiscoveryException {
        try {
            return making.make();
        } catch (IllegalArgumentException e) {
            String file = node.sources().isEmpty() ? "" : node.sources().getLast() + ": ";
            throw new DiscoveryException(file + e.getMessage(), e);
        }
    }

    /** As the copying of the tree meets them, which begins at the root's real path. */
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
