/** Which tests are selected, what machines they want, and what is noted about their metadata. */
@NullMarked
package dev.atex.cli.selection;

import org.jspecify.annotations.NullMarked;
