package dev.atex.executor.fmf.trees;

import dev.atex.internal.files.ClashException;
import dev.atex.internal.files.TreeMerge;
import java.io.IOException;
import java.nio.file.Path;

/** Something that is put beside the trees of tests. */
public sealed interface Placement {

    /** Returns the target, relative to the root. */
    Path target();

    /** Returns a description for messages. */
    String description();

    /**
     * A copy of a directory.
     *
     * @param top the root of the tree that it is in
     * @param from relative to the top, without links
     */
    record Copy(Path target, Path top, Path from, String description) implements Placement {}

    /** A symbolic link, relative to its own directory. */
    record Link(Path target, Path to, String description) implements Placement {}

    /** Copies it into a tree, over what exists there. */
    default void put(TreeMerge merge) throws IOException, InterruptedException {
        try {
            switch (this) {
                case Copy copy -> merge.copy(copy.top(), copy.from(), target(), TreeCopy::isGit);
                case Link link -> merge.link(target(), link.to());
            }
        } catch (ClashException e) {
            ClashException clash = new ClashException("the library of " + description() + " goes to " + target()
                    + ", but something else is there: " + e.getMessage()
                    + ". Give the library another 'nick', or rename what is in the tree");
            clash.initCause(e);
            throw clash;
        }
    }
}
