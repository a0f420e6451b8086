/** Scopes of threads, and calls of programs with a deadline. */
@NullMarked
package dev.atex.internal.concurrent;

import org.jspecify.annotations.NullMarked;
