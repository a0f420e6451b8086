/** Reads values of metadata, knows all keys, and finds the lines that values are written in. */
@NullMarked
package dev.atex.executor.fmf.metadata;

import org.jspecify.annotations.NullMarked;
