/** {@code atex run}: its options, and a session of a run from its directory to its summary. */
@NullMarked
package dev.atex.cli.run;

import org.jspecify.annotations.NullMarked;
