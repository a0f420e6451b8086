/** Storing the results and files of tests in an output: the interface. {@code dev.atex.results} implements it. */
@NullMarked
package dev.atex.aggregator;

import org.jspecify.annotations.NullMarked;
