/** Runs commands on a machine: the work directory, the environment, and the wrapper around a test or a script. */
@NullMarked
package dev.atex.executor.fmf.machine;

import org.jspecify.annotations.NullMarked;
