package dev.atex.fmf;

import dev.atex.fmf.python.PyText;
import dev.atex.fmf.python.PyTypes;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A node of a {@link Tree}: a name such as {@code /tests/core/smoke} and its metadata, including inherited ones.
 *
 * <p>Do not modify returned values; nodes share what they inherit. Thread-safe while nobody adjusts the tree.
 */
public final class Node {
    private static final int CACHED_NAME_LENGTH = 1024;

    private final Tree tree;
    private final @Nullable Node parent;
    private final String key;
    private @Nullable String name;
    private Map<@Nullable Object, @Nullable Object> data = new LinkedHashMap<>();
    private List<Path> ownSources = List.of();
    private List<Path> sources = List.of();
    private @Nullable Map<String, Node> children;
    private boolean updated;
    private @Nullable Boolean inherit;
    private @Nullable Boolean select;
    private boolean exclusive;
    private boolean holdsRules;

    Node(Tree tree, @Nullable Node parent, String key) {
        this.tree = tree;
        this.parent = parent;
        this.key = key;
        if (parent == null) {
            name = "/";
        }
    }

    /** Returns the tree it belongs to. */
    public Tree tree() {
        return tree;
    }

    /** Returns the full name: {@code /} for the root, {@code /parent/child} below. */
    public String name() {
        String known = name;
        if (known != null) {
            return known;
        }
        Deque<String> keys = new ArrayDeque<>();
        Node node = this;
        while (node.parent != null && node.name == null) {
            keys.push(node.key);
            node = node.parent;
        }
        StringBuilder built = new StringBuilder(node.parent == null ? "/" : node.name());
        for (String each : keys) {
            if (built.charAt(built.length() - 1) != '/') {
                built.append('/');
            }
            built.append(each);
        }
        String full = built.toString();
        if (full.length() <= CACHED_NAME_LENGTH) {
            name = full;
        }
        return full;
    }

    /** Returns the last component of the name; empty for the root. */
    public String key() {
        return key;
    }

    /** Returns the parent, absent for the root. */
    public Optional<Node> parent() {
        return Optional.ofNullable(parent);
    }

    /** Returns the metadata in the order of definition, including everything inherited, as an unmodifiable view. */
    @SuppressWarnings("unchecked")
    public Map<String, @Nullable Object> data() {
        return (Map<String, @Nullable Object>) (Map<?, @Nullable Object>) Collections.unmodifiableMap(data);
    }

    /** Returns the value of a key, null also if the key does not exist. */
    public @Nullable Object get(String dataKey) {
        return data.get(dataKey);
    }

    /**
     * Returns the value at a path of keys through nested mappings; {@code missing} if it does not exist.
     *
     * @throws InvalidValueException if a value on the way is not a mapping
     */
    public @Nullable Object get(List<String> path, @Nullable Object missing) throws InvalidValueException {
        Object value = data;
        for (String each : path) {
            if (!(value instanceof Map<?, ?> map)) {
                throw new InvalidValueException(
                        "TypeError", "'" + PyTypes.name(value) + "' object is not subscriptable");
            }
            if (!map.containsKey(each)) {
                return missing;
            }
            value = map.get(each);
        }
        return value;
    }

    /** Returns the absolute paths of the files that contributed to the node, those of its ancestors first. */
    public List<Path> sources() {
        return sources;
    }

    /** Returns the children in the order of definition. */
    public Collection<Node> children() {
        return children == null ? List.of() : Collections.unmodifiableCollection(children.values());
    }

    /** Returns the child with this key. */
    public Optional<Node> child(String childKey) {
        return children == null ? Optional.empty() : Optional.ofNullable(children.get(childKey));
    }

    /**
     * Returns whether the node itself is meant to be used: leaves are, unless the {@code select} directive says
     * otherwise.
     */
    public boolean isSelected() {
        Boolean directive = select;
        return directive != null ? directive : children == null || children.isEmpty();
    }

    /** Returns the selected nodes of this subtree, parents first, siblings by name. */
    public List<Node> climb() {
        return climb(false, true);
    }

