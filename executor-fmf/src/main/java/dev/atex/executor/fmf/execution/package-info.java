/** Runs one test: files and packages, starts and restarts, and the result of the test itself. */
@NullMarked
package dev.atex.executor.fmf.execution;

import org.jspecify.annotations.NullMarked;
