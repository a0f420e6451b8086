/** Scenario benchmarks: each figure beside its floor, measured in the same run on the same machine. */
@NullMarked
package dev.atex.bench;

import org.jspecify.annotations.NullMarked;
