/**
 * What makes a run happen: one coordinator, which asks the {@link dev.atex.run.schedule scheduler} what to do, and threads that do
 * it with machines, tests and results.
 */
@NullMarked
package dev.atex.run.engine;

import org.jspecify.annotations.NullMarked;
