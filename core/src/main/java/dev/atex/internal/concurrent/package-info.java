/** Scopes of threads, and calls of programs that end in time. */
@NullMarked
package dev.atex.internal.concurrent;

import org.jspecify.annotations.NullMarked;
