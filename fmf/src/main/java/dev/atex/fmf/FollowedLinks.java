package dev.atex.fmf;

/** Which symbolic links are followed when the files of a tree are read. */
public enum FollowedLinks {
    /** Those that stay in the tree, or in the git checkout that the tree lies in: for trees of the user. */
    IN_CHECKOUT,
    /** Those that stay in the tree: for trees that came from elsewhere. The path that is given is the root. */
    IN_TREE,
    /** All, as the Python library does: for trees whose authors may read every file that the user may. */
    ALL
}
