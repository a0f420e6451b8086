/** Strings everything together: tests, machines, executors, results. */
@NullMarked
package dev.atex.orchestrator;

import org.jspecify.annotations.NullMarked;
