package dev.atex.fmf;

import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PyText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cache of clones of git repositories with metadata trees, in a directory that processes share. Safe for threads
 * and processes: locks keep one from changing a clone while another reads it.
 */
public final class RepositoryCache {
    private static final String ALL_BRANCHES = "+refs/heads/*:refs/remotes/origin/*";
    private static final Duration READ_LOCK = Duration.ofMinutes(6);
    private static final Duration FETCH_LOCK = Duration.ofMinutes(5);
    private static final Duration FRESH = Duration.ofMinutes(20);
    private static final Duration GIT_TIMEOUT = Duration.ofMinutes(10);
    private static final int HASH_BYTES = 16;

    private final Path directory;
    private final InstantSource clock;

    RepositoryCache(Path directory, InstantSource clock) {
        this.directory = directory.toAbsolutePath().normalize();
        this.clock = clock;
    }

    /** Returns a cache in this directory, which is created when needed. */
    public static RepositoryCache at(Path directory) {
        return new RepositoryCache(directory, InstantSource.system());
    }

    /**
     * Returns the user's cache: {@code $FMF_CACHE_DIRECTORY}, else {@code fmf} in {@code $XDG_CACHE_HOME} or in
     * {@code ~/.cache}.
     */
    public static RepositoryCache standard() {
        return standard(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    static RepositoryCache standard(Map<String, String> environment, Path home) {
        String own = environment.getOrDefault("FMF_CACHE_DIRECTORY", "");
        String caches = environment.getOrDefault("XDG_CACHE_HOME", "");
        return at(
                !own.isEmpty()
                        ? Path.of(own)
                        : !caches.isEmpty() ? Path.of(caches).resolve("fmf") : home.resolve(".cache/fmf"));
    }

    /** Returns the directory of the clones. */
    public Path directory() {
        return directory;
    }

    /**
     * Returns the node that a reference describes: {@code url}, {@code ref} and {@code path} locate its tree (without
     * {@code url} the path is local, and absolute or {@code .}), {@code name} is the name of the node, the root by
     * default. Other keys are ignored. The tree is not adjusted.
     *
     * @throws LoadException if the node does not exist, or the local path is relative
     * @throws FetchException if git fails
     * @throws FmfException if the tree cannot be loaded
     */
    public Node node(Map<String, ?> reference) throws FmfException, InterruptedException {
        Tree tree = tree(reference);
        String name = text(reference, "name");
        return tree.find(name == null ? "/" : name)
                .orElseThrow(() -> new LoadException(
                        LoadException.Kind.REFERENCE,
                        "No tree node found for '" + represented(reference) + "' reference"));
    }

    private static String represented(Map<String, ?> reference) {
        Map<String, Object> shown = new LinkedHashMap<>(reference);
        shown.computeIfPresent("url", (key, url) -> url instanceof String text ? shown(text) : url);
        return PyRepr.repr(shown);
    }

    /**
     * Returns a repository address without secret users and passwords, for messages and files. If the address is
     * invalid, leaves out too much rather than too little.
     */
    public static String shown(String url) {
        return GitAddress.shown(url);
    }

    /**
     * Returns whether the address is a local directory.
     *
     * @throws FetchException if the address is invalid or not allowed
     */
    public static boolean isLocal(String url) throws FetchException {
        return GitAddress.of(url).isLocal();
    }

    private Tree tree(Map<String, ?> reference) throws FmfException, InterruptedException {
        String url = text(reference, "url");
        String given = text(reference, "path");
        String path = given == null ? "." : given;
        if (url == null) {
            if (!path.startsWith("/") && !path.equals(".")) {
                throw new LoadException(LoadException.Kind.REFERENCE, "Relative path \"" + path + "\" specified.");
            }
            return Tree.load(Path.of(path));
        }
        return tree(url, text(reference, "ref"), path);
    }

    private static @Nullable String text(Map<String, ?> reference, String key) throws LoadException {
        Object value = reference.get(key);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw new LoadException(
                LoadException.Kind.REFERENCE,
                "Invalid '" + key + "' in reference '" + represented(reference) + "', should be a string.");
    }

    /**
     * Loads the tree that contains {@code path} in a clone of the repository. Links that leave the clone are not
     * followed.
     *
     * @param ref branch, tag or commit; null for the default branch
     * @param path a path in the repository; a leading slash is ignored
     * @throws FetchException if git fails
     * @throws LoadException if the path leads out of the repository
     * @throws FmfException if the tree cannot be loaded
     */
    public Tree tree(String url, @Nullable String ref, String path) throws FmfException, InterruptedException {
        return use(url, ref, clone -> Loader.loadBelow(clone, PyText.stripStart(path, "/")));
    }

    /** Uses a clone. */
    @FunctionalInterface
    public interface CloneUse<T> {
        /** Uses the clone in this directory, which includes its {@code .git}. */
        T of(Path clone) throws FmfException, IOException, InterruptedException;
    }

    /**
     * Updates a clone of the repository to {@code ref}, null for the default branch, as {@link #fetch} does, and
     * passes it to {@code use}. Meanwhile this method and {@link #tree(String, String, String)} do not update it to
     * another ref.
     *
     * @return the result of {@code use}
     * @throws FetchException if git fails (the cause has git's message), or reading the clone does
     * @throws FmfException from {@code use}, or if another process holds the clone for 360 seconds
     */
    public <T> T use(String url, @Nullable String ref, CloneUse<T> use) throws FmfException, InterruptedException {
        return use(url, ref, use, false);
    }

    /**
     * Works like {@link #use}, but fetches again even if the last fetch is recent.
     *
     * @return the result of {@code use}
     * @throws FetchException if git fails (the cause has git's message), or reading the clone does
     * @throws FmfException from {@code use}, or if another process holds the clone for 360 seconds
     */
    public <T> T useAnew(String url, @Nullable String ref, CloneUse<T> use) throws FmfException, InterruptedException {
        return use(url, ref, use, true);
    }

    private <T> T use(String url, @Nullable String ref, CloneUse<T> use, boolean anew)
            throws FmfException, InterruptedException {
        Path clone = cloneOf(GitAddress.of(url));
        try (InterprocessLock lock =
                lock(clone, ".read.lock", READ_LOCK, "Failed to acquire lock for " + clone + " within 360 seconds")) {
            fetch(url, ref, anew);
            return use.of(clone);
        } catch (IOException e) {
            throw new FetchException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Updates a clone of the repository to {@code ref}, null for the default branch, and returns its directory. A
     * clone that was fetched within the last 20 minutes is not fetched again unless the ref is missing. The next call
     * with another ref changes the directory: copy what you need to keep.
     *
     * @throws FetchException if git fails; the cause has git's message
     * @throws FmfException if the cache directory cannot be created, or another process holds the clone for 300
     *     seconds
     */
    public Path fetch(String url, @Nullable String ref) throws FmfException, InterruptedException {
        return fetch(url, ref, false);
    }

    private Path fetch(String url, @Nullable String ref, boolean anew) throws FmfException, InterruptedException {
        GitAddress address = GitAddress.of(url);
        if (ref != null) {
            checkRef(ref);
        }
        Path clone = cloneOf(address);
        try (InterprocessLock lock = lock(
                clone, ".fetch.lock", FETCH_LOCK, "Failed to acquire lock for '" + clone + "' within 300 seconds.")) {
            if (!isCloneOf(address, clone)) {
                clone(address, clone, ref == null);
            }
            checkOut(address, clone, ref, anew);
            return clone;
        } catch (IOException e) {
            throw new FetchException(String.valueOf(e.getMessage()), e.getCause() == null ? e : e.getCause());
        }
    }

    private static void checkRef(String ref) throws FetchException {
        if (ref.startsWith("-")) {
            throw new FetchException("'" + ref + "' begins with a dash, like an option", null);
        }
        if (ref.isEmpty() || ref.chars().anyMatch(Character::isISOControl)) {
            throw GitAddress.refused(ref, "is not the name of a branch, tag or commit");
        }
    }

    /** Returns the directory of a clone: a separate name for every address, without secrets. */
    Path cloneOf(GitAddress address) throws FmfException {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new LoadException(
                    LoadException.Kind.GENERAL, "Failed to create cache directory '" + directory + "'.", e);
        }
        return directory.resolve(address.readable() + "-" + hash(address.text()));
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** Returns whether a directory is a clone of this address, whatever its name. */
    private boolean isCloneOf(GitAddress address, Path clone) throws InterruptedException {
        if (!Files.isDirectory(clone.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            return git(clone, null)
                    .run("config", "--local", "--get", "remote.origin.url")
                    .strip()
                    .equals(address.text());
        } catch (Git.GitException e) {
            return false;
        }
    }

    private static InterprocessLock lock(Path clone, String suffix, Duration timeout, String failure)
            throws FmfException, IOException, InterruptedException {
        InterprocessLock lock = InterprocessLock.acquire(Path.of(clone + suffix), timeout);
        if (lock == null) {
            throw new LoadException(LoadException.Kind.GENERAL, failure);
        }
        return lock;
    }

    private static Git git(Path at, @Nullable GitAddress address) {
        return new Git(at, GIT_TIMEOUT, address);
    }

    /** Clones into a temporary directory, so that a killed process never leaves an incomplete clone. */
    private void clone(GitAddress address, Path clone, boolean shallow) throws IOException, InterruptedException {
        Path unfinished = Path.of(clone + ".unfinished");
        delete(unfinished);
        delete(clone);
        String to = unfinished.toString();
        boolean done = false;
        if (shallow) {
            try {
                git(directory, address)
                        .run("clone", "--no-checkout", "--template=", "--depth=1", "--", address.text(), to);
                done = true;
            } catch (Git.GitException e) {
                delete(unfinished); // some servers and all local paths do not support a depth
            }
        }
        if (!done) {
            git(directory, address)
                    .runShown(
                            List.of("clone", address.text(), clone.toString()),
                            "clone",
                            "--no-checkout",
                            "--template=",
                            "--",
                            address.text(),
                            to);
        }
        // git may have shortened it, and the address identifies the clone
        git(unfinished, null).run("config", "remote.origin.url", address.text());
        // Overrides the attributes of the repository, which could select filters: commands of the user.
        Path attributes = unfinished.resolve(".git/info/attributes");
        Files.createDirectories(attributes.getParent());
        Files.writeString(attributes, "* -filter\n");
        Files.move(unfinished, clone, StandardCopyOption.ATOMIC_MOVE);
    }

    private void checkOut(GitAddress address, Path clone, @Nullable String wanted, boolean anew)
            throws FetchException, IOException, InterruptedException {
        String ref = wanted == null ? defaultBranch(address, clone) : wanted;
        checkRef(ref);
        boolean fetched = anew || !isFresh(clone);
        if (fetched) {
            // A shallow repository that has moved on is not an error for git, which silently leaves it as it was.
            git(clone, address).run("fetch", "--update-shallow");
        }
        try {
            git(clone, address).run("checkout", "-f", ref);
        } catch (Git.GitException e) {
            boolean shallow = Files.exists(clone.resolve(".git/shallow"));
            // a clone of one branch is not shallow if the server ignored the depth
            boolean whole = !shallow
                    && git(clone, address)
                            .run("config", "remote.origin.fetch")
                            .strip()
                            .equals(ALL_BRANCHES);
            if (whole && fetched) {
                throw e;
            }
            if (!whole) {
                git(clone, address).run("config", "remote.origin.fetch", ALL_BRANCHES);
            }
            // it may exist by now
            git(clone, address)
                    .run(shallow ? new String[] {"fetch", "--unshallow"} : new String[] {"fetch", "--update-shallow"});
            git(clone, address).run("checkout", "-f", ref);
        }
        try {
            git(clone, address).run("reset", "--hard", "origin/" + ref);
        } catch (Git.GitException e) {
            return; // a tag or commit has no branch to reset to
        }
    }

    private boolean isFresh(Path clone) throws IOException {
        Path fetchHead = clone.resolve(".git/FETCH_HEAD");
        return Files.exists(fetchHead)
                && Files.getLastModifiedTime(fetchHead)
                        .toInstant()
                        .isAfter(clock.instant().minus(FRESH));
    }

    private static String defaultBranch(GitAddress address, Path clone) throws IOException, InterruptedException {
        Path head = clone.resolve(".git/refs/remotes/origin/HEAD");
        if (!Files.exists(head)) {
            git(clone, address).run("remote", "set-head", "origin", "--auto");
        }
        String target = Files.readString(head).strip();
        return target.substring(target.lastIndexOf('/') + 1);
    }

    /** Makes the next use of every clone fetch again. */
    public void invalidate() throws FmfException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> clones = Files.list(directory)) {
            for (Path clone : clones.filter(Files::isDirectory).toList()) { // locks are next to them
                Files.deleteIfExists(clone.resolve(".git/FETCH_HEAD"));
            }
        } catch (IOException e) {
            throw new LoadException(
                    LoadException.Kind.GENERAL, "Failed to invalidate the cache directory '" + directory + "'.", e);
        }
    }

    /** Deletes the directory with all clones. */
    public void clean() throws FmfException {
        try {
            delete(directory);
        } catch (IOException e) {
            throw new LoadException(
                    LoadException.Kind.GENERAL, "Failed to remove cache directory '" + directory + "'.", e);
        }
    }

    private static void delete(Path top) throws IOException {
        if (!Files.exists(top)) {
            return;
        }
        List<Path> all = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(top)) {
            walk.sorted(Comparator.reverseOrder()).forEach(all::add);
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }
}
