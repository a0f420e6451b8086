package dev.atex.executor.fmf.trees;

import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.metadata.Findings;
import dev.atex.executor.fmf.metadata.LibraryItem;
import dev.atex.executor.fmf.metadata.Metadata;
import dev.atex.executor.fmf.plan.FmfPlan;
import dev.atex.executor.fmf.plan.Phase;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.fmf.FetchException;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.FollowedLinks;
import dev.atex.fmf.Node;
import dev.atex.fmf.RepositoryCache;
import dev.atex.fmf.Tree;
import dev.atex.internal.files.FileProblems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * Finds the libraries of Beakerlib that tests require, decides where they are copied, and adds their requirements to the
 * tests. They are copied to {@code libs/<nick>/<name>} beside the tests, where {@code rlImport} looks. Used by one thread.
 */
public final class Libraries {
    /** The address of {@code library(foo/bar)}, to be followed by {@code foo}. */
    public static final String BASE = "https://github.com/beakerlib/";

    private static final String TEST = "test '";
    /** The key of a test with the libraries that {@code rlImport --all} imports. */
    public static final String NAMED = "extra-required-libraries";

    private final FetchedTrees fetched;
    private final String base;
    private final FollowedLinks links;
    private final Findings findings;
    private final Map<Path, Library> placed = new LinkedHashMap<>();
    private final Map<String, Tree> locals = new LinkedHashMap<>();

    /**
     * Creates an empty collection.
     *
     * @param base where {@code library(foo/bar)} is looked for, followed by {@code foo}
     * @param links which are followed in trees of this host
     * @param findings where it is told what libraries themselves have that is not done
     */
    public Libraries(FetchedTrees fetched, String base, FollowedLinks links, Findings findings) {
        this.findings = findings;
        this.fetched = fetched;
        this.base = base;
        this.links = links;
    }

    /**
     * A tree that contains requirements.
     *
     * @param top its root, as its context has adjusted it
     * @param section the section of the plan it belongs to
     * @param description for messages
     * @param own whether it is the section's tree itself
     * @param trusted whether it is of this host, and so may name directories of it
     */
    public record Home(Node top, String section, String description, boolean own, boolean trusted) {
        /** Returns the start of messages; the user's own tree needs no name. */
        private String before() {
            return own && trusted ? "" : description + ": ";
        }

        private String tree() {
            return own && trusted ? "this tree" : "the tree of " + description;
        }
    }

    /** A library that was found. */
    private record Library(Placement placement, Node node, Home home) {}

    /** Returns all requirements of a test, including those of its libraries. */
    private static final class Wants {
        private final Set<Object> required = new LinkedHashSet<>();
        private final Set<Object> recommended = new LinkedHashSet<>();
        private final Set<Path> libraries = new HashSet<>();
    }

    /** Returns the test with the requirements of its libraries instead of the libraries. */
    public FmfTest resolve(FmfTest test, Home home) throws DiscoveryException, InterruptedException {
        Wants wants = new Wants();
        collect(test.data(), home, TEST + test.name() + "'", wants);
        if (wants.libraries.isEmpty()) {
            return test;
        }
        return test.with(NAMED, named(test, wants.required))
                .with("require", listed(wants.required))
                .with("recommend", listed(wants.recommended));
    }

    /** Returns the libraries that a test itself requires and that were found, as the test names them. */
    private static List<Object> named(FmfTest test, Set<Object> others) {
        List<Object> named = new ArrayList<>();
        for (Object item : Metadata.items(test.data().get("require"))) {
            boolean library = LibraryItem.isLibrary(item);
            if (library && !others.contains(item)) {
                named.add(item);
            }
        }
        return named;
    }

    private static @Nullable List<Object> listed(Set<Object> wanted) {
        return wanted.isEmpty() ? null : new ArrayList<>(wanted);
    }

    /** Returns the files to copy beside the tests, outer directories first. */
    public List<Placement> placements() {
        return placed.values().stream()
                .map(Library::placement)
                .sorted(Comparator.comparingInt(placement -> placement.target().getNameCount()))
                .toList();
    }

    /** Returns the trees of this host from which libraries were taken. */
    public Collection<Tree> localTrees() {
        return locals.values();
    }

