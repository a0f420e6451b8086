/** Reads plans: phases, sections of {@code discover}, imports and environment files. */
@NullMarked
package dev.atex.executor.fmf.plan.reader;

import org.jspecify.annotations.NullMarked;
