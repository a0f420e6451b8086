/** Copies trees of files as tar streams, for several kinds of connections. */
@NullMarked
package dev.atex.connection.copy;

import org.jspecify.annotations.NullMarked;
