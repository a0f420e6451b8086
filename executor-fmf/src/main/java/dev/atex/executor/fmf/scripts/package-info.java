/** The shell scripts that run on machines. */
@NullMarked
package dev.atex.executor.fmf.scripts;

import org.jspecify.annotations.NullMarked;
