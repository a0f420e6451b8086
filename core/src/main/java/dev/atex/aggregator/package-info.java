/** Collecting results of tests into outputs. */
@NullMarked
package dev.atex.aggregator;

import org.jspecify.annotations.NullMarked;
