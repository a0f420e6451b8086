package dev.atex.executor.fmf.trees;

import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.metadata.Metadata;
import dev.atex.executor.fmf.plan.Phase;
import dev.atex.fmf.Context;
import dev.atex.fmf.FetchException;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.FollowedLinks;
import dev.atex.fmf.Location;
import dev.atex.fmf.Notice;
import dev.atex.fmf.RepositoryCache;
import dev.atex.fmf.RootException;
import dev.atex.fmf.SkippedLink;
import dev.atex.fmf.Tree;
import dev.atex.fmf.Yaml;
import dev.atex.internal.files.FileProblems;
import dev.atex.lease.ledger.OwnedDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Trees of other repositories, each fetched once, in private copies: another process may switch the clone in the cache to
 * another ref. Used by one thread.
 */
public final class FetchedTrees implements AutoCloseable {
    private static final Pattern NO_REPOSITORY = Pattern.compile(
            "not found|does not exist|not appear to be a git repository|could not read Username|Authentication failed",
            Pattern.CASE_INSENSITIVE);

    /** A message of git that names a directory of the cache, which users do not need. */
    private static final Pattern PROGRESS = Pattern.compile("^Cloning into '.*'\\.\\.\\.\n");

    private static final Pattern NO_REF = Pattern.compile("pathspec '(.*)' did not match any file");

    /**
     * The place of a tree.
     *
     * @param ref branch, tag or commit; empty for the default branch
     * @param path in the repository; empty for its top
     */
    public record Place(String url, Optional<String> ref, String path) {
        @Override
        public String toString() {
            return RepositoryCache.shown(url)
                    + ref.map(name -> " at " + name).orElse("")
                    + (path.isEmpty() ? "" : " in " + path);
        }
    }

    /** A tree cannot be fetched. */
    public static final class UnavailableException extends DiscoveryException {
        private static final long serialVersionUID = 1L;

        private final boolean absent;

        public UnavailableException(String message, @Nullable Throwable cause, boolean absent) {
            super(message, cause);
            this.absent = absent;
        }

        /** Returns whether it does not exist, as far as git reports. */
        public boolean isAbsent() {
            return absent;
        }
    }

    private static final Pattern UNREACHABLE = Pattern.compile(
            "(?i)could not resolve|(failed|couldn't|unable) to connect|connection (refused|timed out|reset|closed)"
                    + "|operation timed out|in time|network is unreachable|no route to host");

    /** Returns whether discovery failed since the server of a repository did not answer: it may do so later. */
    public static boolean isUnreachable(DiscoveryException problem) {
        return Stream.concat(Stream.of(problem), Stream.of(problem.getSuppressed()))
                .anyMatch(each -> each instanceof UnavailableException unavailable
                        && unavailable.getCause() instanceof FetchException fetch
                        && UNREACHABLE.matcher(said(fetch)).find());
    }

    /** The maximum size of a file that names a branch, tag or commit. */
    private static final int MAX_REF_FILE = 1 << 20;

    private final RepositoryCache cache;
    private final Map<Place, Tree> trees = new HashMap<>();
    private final Map<Place, Place> resolved = new HashMap<>();
    private final Map<Place, Path> roots = new HashMap<>();
    private final Map<Place, Path> copies = new HashMap<>();
    private final Map<Place, UnavailableException> unavailable = new HashMap<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private final Set<Tree> loaded = Collections.newSetFromMap(new IdentityHashMap<>());
    private Context context;
    private UnaryOperator<String> ownTexts = text -> text;
    private UnaryOperator<String> foreignTexts = text -> text;
    private @Nullable OwnedDirectory directory;
    private int made;

    public FetchedTrees(RepositoryCache cache, Context context) {
        this.cache = cache;
        this.context = context;
    }

    /** Returns the context with which trees are adjusted. */
    public Context context() {
        return context;
    }

    /**
     * Adjusts trees with another context from now on.
     *
     * @param own expands the branch that a file of a repository on this host names
     * @param foreign does the same for other repositories
     */
    public void use(Context other, UnaryOperator<String> own, UnaryOperator<String> foreign) {
        context = other;
        ownTexts = own;
        foreignTexts = foreign;
        trees.clear();
        resolved.clear();
    }

    /** Returns the tree of a place, adjusted. */
    public Tree get(Place place) throws DiscoveryException, InterruptedException {
        Tree known = trees.get(place);
        if (known == null) {
            known = load(place);
            try {
                known.adjust(context);
            } catch (FmfException e) {
                throw wrong(place, e);
            }
            trees.put(place, known);
        }
        return known;
    }

