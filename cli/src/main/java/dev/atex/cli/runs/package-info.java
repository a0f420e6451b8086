/** Commands on runs that exist: list, resume, rerun, watch, stop, reap. */
@NullMarked
package dev.atex.cli.runs;

import org.jspecify.annotations.NullMarked;
