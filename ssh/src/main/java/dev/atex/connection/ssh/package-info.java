/** Connections to machines over SSH. */
@NullMarked
package dev.atex.connection.ssh;

import org.jspecify.annotations.NullMarked;