    /** Returns a new tree of a place, not adjusted. */
    public Tree load(Place place) throws DiscoveryException, InterruptedException {
        Place exact = exact(place);
        Path copy = copy(exact, true);
        try {
            Tree tree = Tree.load(copy, FollowedLinks.IN_TREE);
            tree.skippedLinks().forEach(link -> warnings.add(told(link, copy, exact)));
            tree.notices().forEach(notice -> warnings.add(told(notice, copy, exact)));
            loaded.add(tree);
            return tree;
        } catch (FmfException e) {
            throw wrong(exact, e);
        }
    }

    private static UnavailableException wrong(Place place, FmfException problem) {
        return new UnavailableException(
                "the tree of " + place + ": " + DiscoveryException.of(problem).getMessage(), problem, false);
    }

    /** Returns a copy of the files of a place, which need not have metadata. */
    public Path files(Place place) throws DiscoveryException, InterruptedException {
        return copy(exact(place), false);
    }

    private Path copy(Place place, boolean tree) throws DiscoveryException, InterruptedException {
        Map<Place, Path> known = tree ? roots : copies;
        Path copy = known.get(place);
        UnavailableException failed = unavailable.get(place);
        if (failed != null) {
            throw failed;
        }
        if (copy == null) {
            try {
                copy = fetch(place, tree);
                known.put(place, copy);
            } catch (UnavailableException e) {
                unavailable.put(place, e);
                throw e;
            }
        }
        return copy;
    }

    private Path fetch(Place place, boolean tree) throws DiscoveryException, InterruptedException {
        try {
            Path copy = newDirectory();
            use(place.url(), place.ref().orElse(null), clone -> {
                Path real = clone.toRealPath();
                Path at = inside(real, place.path());
                TreeCopy.copy(tree ? rootAbove(at, real) : at, copy);
                return copy;
            });
            return copy;
        } catch (FetchException e) {
            if (isMissing(e)) {
                throw missing(place, "path", place.path(), e);
            }
            String said = said(e);
            throw new UnavailableException(
                    "cannot fetch " + place + ": " + said,
                    e,
                    NO_REPOSITORY.matcher(said).find());
        } catch (RootException e) {
            throw new UnavailableException("there is no fmf tree: " + place, e, true);
        } catch (FmfException e) {
            throw wrong(place, e);
        } catch (IOException e) {
            throw new UnavailableException("cannot copy " + place + ": " + FileProblems.of(e), e, false);
        }
    }

    /** Fetches again if a ref or path is missing: it may be newer than the clone. */
    private <T> T use(String url, @Nullable String ref, RepositoryCache.CloneUse<T> use)
            throws FmfException, InterruptedException {
        try {
            return cache.use(url, ref, use);
        } catch (FetchException e) {
            if (!isMissing(e)) {
                throw e;
            }
            return cache.useAnew(url, ref, use);
        }
    }

    private static boolean isMissing(FetchException problem) {
        return problem.getCause() instanceof NotThereException;
    }

    private static UnavailableException missing(Place place, String key, String path, FetchException problem) {
        String where = RepositoryCache.shown(place.url())
                + place.ref()
                        .filter(ref -> !ref.startsWith("@"))
                        .map(ref -> " at " + ref)
                        .orElse(" at its default branch");
        return new UnavailableException(
                "there is no '" + path + "' in " + where + " (look at '" + key + "')", problem, false);
    }

    /** A path that is not in a repository. */
    private static final class NotThereException extends IOException {
        private static final long serialVersionUID = 1L;

        NotThereException(String path, @Nullable Throwable cause) {
            super(path, cause);
        }
    }

    /** Copies a whole repository, without {@code .git}, into a new directory. */
    public void copyRepository(Phase.Repository repository, Path to) throws DiscoveryException, InterruptedException {
        Place place = new Place(repository.url(), repository.ref(), "");
        try {
            cache.use(repository.url(), repository.ref().orElse(null), clone -> {
                TreeCopy.copy(clone.toRealPath(), to);
                return to;
            });
        } catch (FetchException e) {
            throw new UnavailableException("cannot fetch " + place + ": " + said(e), e, false);
        } catch (FmfException e) {
            throw DiscoveryException.of(e);
        }
    }