    private void collect(Map<String, @Nullable Object> data, Home home, String whose, Wants wants)
            throws DiscoveryException, InterruptedException {
        for (Object item : Metadata.items(data.get("require"))) {
            switch (item) {
                case Map<?, ?> map
                when LibraryItem.isLibrary(map) -> {
                    try {
                        add(byMapping(map, home), wants);
                    } catch (IllegalArgumentException | DiscoveryException e) {
                        throw new DiscoveryException(
                                home.before() + whose + ": require: " + LibraryItem.shown(map) + ": " + e.getMessage(),
                                e);
                    }
                }
                case String name -> {
                    Optional<Library> library;
                    try {
                        library = byName(name, home);
                    } catch (DiscoveryException e) {
                        throw new DiscoveryException(home.before() + whose + ": require: " + e.getMessage(), e);
                    }
                    if (library.isPresent()) {
                        add(library.get(), wants);
                    } else {
                        wants.required.add(name);
                    }
                }
                default -> wants.required.add(item);
            }
        }
        for (Object item : Metadata.items(data.get("recommend"))) {
            if (LibraryItem.isLibrary(item)) {
                if (!whose.startsWith(TEST)) { // what tests have is told with its place
                    findings.refuse(
                            "library",
                            whose + ": recommend: a library can only be required, not " + LibraryItem.shown(item),
                            Optional.empty());
                }
                continue;
            }
            wants.recommended.add(item);
        }
    }

    private void add(Library library, Wants wants) throws DiscoveryException, InterruptedException {
        Path target = library.placement().target();
        Library before = placed.putIfAbsent(target, library);
        if (before != null && !before.placement().equals(library.placement())) {
            throw new DiscoveryException("it is copied to " + target + ", where another one is: "
                    + before.home().description() + ". Give one of them a 'nick'");
        }
        if (!wants.libraries.add(target)) {
            return;
        }
        collect(
                library.node().data(),
                library.home(),
                "library '" + library.node().name() + "'",
                wants);
    }

    private Optional<Library> byName(String requirement, Home home) throws DiscoveryException, InterruptedException {
        Matcher matcher = LibraryItem.BY_NAME.matcher(requirement);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        FetchedTrees.Place place = new FetchedTrees.Place(base + matcher.group(1), Optional.empty(), "");
        try {
            Tree tree = fetched.get(place);
            Optional<Node> node = tree.find(matcher.group(2));
            return node.isPresent()
                    ? Optional.of(
                            copied(node.get(), home.section(), matcher.group(1), place.toString(), isLocal(place)))
                    : Optional.empty();
        } catch (FetchedTrees.UnavailableException e) {
            if (!e.isAbsent()) {
                throw new DiscoveryException(requirement + ": " + e.getMessage(), e);
            }
            return Optional.empty(); // a package can have such a name
        }
    }

    private Library byMapping(Map<?, ?> requirement, Home home) throws DiscoveryException, InterruptedException {
        Optional<String> url = Metadata.text("url", requirement.get("url"));
        Optional<String> path = Metadata.text("path", requirement.get("path"));
        Optional<String> ref = Metadata.text("ref", requirement.get("ref"));
        Optional<String> nick = Metadata.text("nick", requirement.get("nick"));
        String name = Metadata.text("name", requirement.get("name")).orElse("/");
        if (!name.startsWith("/")) {
            throw new DiscoveryException("name: '" + name + "' must begin with '/'");
        }
        if (url.isPresent()) {
            FetchedTrees.Place place = new FetchedTrees.Place(url.get(), ref, path.orElse(""));
            checkAccess(place, home.trusted());
            String usual = lastName(url.get()).replaceFirst("\\.git$", "");
            return copied(
                    find(fetched.get(place).top(), name, "the tree of " + place),
                    home.section(),
                    nick.orElse(usual),
                    place.toString(),
                    isLocal(place));
        }
        if (path.isPresent()) {
            if (!path.get().startsWith("/")) {
                throw new DiscoveryException("path: '" + path.get() + "' must be absolute when there is no 'url'");
            }
            if (!home.trusted()) {
                throw new DiscoveryException("path: '" + path.get() + "' is a directory of this host,"
                        + " which a fetched tree must not name");
            }
            return copied(
                    find(local(path.get()).top(), name, "the tree of " + path.get()),
                    home.section(),
                    nick.orElse(lastName(path.get())),
                    path.get(),
                    true);
        }
        if (nick.isEmpty()) {
            throw new DiscoveryException("a library needs a 'url', or a 'path', or, in the same tree, a 'nick'");
        }
        Node node = find(home.top(), name, home.tree());
        return home.own()
                ? linked(node, home, nick.get())
                : copied(node, home.section(), nick.get(), home.description(), home.trusted());
    }

    /** Returns whether it is a repository on this host. */
    public static boolean isLocal(FetchedTrees.Place place) {
        try {
            return RepositoryCache.isLocal(place.url());
        } catch (FetchException e) {
            return false; // fetching it says what is wrong
        }
    }

    /**
     * Checks that a fetched tree does not name directories of this host, whose files would be copied to machines.
     *
     * @param trusted whether the tree is of this host that names the place
     */
    public static void checkAccess(FetchedTrees.Place place, boolean trusted) throws DiscoveryException {
        if (!trusted && isLocal(place)) {
            throw new DiscoveryException(
                    "'" + place + "' is a repository on this host, which a fetched tree must not name");
        }
    }

