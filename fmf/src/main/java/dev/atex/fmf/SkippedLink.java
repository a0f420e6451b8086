package dev.atex.fmf;

import java.nio.file.Path;

/**
 * Something in a tree that leads out of it and was not followed.
 *
 * @param place a symbolic link, or the metadata file that names a directory; absolute
 * @param target where it leads: absolute, without links
 */
public record SkippedLink(Path place, Path target) {}
