/** The display of a run: on a terminal, in a log, and at its end. */
@NullMarked
package dev.atex.cli.view;

import org.jspecify.annotations.NullMarked;
