package dev.atex.fmf;

/** The symbolic links that are followed while the files of a tree are read. */
public enum FollowedLinks {
    /** Links that stay in the tree or in the git checkout that contains it: for trees of the user. */
    IN_CHECKOUT,
    /** Links that stay in the tree: for trees from elsewhere. The given path is the root. */
    IN_TREE,
    /** All links, as in the Python library: for trees whose authors may read every file that the user may read. */
    ALL
}
