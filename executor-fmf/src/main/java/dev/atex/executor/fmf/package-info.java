/** Discovers fmf tests and runs them over any connection. */
@NullMarked
package dev.atex.executor.fmf;

import org.jspecify.annotations.NullMarked;
