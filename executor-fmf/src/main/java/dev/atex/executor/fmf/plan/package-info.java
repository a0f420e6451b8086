/** Plans: their environment, the phases that prepare and finish a machine, and the machine that they require. */
@NullMarked
package dev.atex.executor.fmf.plan;

import org.jspecify.annotations.NullMarked;
