package dev.atex.fmf;

import dev.atex.fmf.yaml.Outline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds where values of nodes are written, for messages. Loading keeps no positions: an object of this class reads
 * each file once more. For one thread.
 */
public final class Places {
    /** Aliases can lead to a value in endlessly many ways. */
    private static final int MAX_STEPS = 20_000;

    private final Map<Path, Optional<Outline.Item>> outlines = new HashMap<>();

    /** Creates an object that has read no file yet. */
    public Places() {}

    /** A place where a value may be written. */
    private record Candidate(Location location, Outline.Item item, boolean exact) {}

    /**
     * Returns where a value is written: in a file of the node or of a node it inherits from, in its metadata or in an
     * {@code adjust} rule. If several places are possible, one with the same value is preferred. If none is found,
     * returns where the node is written, or only its file; absent for a node without files.
     *
     * @param path keys of mappings and, as integers, indexes of items in lists, from the top of the node's metadata
     * @param value the value there, as far as known
     */
    public Optional<Location> find(Node node, List<?> path, @Nullable Object value) {
        for (int length = path.size(); length > 0; length--) {
            Optional<Location> found = look(node, path.subList(0, length), length == path.size() ? value : null);
            if (found.isPresent()) {
                return found;
            }
        }
        return ofNode(node);
    }

    /** Searches the files of the node, then those of each node it inherits from. */
    private Optional<Location> look(Node node, List<?> path, @Nullable Object value) {
        for (Node owner = node; owner != null; owner = owner.parent().orElse(null)) {
            List<String> below = new ArrayList<>();
            for (Node at = owner; at != null; at = at.parent().orElse(null)) {
                for (Path file : at.ownSources().reversed()) {
                    Search search = new Search(file);
                    outline(file).ifPresent(item -> search.node(item, below, path, 0));
                    Optional<Location> best = search.best(value);
                    if (best.isPresent()) {
                        return best;
                    }
                }
                below.addFirst(at.key());
            }
        }
        return Optional.empty();
    }

    private Optional<Location> ofNode(Node node) {
        List<String> below = new ArrayList<>();
        for (Node at = node; at != null; at = at.parent().orElse(null)) {
            if (!at.ownSources().isEmpty()) {
                Path file = at.ownSources().getLast();
                Search search = new Search(file);
                if (!below.isEmpty()) {
                    outline(file).ifPresent(item -> search.node(item, below, List.of(), 0));
                }
                return search.best(null).or(() -> Optional.of(new Location(file, 0, 0)));
            }
            below.addFirst(at.key());
        }
        return Optional.empty();
    }

    private Optional<Outline.Item> outline(Path file) {
        return outlines.computeIfAbsent(file, Places::read);
    }

    private static Optional<Outline.Item> read(Path file) {
        try {
            return Outline.read(Files.readString(file).replace("\r\n", "\n").replace('\r', '\n'));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Collects all possible places in one file. */
    private static final class Search {
        private final Path file;
        private final List<Candidate> found = new ArrayList<>();
        private int steps;

        Search(Path file) {
            this.file = file;
        }

        /** Descends to the node through keys such as {@code /a/b}. */
        void node(Outline.Item item, List<String> below, List<?> path, int depth) {
            if (below.isEmpty()) {
                values(item, path, true);
                for (Outline.Entry entry : item.entries()) {
                    if (bare(entry.key()).equals("adjust")) {
                        rules(entry.value()).forEach(rule -> values(rule, path, false));
                    }
                }
                return;
            }
            for (Outline.Entry entry : item.entries()) {
                int used = entry.prefixOf(below);
                if (used > 0 && ++steps < MAX_STEPS && depth < 100) {
                    List<String> rest = below.subList(used, below.size());
                    if (rest.isEmpty() && path.isEmpty()) {
                        add(entry, true);
                    } else {
                        node(entry.value(), rest, path, depth + 1);
                    }
                }
            }
        }

        private static List<Outline.Item> rules(Outline.Item item) {
            return item.items().isEmpty() ? List.of(item) : item.items();
        }

        private record State(Outline.Item item, int used, boolean exact) {}

        private void values(Outline.Item top, List<?> path, boolean exact) {
            if (path.isEmpty()) {
                return;
            }
            Deque<State> open = new ArrayDeque<>(List.of(new State(top, 0, exact)));
            while (!open.isEmpty() && ++steps < MAX_STEPS) {
                State at = open.poll();
                boolean last = at.used + 1 == path.size();
                Object step = path.get(at.used);
                if (step instanceof Integer index) {
                    List<Outline.Item> items = at.item.items().isEmpty() ? List.of(at.item) : at.item.items();
                    for (int i = 0; i < items.size() && ++steps < MAX_STEPS; i++) {
                        Outline.Item item = items.get(i);
                        boolean same = at.exact && i == index;
                        if (last) {
                            found.add(new Candidate(new Location(file, item.line(), item.column()), item, same));
                        } else {
                            open.add(new State(item, at.used + 1, same));
                        }
                    }
                    continue;
                }
                for (Outline.Entry entry : at.item.entries()) {
                    if (++steps >= MAX_STEPS) {
                        return;
                    }
                    if (!bare(entry.key()).equals(step)) {
                        continue;
                    }
                    if (last) {
                        add(entry, at.exact);
                    } else {
                        open.add(new State(entry.value(), at.used + 1, at.exact));
                    }
                }
            }
        }

        private void add(Outline.Entry entry, boolean exact) {
            found.add(new Candidate(new Location(file, entry.line(), entry.column()), entry.value(), exact));
        }

        Optional<Location> best(@Nullable Object value) {
            Candidate best = null;
            int bestScore = -1;
            for (Candidate each : found) {
                int score = (isSame(each.item, value) ? 2 : 0) + (each.exact ? 1 : 0);
                if (score > bestScore) {
                    best = each;
                    bestScore = score;
                }
            }
            return Optional.ofNullable(best).map(Candidate::location);
        }

        private static boolean isSame(Outline.Item item, @Nullable Object value) {
            return switch (value) {
                case null -> false;
                case Map<?, ?> map ->
                    item.entries().size() == map.size()
                            && item.entries().stream()
                                    .allMatch(entry -> map.containsKey(bare(entry.key()))
                                            && isSameText(entry.value(), map.get(bare(entry.key()))));
                case List<?> list -> item.items().size() == list.size();
                default -> isSameText(item, value) && item.text() != null;
            };
        }

        /** Returns whether texts are equal; a value that is not a text counts as equal. */
        private static boolean isSameText(Outline.Item item, @Nullable Object value) {
            return item.text() == null
                    || !(value instanceof String text)
                    || item.text().equals(text);
        }
    }

    /** Returns a key without its merge suffix. */
    private static String bare(String key) {
        int end = key.length();
        while (end > 1 && "+-~<".indexOf(key.charAt(end - 1)) >= 0) {
            end--;
        }
        return key.substring(0, end);
    }
}
