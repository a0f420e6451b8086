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
import org.jspecify.annotations.Nullable;

/**
 * A tree of metadata, loaded from the {@code .fmf} files below a directory, with everything inherited.
 *
 * <p>Reading is thread-safe. {@link #adjust(Context)} changes the tree and must not run beside anything else.
 */
public final class Tree {
    private final @Nullable Path root;
    private final long version;
    private final Boundary boundary;
    private final Node top;
    private final List<Notice> notices = new ArrayList<>();
    private boolean exact;

    Tree(@Nullable Path root, long version, Boundary boundary) {
        this.root = root;
        this.version = version;
        this.boundary = boundary;
        this.top = new Node(this, null, "");
    }

    /**
     * Loads the whole tree that {@code path} lies in: the root is the nearest directory, from {@code path} upwards, that
     * has a directory {@code .fmf}. Links are followed {@linkplain FollowedLinks#IN_CHECKOUT inside the git checkout}.
     *
     * @throws RootException when there is no such directory
     * @throws LoadException when {@code path} is no directory, or a file is not valid YAML
     * @throws FmfException when the metadata are wrong in another way
     */
    public static Tree load(Path path) throws FmfException {
        return load(path, FollowedLinks.IN_CHECKOUT);
    }

    /**
     * The same, with a choice of the links that are followed. Others are as if they were not there, and {@link
     * #skippedLinks()} has them.
     *
     * @throws RootException when there is no directory {@code .fmf}
     * @throws LoadException when {@code path} is no directory, or a file is not valid YAML
     * @throws FmfException when the metadata are wrong in another way
     */
    public static Tree load(Path path, FollowedLinks links) throws FmfException {
        return Loader.load(path, links);
    }

    /**
     * Makes a tree of values: keys that begin with {@code /} are children, as in a file.
     *
     * @throws FmfException when the metadata are wrong
     */
    public static Tree of(Map<String, ?> data) throws FmfException {
        return Loader.of(data);
    }

    /**
     * Starts a tree: makes {@code .fmf/version} in the directory. Returns the tree's root.
     *
     * @throws LoadException when there is something named {@code .fmf} already, or it cannot be made
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

    /** The node that a reference is about, see {@link RepositoryCache#node}; the cache is the user's. */
    public static Node node(Map<String, ?> reference) throws FmfException, InterruptedException {
        return RepositoryCache.standard().node(reference);
    }

    /** The commit that the root directory's repository is at; absent when it is in none, or there is no git. */
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

    /** The root directory, absolute; absent for a tree that was made of values. */
    public Optional<Path> root() {
        return Optional.ofNullable(root);
    }

    /** What led out of the tree and was not followed when it was loaded; each once, in the order of reading. */
    public List<SkippedLink> skippedLinks() {
        return boundary.skipped();
    }

    /**
     * What is in the files that the reference refuses and that was read nevertheless: for those who share the files, a
     * warning. Each kind once for each file, in the order of reading.
     */
    public List<Notice> notices() {
        return List.copyOf(notices);
    }

    /**
     * Where a path leads, links followed: empty when that is a place that links of this tree are not followed to. What does
     * not exist leads to itself.
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

    /** The version of the format that the tree claims; 1 for one that was made of values. */
    public long version() {
        return version;
    }

    /** The node {@code /}. */
    public Node top() {
        return top;
    }

    /** {@link Node#climb()} of the whole tree. */
    public List<Node> climb() {
        return top.climb();
    }

    /** {@link Node#climb(boolean, boolean)} of the whole tree. */
    public List<Node> climb(boolean whole, boolean sorted) {
        return top.climb(whole, sorted);
    }

    /** {@link Node#find(String)} in the whole tree. */
    public Optional<Node> find(String name) {
        return top.find(name);
    }

    /** {@link Node#prune(Selection)} of the whole tree. */
    public List<Node> prune(Selection selection) throws FmfException {
        return top.prune(selection);
    }

    /**
     * Applies the adjust rules of every node that apply in {@code context}; those that it does not decide are skipped.
     *
     * @throws FmfException when a rule is wrong; the tree is then adjusted in part
     */
    public void adjust(Context context) throws FmfException {
        adjust(context, AdjustOptions.DEFAULT);
    }

    /**
     * Applies the adjust rules of every node that apply in {@code context}.
     *
     * @throws ConditionException when the options ask for it and the context does not decide a rule
     * @throws FmfException when a rule is wrong; the tree is then adjusted in part
     */
    public void adjust(Context context, AdjustOptions options) throws FmfException {
        top.adjust(context, options);
    }

    /** True when mappings are shared between places of the tree, and a change of one must be seen in all. */
    boolean isExact() {
        return exact;
    }

    void setExact() {
        exact = true;
    }

    /** From here on mappings change in place: no node may hold one of another. */
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

    void inherit() throws FmfException {
        Deque<Node> open = new ArrayDeque<>();
        open.push(top);
        while (!open.isEmpty()) {
            Node node = open.pop();
            node.inheritFrom(exact);
            List<Node> children = List.copyOf(node.children());
            for (Node child : children.reversed()) {
                open.push(child);
            }
        }
    }
}
