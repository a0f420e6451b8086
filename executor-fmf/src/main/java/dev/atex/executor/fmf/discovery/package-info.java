/** Finds the tests of a tree of fmf files, or of a plan. */
@NullMarked
package dev.atex.executor.fmf.discovery;

import org.jspecify.annotations.NullMarked;