    /** Returns a place with its real ref: for {@code @FILE}, a file in the default branch names it. */
    public Place exact(Place place) throws DiscoveryException, InterruptedException {
        if (place.ref().isEmpty() || !place.ref().get().startsWith("@")) {
            return place;
        }
        Place known = resolved.get(place);
        if (known == null) {
            known = new Place(place.url(), refOf(place), place.path());
            resolved.put(place, known);
        }
        return known;
    }

    private Optional<String> refOf(Place place) throws DiscoveryException, InterruptedException {
        String file = place.ref().orElseThrow().substring(1);
        String what = "the file of " + place;
        try {
            String text = use(place.url(), null, clone -> {
                Path real = clone.toRealPath();
                Path at = inside(real, file);
                if (!Files.isRegularFile(at)) {
                    throw new NotThereException(file, null);
                }
                try (InputStream in = Files.newInputStream(at)) {
                    return new String(in.readNBytes(MAX_REF_FILE), StandardCharsets.UTF_8);
                }
            });
            if (!(Yaml.read(text) instanceof Map<?, ?> map)) {
                throw new UnavailableException(what + ": expected a mapping with 'ref'", null, false);
            }
            Map<String, @Nullable Object> data = new LinkedHashMap<>();
            map.forEach((key, value) -> data.put(Metadata.scalar(key), value));
            if (data.isEmpty()) {
                return Optional.empty(); // which is no tree
            }
            Tree tree = Tree.of(data);
            tree.adjust(context);
            return Metadata.text("ref", tree.top().get("ref"))
                    .map(Libraries.isLocal(place) ? ownTexts : foreignTexts)
                    .filter(ref -> !ref.isEmpty());
        } catch (FetchException e) {
            throw isMissing(e)
                    ? missing(place, "ref", file, e)
                    : new UnavailableException("cannot fetch " + place + ": " + said(e), e, false);
        } catch (FmfException | IllegalArgumentException e) {
            throw new UnavailableException(what + ": " + e.getMessage(), e, false);
        }
    }

    private static Path inside(Path clone, String path) throws IOException {
        try {
            Path at = clone.resolve(path.replaceFirst("^/+", "")).toRealPath();
            if (at.startsWith(clone) && !at.startsWith(clone.resolve(".git"))) {
                return at;
            }
        } catch (InvalidPathException e) {
            throw new IOException("'" + path.replace('\0', '?') + "' cannot be a path", e);
        } catch (FileSystemException e) { // also a loop of links, or a file where a directory is meant
            throw new NotThereException(path, e);
        }
        throw new IOException("'" + path + "' leads out of the repository");
    }

    private static Path rootAbove(Path at, Path clone) throws RootException {
        for (Path each = at; each != null && each.startsWith(clone); each = each.getParent()) {
            if (Files.isDirectory(each.resolve(".fmf"), LinkOption.NOFOLLOW_LINKS)) {
                return each;
            }
        }
        throw new RootException("no directory .fmf in it, nor in one above");
    }

    private static String told(SkippedLink link, Path copy, Place place) {
        return place + ": " + shown(link.place(), copy) + " leads to " + link.target()
                + ", out of its tree, and is not followed: a fetched tree must not refer to files of this host";
    }

    private static String told(Notice notice, Path copy, Place place) {
        Location at = notice.location();
        return place + ": " + new Location(shown(at.file(), copy), at.line(), at.column()) + ": " + notice.text();
    }

    private static Path shown(Path path, Path copy) {
        return path.startsWith(copy) ? copy.relativize(path) : path;
    }

    public boolean has(Tree tree) {
        return loaded.contains(tree);
    }

    /** Returns warnings about links that were not followed, and about unusual files, one sentence each. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** Returns the output of git in one line. */
    public static String said(FetchException problem) {
        Throwable cause = problem.getCause();
        String message = cause == null
                        || cause.getMessage() == null
                        || cause.getMessage().isEmpty()
                ? String.valueOf(problem.getMessage())
                : String.valueOf(cause.getMessage());
        Matcher unknown = NO_REF.matcher(message);
        return unknown.find()
                ? "there is no branch, tag or commit '" + unknown.group(1) + "' in it"
                : PROGRESS.matcher(message).replaceFirst("").strip().replaceAll("\\s*\\n\\s*", "; ");
    }

    private Path newDirectory() throws IOException {
        if (directory == null) {
            directory = OwnedDirectory.create(Path.of(System.getProperty("java.io.tmpdir")), "atex-fetched-");
        }
        return directory.path().resolve(String.valueOf(made++));
    }

    /** Removes the copies. */
    @Override
    public void close() throws IOException {
        if (directory != null) {
            directory.close();
            directory = null;
        }
    }
}
