/** Connections to machines: they run commands and copy directory trees. */
@NullMarked
package dev.atex.connection;

import org.jspecify.annotations.NullMarked;
