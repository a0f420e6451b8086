/** Holds the processes that a command starts on this host, so that all of them can be ended. */
@NullMarked
package dev.atex.local.process;

import org.jspecify.annotations.NullMarked;
