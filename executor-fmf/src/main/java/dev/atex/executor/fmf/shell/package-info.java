/** Quotes and splits words of shells. */
@NullMarked
package dev.atex.executor.fmf.shell;

import org.jspecify.annotations.NullMarked;
