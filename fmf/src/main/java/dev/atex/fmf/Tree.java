package dev.atex.fmf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A tree of metadata, loaded from the {@code .fmf} files below a directory, with all inherited values.
 *
 * <p>Reading is thread-safe. {@link #adjust(Context)} changes the tree and must not run concurrently with anything
 * else.
 */
public final class Tree {
    private final @Nullable Path root;
    private final long version;
    private final Boundary boundary;
    private final Node top;
    private final List<Notice> notices = new ArrayList<>();
    private final @Nullable Consumer<FmfException> invalid;
    private boolean exact;

    /** Creates an empty tree; if {@code invalid} is not null, it receives the errors of nodes, which become empty. */
    Tree(@Nullable Path root, long version, Boundary boundary, @Nullable Consumer<FmfException> invalid) {
        this.root = root;
        this.invalid = invalid;
        this.version = version;
        this.boundary = boundary;
        this.top = new Node(this, null, "");
    }

    /**
     * Loads the whole tree that contains {@code path}: the root is the nearest directory, from {@code path} upwards,
     * that has a directory {@code .fmf}. Links are followed {@linkplain FollowedLinks#IN_CHECKOUT inside the git
     * checkout}.
     *
     * @throws RootException if there is no such directory
     * @throws LoadException if {@code path} is not a directory, or a file is not valid YAML
     * @throws FmfException if the metadata are invalid in another way
     */
    public static Tree load(Path path) throws FmfException {
        return load(path, FollowedLinks.IN_CHECKOUT);
    }

    /**
     * Loads a tree like {@link #load(Path)}, following only these links. Others are treated as missing and returned
     * by {@link #skippedLinks()}.
     *
     * @throws RootException if there is no directory {@code .fmf}
     * @throws LoadException if {@code path} is not a directory, or a file is not valid YAML
     * @throws FmfException if the metadata are invalid in another way
     */
    public static Tree load(Path path, FollowedLinks links) throws FmfException {
        return Loader.load(path, links, null, null);
    }

    /**
     * Loads a tree like {@link #load(Path, FollowedLinks)}, but leaves out what has errors, for checking a whole tree: files
     * and directories that cannot be read, and nodes that cannot inherit or, later, be adjusted. Such a node has no data;
     * one that cannot inherit has no children either.
     *
     * @param unreadable receives the errors of files and directories
     * @param invalid receives the errors of nodes, also those of {@link #adjust(Context)}
     * @throws FmfException if there is no tree, or its {@code .fmf} directory has an error
     */
    public static Tree load(
            Path path, FollowedLinks links, Consumer<FmfException> unreadable, Consumer<FmfException> invalid)
            throws FmfException {
        return Loader.load(path, links, unreadable, invalid);
    }

    /**
     * Creates a tree from values: keys that begin with {@code /} are children, as in a file.
     *
     * @throws FmfException if the metadata are invalid
     */
    public static Tree of(Map<String, ?> data) throws FmfException {
        return Loader.of(data);
    }

    /**
     * Creates {@code .fmf/version} in the directory, which makes it the root of a tree, and returns the root.
     *
     * @throws LoadException if something named {@code .fmf} already exists, or it cannot be created
     */
    public static Path init(Path directory) throws LoadException {
        Path root = directory.toAbsolutePath().normalize();
        Path metadata = root.resolve(".fmf");
        if (Files.exists(metadata, LinkOption.NOFOLLOW_LINKS)) {
            String kind = Files.isDirectory(metadata) ? "Directory" : "File";
            throw new LoadException(LoadException.Kind.FILE, kind + " '" + metadata + "' already exists.");
        }
        try {
            Files.createDirectory(metadata);
            Files.writeString(metadata.resolve("version"), "1\n");
        } catch (IOException e) {
            throw new LoadException(
                    LoadException.Kind.FILE, "Failed to create '" + metadata + "': " + e.getMessage(), e);
        }
        return root;
    }

    /** Returns the node that a reference describes, see {@link RepositoryCache#node}, using the user's cache. */
    public static Node node(Map<String, ?> reference) throws FmfException, InterruptedException {
        return RepositoryCache.standard().node(reference);
    }

    /** Returns the current commit of the root directory's repository; absent if it is not in one, or git is missing. */
    public Optional<String> commit() throws InterruptedException {
        if (root == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Git(root, Duration.ofSeconds(30), null)
                    .run("rev-parse", "--verify", "HEAD")
                    .strip());
        } catch (Git.GitException e) {
            return Optional.empty();
        }
    }

    /** Returns the absolute root directory; absent for a tree of values. */
    public Optional<Path> root() {
        return Optional.ofNullable(root);
    }

    /**
     * Returns the links that lead out of the tree and were not followed while it was loaded; each once, in the order
     * of reading.
     */
    public List<SkippedLink> skippedLinks() {
        return boundary.skipped();
    }

    /**
     * Returns warnings about constructs that could be read but that the reference refuses, for authors who share
     * their files, each kind once per file; and about directories that cannot be read.
     */
    public List<Notice> notices() {
        return List.copyOf(notices);
    }

    /**
     * Returns the target of a path with links resolved; empty if links of this tree are not followed there. A path
     * that does not exist is its own target.
     */
    public Optional<Path> follow(Path path) {
        return boundary.follow(path);
    }

    Boundary boundary() {
        return boundary;
    }

    void addNotices(List<Notice> more) {
        notices.addAll(more);
    }

    /** Returns the format version that the tree declares; 1 for a tree of values. */
    public long version() {
        return version;
    }

    /** Returns the node {@code /}. */
    public Node top() {
        return top;
    }

    /** Returns {@link Node#climb()} of the root. */
    public List<Node> climb() {
        return top.climb();
    }

    /** Returns {@link Node#climb(boolean, boolean)} of the root. */
    public List<Node> climb(boolean whole, boolean sorted) {
        return top.climb(whole, sorted);
    }

    /** Returns {@link Node#find(String)} of the root. */
    public Optional<Node> find(String name) {
        return top.find(name);
    }

    /** Returns {@link Node#prune(Selection)} of the root. */
    public List<Node> prune(Selection selection) throws FmfException {
        return top.prune(selection);
    }

    /**
     * Applies those adjust rules of every node that apply in {@code context}; rules that it does not decide are
     * skipped.
     *
     * @throws FmfException if a rule is invalid; the tree is then partially adjusted
     */
    public void adjust(Context context) throws FmfException {
        adjust(context, AdjustOptions.DEFAULT);
    }

    /**
     * Applies those adjust rules of every node that apply in {@code context}.
     *
     * @throws ConditionException if the options require it and the context does not decide a rule
     * @throws FmfException if a rule is invalid; the tree is then partially adjusted
     */
    public void adjust(Context context, AdjustOptions options) throws FmfException {
        top.adjust(context, options);
    }

    /** Returns true if places of the tree share mappings on purpose: a change of one must be visible in all. */
    boolean isExact() {
        return exact;
    }

    void setExact() {
        exact = true;
    }

    /** From now on mappings change in place: no node may hold one of another. */
    void becomeExact() {
        if (!exact) {
            exact = true;
            for (Node node : climb(true, false)) {
                if (!node.isExclusive()) {
                    node.makeExclusive(new Values.Copier());
                }
            }
        }
    }

    /**
     * Passes the error of a node to the receiver of errors.
     *
     * @throws FmfException the error, if there is no receiver
     */
    void report(FmfException error) throws FmfException {
        if (invalid == null) {
            throw error;
        }
        invalid.accept(error);
    }

    void inherit() throws FmfException {
        Deque<Node> open = new ArrayDeque<>();
        open.push(top);
        while (!open.isEmpty()) {
            Node node = open.pop();
            try {
                node.inheritFrom(exact);
            } catch (FmfException e) {
                report(e);
                node.clear();
                node.dropChildren();
            }
            List<Node> children = List.copyOf(node.children());
            for (Node child : children.reversed()) {
                open.push(child);
            }
        }
    }
}
