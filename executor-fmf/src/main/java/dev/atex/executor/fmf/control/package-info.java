/**
 * How a running test talks to its executor: the stream of control lines, and the results that come out of it. The format
 * is described in {@code docs/tests.md}.
 */
@NullMarked
package dev.atex.executor.fmf.control;

import org.jspecify.annotations.NullMarked;
