/** Deadlines for calls that block, and a way to start processes without leaks. */
@NullMarked
package dev.atex.concurrent;

import org.jspecify.annotations.NullMarked;
