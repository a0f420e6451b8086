/** Deadlines of calls that block, and starting processes without leaks. */
@NullMarked
package dev.atex.concurrent;

import org.jspecify.annotations.NullMarked;
