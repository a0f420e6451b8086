/** Channels to machines: commands and trees of files. */
@NullMarked
package dev.atex.connection;

import org.jspecify.annotations.NullMarked;
