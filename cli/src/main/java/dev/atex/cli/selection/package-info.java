/** Selection of tests and machines, and notes about metadata. */
@NullMarked
package dev.atex.cli.selection;

import org.jspecify.annotations.NullMarked;