    /** Checks the repositories of a plan's scripts in the same way. */
    public static void checkRepositories(FmfPlan plan, boolean trusted) throws DiscoveryException {
        for (Phase phase : plan.phases()) {
            if (phase instanceof Phase.Scripts scripts && scripts.repository().isPresent()) {
                Phase.Repository repository = scripts.repository().get();
                try {
                    checkAccess(new FetchedTrees.Place(repository.url(), repository.ref(), ""), trusted);
                } catch (DiscoveryException e) {
                    throw new DiscoveryException(
                            "plan '" + plan.name() + "', phase '" + phase.name() + "': url: " + e.getMessage(), e);
                }
            }
        }
    }

    private Tree local(String path) throws DiscoveryException {
        Tree known = locals.get(path);
        if (known == null) {
            try {
                if (!Files.isDirectory(Path.of(path))) {
                    throw new DiscoveryException("there is no directory '" + path + "'");
                }
                known = Tree.load(Path.of(path), links);
                known.adjust(fetched.context());
                locals.put(path, known);
            } catch (FmfException e) {
                throw DiscoveryException.of(e);
            } catch (InvalidPathException e) {
                throw new DiscoveryException("path: '" + path.replace('\0', '?') + "' cannot be a path", e);
            }
        }
        return known;
    }

    private static Node find(Node top, String name, String where) throws DiscoveryException {
        return top.find(name).orElseThrow(() -> new DiscoveryException("there is no '" + name + "' in " + where));
    }

    private static Library copied(Node node, String section, String nick, String description, boolean trusted)
            throws DiscoveryException {
        Home home = new Home(node.tree().top(), section, description, false, trusted);
        Path directory = directory(node);
        Path top = real(root(node.tree()));
        // a link in the user's own checkout may lead out of the tree
        Placement placement = directory.startsWith(top)
                ? new Placement.Copy(target(section, nick, node), top, top.relativize(directory), description)
                : new Placement.Copy(target(section, nick, node), directory, Path.of(""), description);
        return new Library(placement, node, home);
    }

    private static Library linked(Node node, Home home, String nick) throws DiscoveryException {
        Path target = target(home.section(), nick, node);
        Path from = Path.of(home.section(), "libs", nick).resolve(below(node)).normalize();
        Path parent = from.getParent();
        Path directory = Path.of(home.section()).resolve(root(node.tree()).relativize(namedDirectory(node)));
        Path link = (parent == null ? Path.of("") : parent).relativize(directory);
        return new Library(
                new Placement.Link(target, link.toString().isEmpty() ? Path.of(".") : link, home.description()),
                node,
                home);
    }

    private static Path target(String section, String nick, Node node) throws DiscoveryException {
        if (nick.isEmpty()
                || nick.equals(".")
                || nick.equals("..")
                || nick.indexOf('/') >= 0
                || nick.indexOf('\0') >= 0) {
            throw new DiscoveryException(
                    "nick: '" + nick + "' cannot be the name of a directory; give it another 'nick'");
        }
        Path libraries = Path.of(section, "libs", nick);
        Path target = libraries.resolve(below(node)).normalize();
        if (!target.startsWith(libraries)) {
            throw new DiscoveryException("name: '" + node.name() + "' leads out of its directory");
        }
        return target;
    }

    private static String below(Node node) {
        return node.name().replaceFirst("^/+", "");
    }

    /** Returns the real directory of a library, and the root that links of its tree must not leave. */
    private static Path directory(Node node) throws DiscoveryException {
        Path named = namedDirectory(node);
        Optional<Path> directory = node.tree().follow(named);
        if (directory.isEmpty()) {
            throw new DiscoveryException("name: '" + node.name() + "': " + named
                    + " is a symbolic link that leads out of the tree, to " + real(named)
                    + ": it is not followed, and nothing there is copied");
        }
        return real(directory.get());
    }

    private static Path real(Path path) throws DiscoveryException {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new DiscoveryException("cannot look at " + FileProblems.of(e), e);
        }
    }

    /** Returns the directory with the library's name, or else that of the file that describes it. */
    private static Path namedDirectory(Node node) throws DiscoveryException {
        Path root = root(node.tree());
        Path named = root.resolve(below(node)).normalize();
        if (named.startsWith(root) && named.toFile().isDirectory()) {
            return named;
        }
        Path parent = node.sources().isEmpty() ? null : node.sources().getLast().getParent();
        return parent == null ? root : parent;
    }

    private static Path root(Tree tree) throws DiscoveryException {
        return tree.root()
                .orElseThrow(() -> new DiscoveryException("a tree that was created from values has no files"));
    }

    private static String lastName(String url) {
        String stripped = url.replaceFirst("/+$", "");
        return stripped.substring(Math.max(stripped.lastIndexOf('/'), stripped.lastIndexOf(':')) + 1);
    }
}
