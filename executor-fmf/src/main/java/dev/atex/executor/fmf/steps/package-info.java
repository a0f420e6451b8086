/** Runs the phases {@code prepare} and {@code finish} of a plan on a machine. */
@NullMarked
package dev.atex.executor.fmf.steps;

import org.jspecify.annotations.NullMarked;
