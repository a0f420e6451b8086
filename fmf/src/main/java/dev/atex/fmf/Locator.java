package dev.atex.fmf;

import dev.atex.fmf.yaml.Positions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the place of an error in a file. Loading keeps no positions; if an error occurs, which is rare, the file is
 * read once more.
 */
final class Locator {
    private Locator() {}

    /**
     * Returns where {@code key}, including its suffix, is defined for the node itself; only the file if the key is
     * not found.
     */
    static @Nullable Location find(Node node, @Nullable String key) {
        List<String> path = new ArrayList<>();
        for (Node at = node; at != null; at = at.parent().orElse(null)) {
            for (Path file : at.ownSources().reversed()) {
                Optional<Location> found = find(file, path, key);
                if (found.isPresent()) {
                    return found.get();
                }
            }
            if (!at.ownSources().isEmpty()) {
                return new Location(at.ownSources().getLast(), 0, 0);
            }
            path.addFirst(at.key());
        }
        return null;
    }

    /** Returns where the rule with this index is defined, in the node or in the ancestor that it is inherited from. */
    static @Nullable Location findRule(Node node, String key, int index) {
        for (Node at = node; at != null; at = at.parent().orElse(null)) {
            Location rule = find(at, key + "\0" + index);
            if (rule != null && rule.line() > 0) {
                return rule;
            }
            for (String variant : List.of(key, key + "+", key + "+<")) {
                Location whole = find(at, variant);
                if (whole != null && whole.line() > 0) {
                    return whole;
                }
            }
        }
        return find(node, key);
    }

    /** Returns the position of a key of the node at {@code path} below the node of the file. */
    static Optional<Location> find(Path file, List<String> path, @Nullable String key) {
        if (key == null) {
            return Optional.empty();
        }
        try {
            return Positions.read(Files.readString(file))
                    .flatMap(positions -> positions.find(path, key))
                    .map(position -> new Location(file, position.line(), position.column()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