    /**
     * Returns the nodes of this subtree, parents first.
     *
     * @param whole includes all nodes, not only the selected ones
     * @param sorted orders siblings by name instead of by definition
     */
    public List<Node> climb(boolean whole, boolean sorted) {
        List<Node> found = new ArrayList<>();
        Deque<Node> open = new ArrayDeque<>();
        open.push(this);
        while (!open.isEmpty()) {
            Node node = open.pop();
            if (whole || node.isSelected()) {
                found.add(node);
            }
            if (node.children != null) {
                List<Node> below = sorted ? node.sortedChildren() : new ArrayList<>(node.children.values());
                for (int i = below.size() - 1; i >= 0; i--) {
                    open.push(below.get(i));
                }
            }
        }
        return found;
    }

    /**
     * Returns the node with exactly this full name in this subtree; the first of {@link #climb()} if several have it.
     */
    public Optional<Node> find(String fullName) {
        if (!fullName.startsWith(name())) {
            return Optional.empty();
        }
        Deque<Candidate> open = new ArrayDeque<>();
        open.push(new Candidate(this, name().length()));
        while (!open.isEmpty()) {
            Candidate candidate = open.pop();
            if (candidate.end == fullName.length()) {
                return Optional.of(candidate.node);
            }
            for (Node child : candidate.node.sortedChildren().reversed()) {
                int start = candidate.end;
                if (fullName.charAt(start - 1) != '/') {
                    if (fullName.charAt(start) != '/') {
                        break;
                    }
                    start++;
                }
                if (fullName.startsWith(child.key, start)) {
                    open.push(new Candidate(child, start + child.key.length()));
                }
            }
        }
        return Optional.empty();
    }

    /** A node whose name is the beginning of the name to find, up to {@code end}. */
    private record Candidate(Node node, int end) {}

    private List<Node> sortedChildren() {
        if (children == null) {
            return List.of();
        }
        List<Node> sorted = new ArrayList<>(children.values());
        if (sorted.size() > 1) {
            sorted.sort((a, b) -> PyText.compare(a.key, b.key));
        }
        return sorted;
    }

    /**
     * Returns the nodes of this subtree that meet all criteria.
     *
     * @throws FmfException if a filter, condition or pattern is invalid; a node without a key that one uses is only
     *     left out
     */
    public List<Node> prune(Selection selection) throws FmfException {
        return new Pruner(selection).prune(this);
    }

    /**
     * Applies those adjust rules of this subtree that apply in {@code context}, see {@link Tree#adjust(Context)}.
     *
     * @throws ConditionException if the options require it and the context does not decide a rule
     * @throws FmfException if a rule is invalid; the subtree is then partially adjusted
     */
    public void adjust(Context context, AdjustOptions options) throws FmfException {
        Adjuster adjuster = new Adjuster(tree, context, options);
        Deque<Node> open = new ArrayDeque<>();
        open.push(this);
        while (!open.isEmpty()) {
            Node node = open.pop();
            try {
                adjuster.adjust(node);
            } catch (FmfException e) {
                tree.report(e);
                node.clear();
            }
            for (Node child : List.copyOf(node.children()).reversed()) {
                open.push(child);
            }
        }
    }

    /** Returns a deep copy of this subtree; its top keeps the parent. Adjusting one does not affect the other. */
    public Node copy() {
        Values.Copier copier = new Values.Copier();
        Node top = shallowCopy(parent, copier);
        Deque<Node> originals = new ArrayDeque<>(List.of(this));
        Deque<Node> copies = new ArrayDeque<>(List.of(top));
        while (!originals.isEmpty()) {
            Node original = originals.pop();
            Node copy = copies.pop();
            for (Node child : original.children()) {
                Node childCopy = child.shallowCopy(copy, copier);
                copy.childMap().put(child.key, childCopy);
                originals.push(child);
                copies.push(childCopy);
            }
        }
        return top;
    }

    @SuppressWarnings("unchecked")
    private Node shallowCopy(@Nullable Node newParent, Values.Copier copier) {
        Node copy = new Node(tree, newParent, key);
        // A node of an exact tree shares values on purpose; any other node must not share with its siblings.
        Object copied = (tree.isExact() ? copier : new Values.Copier()).copy(data);
        if (copied instanceof Map<?, ?> map) {
            copy.data = (Map<@Nullable Object, @Nullable Object>) map;
        }
        copy.ownSources = ownSources;
        copy.sources = sources;
        copy.updated = updated;
        copy.inherit = inherit;
        copy.select = select;
        copy.exclusive = true;
        return copy;
    }

