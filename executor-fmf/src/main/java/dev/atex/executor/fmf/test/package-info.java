/** Tests: their metadata, checks, restarts, and rules for their results. */
@NullMarked
package dev.atex.executor.fmf.test;

import org.jspecify.annotations.NullMarked;
