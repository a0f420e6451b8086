/** The paths in a run directory. */
@NullMarked
package dev.atex.run.layout;

import org.jspecify.annotations.NullMarked;
