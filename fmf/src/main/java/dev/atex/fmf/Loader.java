package dev.atex.fmf;

import dev.atex.fmf.python.PyNumbers;
import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PyText;
import dev.atex.fmf.python.PyTypes;
import dev.atex.fmf.yaml.YamlReader;
import java.io.File;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Loads a tree: finds the root, reads all files, puts their content into nodes, and lets the nodes inherit.
 *
 * <p>Files contribute to a node in the order of the walk: {@code main.fmf}, other files by name, then directories by
 * name.
 */
final class Loader {
    private static final String SUFFIX = ".fmf";
    private static final String MAIN = "main.fmf";

    /** Deeper than YAML allows: only mappings or directories that contain themselves get there. */
    private static final int MAX_DEPTH = YamlReader.MAX_DEPTH + 1;

    private static final int MAX_NESTED_DIRECTORIES = 100;

    /** Aliases can create many nodes from few characters. */
    private static final int ADDITIONAL_NODES = 10_000;

    private final Tree tree;
    private final Boundary boundary;
    private final DirectoryScanner scanner;
    private final @Nullable Consumer<FmfException> unreadable;
    private int nestedDirectories;
    /** The number of nodes that the current file may still create. */
    private long nodesLeft = Long.MAX_VALUE;
    /** The file whose content is being put into nodes, and the node it belongs to. */
    private @Nullable Path file;

    private @Nullable Node fileNode;

    private Loader(
            Tree tree, Boundary boundary, DirectoryScanner scanner, @Nullable Consumer<FmfException> unreadable) {
        this.tree = tree;
        this.boundary = boundary;
        this.scanner = scanner;
        this.unreadable = unreadable;
    }

    /** Loads a tree; passes errors of files and of nodes to consumers that are not null, and leaves out what has them. */
    static Tree load(
            Path path,
            FollowedLinks links,
            @Nullable Consumer<FmfException> unreadable,
            @Nullable Consumer<FmfException> invalid)
            throws FmfException {
        Path root = findRoot(path, links == FollowedLinks.IN_TREE ? path : null);
        return load(
                root,
                switch (links) {
                    case IN_CHECKOUT -> Boundary.around(root);
                    case IN_TREE -> Boundary.at(root);
                    case ALL -> Boundary.none();
                },
                unreadable,
                invalid);
    }

    /** Loads a tree inside a directory without reading anything outside of the directory. */
    static Tree loadBelow(Path directory, String path) throws FmfException {
        Boundary boundary = Boundary.at(directory);
        Path start;
        try {
            start = directory.resolve(path).normalize();
        } catch (InvalidPathException e) {
            throw new LoadException(
                    LoadException.Kind.REFERENCE, "'" + path.replace('\0', '?') + "' is not a path: " + e.getReason());
        }
        Optional<Path> real = boundary.follow(start);
        if (real.isEmpty() || !start.startsWith(directory.normalize())) {
            throw new LoadException(LoadException.Kind.REFERENCE, "'" + path + "' leads out of the repository");
        }
        return load(findRoot(start, directory), boundary, null, null);
    }

    private static Tree load(
            Path root,
            Boundary boundary,
            @Nullable Consumer<FmfException> unreadable,
            @Nullable Consumer<FmfException> invalid)
            throws FmfException {
        Tree tree = new Tree(root, readVersion(root, boundary), boundary, invalid);
        Loader loader =
                new Loader(tree, boundary, new DirectoryScanner(readConfig(tree, root), root, boundary), unreadable);
        loader.grow(tree.top(), root.toString());
        tree.inherit();
        return tree;
    }

    static Tree of(Map<String, ?> data) throws FmfException {
        if (data.isEmpty()) {
            throw new LoadException(LoadException.Kind.GENERAL, "No data or parent provided to initialize the tree.");
        }
        Tree tree = new Tree(null, 1, Boundary.none(), null);
        Values.Importer importer = new Values.Importer();
        Map<@Nullable Object, @Nullable Object> imported = importer.importMap(data);
        if (importer.shared()) {
            tree.setExact();
        }
        Boundary boundary = tree.boundary();
        new Loader(tree, boundary, new DirectoryScanner(Map.of(), null, boundary), null).update(tree.top(), imported);
        tree.inherit();
        return tree;
    }