    /** Returns the full name. */
    @Override
    public String toString() {
        return name();
    }

    Map<@Nullable Object, @Nullable Object> rawData() {
        return data;
    }

    Map<String, Node> childMap() {
        if (children == null) {
            children = new LinkedHashMap<>();
        }
        return children;
    }

    List<Path> ownSources() {
        return ownSources;
    }

    void addSource(Path file) {
        List<Path> longer = new ArrayList<>(ownSources.size() + 1);
        longer.addAll(ownSources);
        longer.add(file);
        ownSources = List.copyOf(longer);
    }

    boolean isUpdated() {
        return updated;
    }

    void setUpdated() {
        updated = true;
    }

    void setDirective(String directive, boolean value) {
        if (directive.equals("inherit")) {
            inherit = value;
        } else {
            select = value;
        }
    }

    void dropEmptyChildren() {
        if (children != null) {
            children.values().removeIf(child -> !child.updated && (child.children == null || child.children.isEmpty()));
        }
    }

    /** Removes all data. */
    void clear() {
        data = new LinkedHashMap<>();
    }

    void dropChildren() {
        children = null;
    }

    /** Inherits from the parent, which must have inherited already. */
    void inheritFrom(boolean copyEagerly) throws FmfException {
        Map<@Nullable Object, @Nullable Object> own = data;
        Map<@Nullable Object, @Nullable Object> base;
        if (parent == null || Boolean.FALSE.equals(inherit)) {
            base = LinkedHashMap.newLinkedHashMap(own.size());
            sources = ownSources;
        } else {
            base = copyEagerly ? deepCopy(parent.data) : copyOf(parent.data, own.size());
            sources = joined(parent.sources, ownSources);
        }
        data = base;
        Merge merge = new Merge(this, copyEagerly ? (k, value) -> value : this::ownCopy);
        try {
            merge.into(base, own, Set.of());
        } catch (FmfException e) {
            e.setLocation(Locator.find(this, merge.current()));
            throw e;
        }
    }

    private static Map<@Nullable Object, @Nullable Object> copyOf(
            Map<@Nullable Object, @Nullable Object> map, int more) {
        Map<@Nullable Object, @Nullable Object> copy = LinkedHashMap.newLinkedHashMap(map.size() + more);
        copy.putAll(map);
        return copy;
    }

    @SuppressWarnings("unchecked")
    private static Map<@Nullable Object, @Nullable Object> deepCopy(Map<@Nullable Object, @Nullable Object> map) {
        Object copy = new Values.Copier().copy(map);
        return copy == null ? map : (Map<@Nullable Object, @Nullable Object>) copy;
    }

    private static List<Path> joined(List<Path> first, List<Path> second) {
        if (second.isEmpty() || first.isEmpty()) {
            return second.isEmpty() ? first : second;
        }
        List<Path> all = new ArrayList<>(first.size() + second.size());
        all.addAll(first);
        all.addAll(second);
        return Collections.unmodifiableList(all);
    }

    /** Replaces a value in the data by a copy that this node may change, since others may hold the original. */
    @Nullable
    Object ownCopy(String dataKey, @Nullable Object value) {
        Object copy = new Values.Copier().copy(value);
        data.put(dataKey, copy);
        return copy;
    }

    /** Returns true if no other node holds a mapping of the data, or if sharing is intended. */
    boolean isExclusive() {
        return exclusive;
    }

    /** Returns true if mappings of the data may be those of its own adjust rules. */
    boolean holdsRules() {
        return holdsRules;
    }

    void setHoldsRules() {
        holdsRules = true;
    }

    /** Copies all data, so that the node may change them in place from now on. */
    void makeExclusive(Values.Copier copier) {
        for (Map.Entry<@Nullable Object, @Nullable Object> entry : data.entrySet()) {
            entry.setValue(copier.copy(entry.getValue()));
        }
        exclusive = true;
    }
}
