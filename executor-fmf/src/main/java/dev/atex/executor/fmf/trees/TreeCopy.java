package dev.atex.executor.fmf.trees;

import dev.atex.internal.files.TreeMerge;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Private copies of trees of files, without {@code .git}. */
public final class TreeCopy {
    private TreeCopy() {}

    /**
     * Copies the content of {@code from} into {@code to}, which is made in a directory of this user's alone.
     *
     * @param from without links
     */
    public static void copy(Path from, Path to) throws IOException, InterruptedException {
        try (TreeMerge merge = new TreeMerge(to)) {
            merge.copy(from, Path.of(""), Path.of(""), TreeCopy::isGit);
        }
    }

    /**
     * Copies trees into {@code to}, and puts something beside them.
     *
     * @param trees by where they go
     * @param leftOut directories that are not copied
     * @throws dev.atex.internal.files.ClashException the trees have something else where a placement goes
     */
    public static void copy(Map<String, Path> trees, Set<Path> leftOut, List<Placement> placements, Path to)
            throws IOException, InterruptedException {
        try (TreeMerge merge = new TreeMerge(to)) {
            for (Map.Entry<String, Path> tree : trees.entrySet()) {
                merge.copy(
                        tree.getValue(),
                        Path.of(""),
                        Path.of(tree.getKey()),
                        path -> isGit(path) || leftOut.contains(path));
            }
            for (Placement placement : placements) {
                placement.put(merge);
            }
        }
    }

    public static boolean isGit(Path path) {
        return path.getFileName().toString().equals(".git");
    }
}
