/**
 * The Flexible Metadata Format: {@link dev.atex.fmf.Tree} loads a tree of metadata, {@link dev.atex.fmf.Context} adjusts
 * it, {@link dev.atex.fmf.Selection} selects nodes, {@link dev.atex.fmf.RepositoryCache} loads trees from git.
 *
 * {@snippet :
 * Tree tree = Tree.load(Path.of("tests"));
 * tree.adjust(Context.of(Map.of("distro", "fedora-42")));
 * for (Node node : tree.prune(Selection.builder().filters("tag: quick").build())) {
 *     System.out.println(node.name() + ": " + node.get("summary"));
 * }
 * }
 *
 * <p>Values are plain Java objects: {@code null}, {@link Boolean}, {@link Long} (or {@link java.math.BigInteger} where
 * that is too small), {@link Double}, {@link String}, {@link java.util.List}, ordered {@link java.util.Map},
 * {@link java.util.Set}, {@link java.time.LocalDate}, {@link java.time.LocalDateTime} and {@code byte[]}.
 *
 * <p>Errors are {@link dev.atex.fmf.FmfException}s, also for metadata that try to exhaust time or memory.
 *
 * <p>The semantics are those of fmf 1.7, the Python library, including its quirks. Documentation of the format:
 * <a href="https://fmf.readthedocs.io/">fmf.readthedocs.io</a>.
 */
@NullMarked
package dev.atex.fmf;

import org.jspecify.annotations.NullMarked;
