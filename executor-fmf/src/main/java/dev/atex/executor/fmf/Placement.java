package dev.atex.executor.fmf;

import dev.atex.files.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Something that is put beside the trees of tests. */
sealed interface Placement {

    /** Where to, relative to the root. */
    Path target();

    /** A copy of a directory. */
    record Copy(Path target, Path from) implements Placement {}

    /** A symbolic link, relative to where it is. */
    record Link(Path target, Path to) implements Placement {}

    /** Puts it below {@code root}, over what is there. */
    default void put(Path root) throws IOException, InterruptedException {
        Path at = root;
        for (Path name : target()) {
            if (Files.isSymbolicLink(at)) {
                throw new IOException(
                        "a library cannot be put in " + root.relativize(at) + ", which is a symbolic link");
            }
            at = at.resolve(name);
        }
        Path parent = at.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        switch (this) {
            case Copy copy -> TreeCopy.copy(copy.from(), at, Set.of());
            case Link link -> {
                Trees.delete(at);
                Files.createSymbolicLink(at, link.to());
            }
        }
    }
}
