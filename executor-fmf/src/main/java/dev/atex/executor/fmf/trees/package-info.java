/** Trees of files: fetched repositories, libraries, and private copies. */
@NullMarked
package dev.atex.executor.fmf.trees;

import org.jspecify.annotations.NullMarked;
