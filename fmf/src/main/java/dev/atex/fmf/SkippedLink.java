package dev.atex.fmf;

import java.nio.file.Path;

/**
 * A link in a tree that leads out of it and was not followed.
 *
 * @param place a symbolic link, or the metadata file that names a directory; absolute
 * @param target its target: absolute, with links resolved
 */
public record SkippedLink(Path place, Path target) {}
