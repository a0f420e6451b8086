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
 * A node that something is read from, for telling places.
 *
 * @param root what files are shown relative to
 * @param tree where the tree comes from if it was fetched; empty if not
 */
public record Origin(Node node, Path root, String tree, Places places) {
    /** Returns the place of a value, below these keys and indexes. */
    public Optional<String> place(@Nullable Object value, Object... path) {
        return places.find(node, List.copyOf(Arrays.asList(path)), value).map(this::shown);
    }

    /** The same for one of the values below a place. */
    public Origin of(Node other) {
        return new Origin(other, root, tree, places);
    }

    private String shown(Location location) {
        Path file = location.file().startsWith(root) ? root.relativize(location.file()) : location.file();
        return file + (location.line() == 0 ? "" : ":" + location.line()) + (tree.isEmpty() ? "" : " (" + tree + ")");
    }
}