    /** Searches upwards, up to {@code last} if given. */
    private static Path findRoot(Path path, @Nullable Path last) throws FmfException {
        Path start = path.toAbsolutePath().normalize();
        Path end = last == null ? null : last.toAbsolutePath().normalize();
        for (Path at = start; at != null; at = at.getParent()) {
            File directory = at.toFile();
            if (!directory.isDirectory() || !directory.canRead()) {
                throw new LoadException(LoadException.Kind.FILE, "Invalid directory path: " + at);
            }
            if (new File(directory, SUFFIX).isDirectory()) {
                return at;
            }
            if (at.equals(end)) {
                break;
            }
        }
        throw new RootException("Unable to find tree root for '" + start + "'.");
    }

    private static long readVersion(Path root, Boundary boundary) throws FmfException {
        Path path = root.resolve(SUFFIX).resolve("version");
        String text;
        try {
            Path file = boundary.follow(path)
                    .orElseThrow(() -> InvalidValueException.explained(
                            "OSError", "A link that leads out of the tree is not followed: '" + path + "'"));
            if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
                throw InvalidValueException.explained("OSError", "Not a regular file: '" + path + "'");
            }
            text = MetadataFile.readText(path, file, () -> boundary.read(file));
        } catch (InvalidValueException e) {
            LoadException error =
                    new LoadException(LoadException.Kind.FORMAT, "Unable to detect format version: " + e.getMessage());
            error.setLocation(new Location(path, 0, 0));
            throw error;
        }
        return switch (PyNumbers.parseInt(text)) {
            case Long version -> version;
            case BigInteger version -> version.longValue();
            case null, default -> {
                LoadException error = new LoadException(LoadException.Kind.FORMAT, "Invalid version format");
                error.setLocation(new Location(path, 1, 1));
                throw error;
            }
        };
    }

    private static @Nullable Object readConfig(Tree tree, Path root) throws FmfException {
        Boundary boundary = tree.boundary();
        Path path = root.resolve(SUFFIX).resolve("config");
        if (!Files.exists(path)) {
            return Map.of();
        }
        Optional<Path> file = boundary.enter(path, path);
        boolean regular = Files.isRegularFile(path) || Files.isDirectory(path);
        if (file.isEmpty()) {
            return Map.of();
        }
        MetadataFile.Content content =
                new MetadataFile(path, regular, file.get(), () -> boundary.read(file.get())).read();
        tree.addNotices(content.notices());
        return content.value();
    }

    /** Adds the content of the files in the directory to the node, and that of directories below it. */
    private void grow(Node node, String path) throws FmfException {
        DirectoryScanner.Directory directory = scanner.scan(PyText.stripEnd(path, "/"));
        tree.addNotices(scanner.takeNotices());
        if (directory != null) {
            MetadataFile.readAll(directory.allFiles());
            apply(directory, node);
        }
    }

    private record Open(DirectoryScanner.Directory directory, Node node, Iterator<DirectoryScanner.Directory> below) {}

    private void apply(DirectoryScanner.Directory top, Node topNode) throws FmfException {
        Deque<Open> open = new ArrayDeque<>();
        open.push(enter(top, topNode));
        while (!open.isEmpty()) {
            Open current = open.peek();
            if (current.below().hasNext()) {
                DirectoryScanner.Directory below = current.below().next();
                open.push(enter(below, childOf(current.node(), below.name())));
            } else {
                current.node().dropEmptyChildren();
                open.pop();
            }
        }
    }

    private Open enter(DirectoryScanner.Directory directory, Node node) throws FmfException {
        for (MetadataFile source : directory.files()) {
            apply(source, node);
        }
        if (directory.failure() != null) {
            report(directory.failure());
        }
        return new Open(directory, node, directory.directories().iterator());
    }

    private void apply(MetadataFile source, Node node) throws FmfException {
        long outerNodesLeft = nodesLeft;
        try {
            applyContent(source, node);
        } catch (FmfException e) {
            report(e);
        }
        file = null;
        fileNode = null;
        nodesLeft = outerNodesLeft;
    }

    private void report(FmfException error) throws FmfException {
        if (unreadable == null) {
            throw error;
        }
        unreadable.accept(error);
    }

    private void applyContent(MetadataFile source, Node node) throws FmfException {
        MetadataFile.Content content = source.read();
        if (content.shared()) {
            tree.setExact();
        }
        tree.addNotices(content.notices());
        String name = source.name();
        nodesLeft = (long) content.length() + ADDITIONAL_NODES;
        file = source.path();
        if (name.equals(MAIN)) {
            node.addSource(source.path());
            fileNode = node;
            update(node, content.value());
        } else {
            String stem = name.substring(0, name.length() - SUFFIX.length());
            Node child = childOf(node, stem);
            fileNode = child;
            Deque<Filling> open = new ArrayDeque<>();
            fill(child, stem, content.value(), open);
            update(open);
            child.addSource(source.path());
        }
    }

    private Node childOf(Node node, String key) {
        Map<String, Node> children = node.childMap();
        Node child = children.get(key);
        if (child == null) {
            child = new Node(tree, node, key);
            children.put(key, child);
            nodesLeft--;
        }
        return child;
    }

    /** A mapping with keys that have not been put into the node yet. */
    private record Filling(Node node, Iterator<? extends Map.Entry<?, ?>> entries) {}

    /** Sets the value of a child: metadata, or, if it is a string, the directory of that name. */
    private void fill(Node child, String key, @Nullable Object value, Deque<Filling> open) throws FmfException {
        if (nodesLeft < 0) {
            throw located(
                    new LoadException(LoadException.Kind.FORMAT, "The aliases in the file create too many nodes."),
                    child,
                    null,
                    "/" + key);
        }
        switch (value) {
            case null -> child.setUpdated();
            case Map<?, ?> map -> begin(child, map, open);
            case String path -> growAside(child, key, path);
            default ->
                throw located(
                        InvalidValueException.explained(
                                "AttributeError",
                                "A child node must be a mapping or the name of a directory, not '" + PyTypes.name(value)
                                        + "'."),
                        child,
                        null,
                        "/" + key);
        }
    }

    /** Reads a directory in the middle of a file. */
    private void growAside(Node child, String key, String path) throws FmfException {
        Path outerFile = file;
        if (outerFile != null && isOutside(outerFile, path)) {
            return;
        }
        Node outerNode = fileNode;
        long outerNodesLeft = nodesLeft;
        if (++nestedDirectories > MAX_NESTED_DIRECTORIES) {
            throw located(recursion(), child, null, "/" + key);
        }
        grow(child, path);
        nestedDirectories--;
        file = outerFile;
        fileNode = outerNode;
        nodesLeft = outerNodesLeft;
    }

    private boolean isOutside(Path place, String path) {
        try {
            return !path.isEmpty() && boundary.enter(place, Path.of(path)).isEmpty();
        } catch (InvalidPathException e) {
            return false; // no directory has such a name
        }
    }

    /**
     * Adds the content of a file, or values of a caller. Mappings are processed in the order of their keys, children
     * before further keys.
     */
    private void update(Node node, @Nullable Object data) throws FmfException {
        Deque<Filling> open = new ArrayDeque<>();
        begin(node, data, open);
        update(open);
    }

    private void update(Deque<Filling> open) throws FmfException {
        while (!open.isEmpty()) {
            Filling filling = open.peek();
            if (!filling.entries().hasNext()) {
                open.pop();
                continue;
            }
            Map.Entry<?, ?> entry = filling.entries().next();
            if (!(entry.getKey() instanceof String key)) {
                throw located(invalidKey(entry.getKey()), filling.node(), filling.node(), PyRepr.str(entry.getKey()));
            }
            if (!key.isEmpty() && key.charAt(0) == '/') {
                addChild(filling.node(), key, entry.getValue(), open);
            } else {
                filling.node().rawData().put(key, entry.getValue());
            }
        }
    }

    private void begin(Node node, @Nullable Object data, Deque<Filling> open) throws FmfException {
        node.setUpdated();
        if (data == null) {
            return;
        }
        if (!(data instanceof Map<?, ?> map)) {
            throw located(
                    InvalidValueException.explained(
                            data instanceof List ? "TypeError" : "AttributeError",
                            "A metadata file must contain a mapping, not '" + PyTypes.name(data) + "'."),
                    node,
                    node,
                    null);
        }
        if (open.size() == MAX_DEPTH) {
            throw located(recursion(), node, null, "/" + node.key());
        }
        if (map.containsKey("/")) {
            setDirectives(node, map.remove("/"));
        }
        open.push(new Filling(node, map.entrySet().iterator()));
    }

    private static InvalidValueException recursion() {
        return InvalidValueException.explained(
                "RecursionError", "Mappings are nested too deeply, or contain themselves.");
    }

    private static FmfException invalidKey(@Nullable Object key) {
        return key == null
                ? new LoadException(LoadException.Kind.FORMAT, "Invalid key 'None'.")
                : InvalidValueException.explained(
                        "AttributeError",
                        "Invalid key '" + PyRepr.str(key) + "': keys must be strings, not '" + PyTypes.name(key)
                                + "'; put it in quotes.");
    }

    /** {@code /a/b/c: value} is {@code /a: {/b: {/c: value}}}; {@code /a/: value} are directives of {@code /a}. */
    private void addChild(Node node, String key, @Nullable Object value, Deque<Filling> open) throws FmfException {
        Node at = node;
        String rest = key;
        while (!rest.equals("/") || at == node) {
            String name = PyText.stripStart(rest, "/");
            int slash = name.indexOf('/');
            if (slash < 0) {
                fill(childOf(at, name), name, value, open);
                return;
            }
            at = childOf(at, name.substring(0, slash));
            at.setUpdated();
            int lineEnd = name.indexOf('\n', slash);
            rest = name.substring(slash, lineEnd < 0 ? name.length() : lineEnd);
        }
        setDirectives(at, value);
    }

    private void setDirectives(Node node, @Nullable Object value) throws FmfException {
        if (!(value instanceof Map<?, ?> directives)) {
            throw located(
                    new LoadException(
                            LoadException.Kind.FORMAT,
                            "Invalid fmf directive in '" + node.name() + "': Should be a 'dict', got a '"
                                    + PyTypes.name(value) + "' instead."),
                    node,
                    node,
                    "/");
        }
        for (Map.Entry<?, ?> entry : directives.entrySet()) {
            Object key = entry.getKey();
            if (!"inherit".equals(key) && !"select".equals(key)) {
                throw located(
                        new LoadException(
                                LoadException.Kind.FORMAT,
                                "Unknown fmf directive '" + PyRepr.str(key) + "' in '" + node.name() + "'."),
                        node,
                        node,
                        "/");
            }
            if (!(entry.getValue() instanceof Boolean enabled)) {
                throw located(
                        new LoadException(
                                LoadException.Kind.FORMAT,
                                "Invalid fmf directive '" + key + "' in '" + node.name()
                                        + "': Should be a 'bool', got a '" + PyTypes.name(entry.getValue())
                                        + "' instead."),
                        node,
                        node,
                        "/");
            }
            node.setDirective(key.toString(), enabled);
        }
    }

    /** Adds the position of {@code key} of {@code node} (or of its parent) in the current file to the error. */
    private <E extends FmfException> E located(E error, Node node, @Nullable Node owner, @Nullable String key) {
        Path at = file;
        if (at == null || fileNode == null) {
            return error;
        }
        if (key == null) { // the document as a whole
            error.setLocation(new Location(at, 1, 1));
            return error;
        }
        Node from = owner == null ? node.parent().orElse(node) : owner;
        List<String> path = new ArrayList<>();
        for (Node each = from;
                each != fileNode && each.parent().isPresent();
                each = each.parent().get()) {
            path.addFirst(each.key());
        }
        error.setLocation(Locator.find(at, path, key).orElse(new Location(at, 0, 0)));
        return error;
    }
}
