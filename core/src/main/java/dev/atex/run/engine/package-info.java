/**
 * The engine of a run: one coordinator, which asks the {@link dev.atex.run.schedule scheduler} for actions, and threads that
 * perform them.
 */
@NullMarked
package dev.atex.run.engine;

import org.jspecify.annotations.NullMarked;
