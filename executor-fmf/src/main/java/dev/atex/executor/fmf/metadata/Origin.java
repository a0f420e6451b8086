package dev.atex.executor.fmf.metadata;

import dev.atex.fmf.Location;
import dev.atex.fmf.Node;
import dev.atex.fmf.Places;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A node from which values are read, with which messages show places.
 *
 * @param root files are shown relative to it
 * @param tree the repository of a fetched tree; empty if it was not fetched
 */
public record Origin(Node node, Path root, String tree, Places places) {
    /** Returns the place of a value, below these keys and indexes. */
    public Optional<String> place(@Nullable Object value, Object... path) {
        return places.find(node, List.copyOf(Arrays.asList(path)), value).map(this::shown);
    }

    /** Returns the origin of another node of the same tree. */
    public Origin of(Node other) {
        return new Origin(other, root, tree, places);
    }

    private String shown(Location location) {
        Path file = location.file().startsWith(root) ? root.relativize(location.file()) : location.file();
        return file + (location.line() == 0 ? "" : ":" + location.line()) + (tree.isEmpty() ? "" : " (" + tree + ")");
    }
}
