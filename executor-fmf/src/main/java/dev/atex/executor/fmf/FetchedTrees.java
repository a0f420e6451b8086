package dev.atex.executor.fmf;

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
import dev.atex.lease.OwnedDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Trees of other repositories, each fetched once, in private copies: a clone in the cache is changed by the next who wants
 * another ref. Used by one thread.
 */
final class FetchedTrees implements AutoCloseable {
    private static final Pattern NO_REPOSITORY = Pattern.compile(
            "not found|does not exist|not appear to be a git repository|could not read Username|Authentication failed",
            Pattern.CASE_INSENSITIVE);

    /**
     * Where a tree is.
     *
     * @param ref branch, tag or commit; empty for the default branch
     * @param path in the repository; empty for its top
     */
    record Place(String url, Optional<String> ref, String path) {
        @Override
        public String toString() {
            return RepositoryCache.shown(url)
                    + ref.map(name -> " at " + name).orElse("")
                    + (path.isEmpty() ? "" : " in " + path);
        }
    }

    /** A tree cannot be had. */
    static final class UnavailableException extends DiscoveryException {
        private static final long serialVersionUID = 1L;

        private final boolean absent;

        UnavailableException(String message, @Nullable Throwable cause, boolean absent) {
            super(message, cause);
            this.absent = absent;
        }

        /** Whether it does not exist, as far as can be told. */
        boolean isAbsent() {
            return absent;
        }
    }

    private final RepositoryCache cache;
    private final Context context;
    private final Map<Place, Tree> trees = new HashMap<>();
    private final Map<Place, UnavailableException> unavailable = new HashMap<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private @Nullable OwnedDirectory directory;

    FetchedTrees(RepositoryCache cache, Context context) {
        this.cache = cache;
        this.context = context;
    }

    /** What trees are adjusted with. */
    Context context() {
        return context;
    }

    /** The tree, adjusted. */
    Tree get(Place place) throws DiscoveryException, InterruptedException {
        Tree known = trees.get(place);
        if (known != null) {
            return known;
        }
        UnavailableException failed = unavailable.get(place);
        if (failed != null) {
            throw failed;
        }
        try {
            Tree tree = fetch(place);
            trees.put(place, tree);
            return tree;
        } catch (UnavailableException e) {
            unavailable.put(place, e);
            throw e;
        }
    }

    private Tree fetch(Place place) throws DiscoveryException, InterruptedException {
        try {
            Path copy = newDirectory();
            cache.use(place.url(), place.ref().orElse(null), clone -> {
                Path real = clone.toRealPath();
                TreeCopy.copy(rootAbove(inside(real, place.path()), real), copy);
                return copy;
            });
            Tree tree = Tree.load(copy, FollowedLinks.IN_TREE);
            tree.skippedLinks().forEach(link -> warnings.add(told(link, copy, place)));
            tree.notices().forEach(notice -> warnings.add(told(notice, copy, place)));
            tree.adjust(context);
            return tree;
        } catch (FetchException e) {
            String said = said(e);
            throw new UnavailableException(
                    "cannot fetch " + place + ": " + said,
                    e,
                    NO_REPOSITORY.matcher(said).find());
        } catch (RootException e) {
            throw new UnavailableException("there is no fmf tree: " + place, e, true);
        } catch (FmfException e) {
            throw new UnavailableException(
                    "the tree of " + place + ": " + DiscoveryException.of(e).getMessage(), e, false);
        } catch (IOException e) {
            throw new UnavailableException("cannot copy " + place + ": " + e.getMessage(), e, false);
        }
    }

    /** Copies a whole repository, without {@code .git}, into a directory that is made. */
    void copyRepository(Phase.Repository repository, Path to) throws DiscoveryException, InterruptedException {
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

    private static Path inside(Path clone, String path) throws IOException {
        try {
            Path at = clone.resolve(path.replaceFirst("^/+", "")).toRealPath();
            if (at.startsWith(clone) && !at.startsWith(clone.resolve(".git"))) {
                return at;
            }
        } catch (InvalidPathException e) {
            throw new IOException("'" + path.replace('\0', '?') + "' cannot be a path", e);
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
                + ", out of its tree, and is not followed: no fetched tree may look at files of this host";
    }

    private static String told(Notice notice, Path copy, Place place) {
        Location at = notice.location();
        return place + ": " + new Location(shown(at.file(), copy), at.line(), at.column()) + ": " + notice.text();
    }

    private static Path shown(Path path, Path copy) {
        return path.startsWith(copy) ? copy.relativize(path) : path;
    }

    boolean has(Tree tree) {
        return trees.containsValue(tree);
    }

    /** Links that lead out of trees and were not followed, and what is unusual in their files, a sentence each. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    private static String said(FetchException problem) {
        Throwable cause = problem.getCause();
        String message = cause == null
                        || cause.getMessage() == null
                        || cause.getMessage().isEmpty()
                ? String.valueOf(problem.getMessage())
                : String.valueOf(cause.getMessage());
        return message.strip().replaceAll("\\s*\\n\\s*", "; ");
    }

    private Path newDirectory() throws IOException {
        if (directory == null) {
            directory = OwnedDirectory.create(Path.of(System.getProperty("java.io.tmpdir")), "atex-fetched-");
        }
        return directory.path().resolve(String.valueOf(trees.size() + unavailable.size()));
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
