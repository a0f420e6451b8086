/** Fuzzing with a corpus and seeds. */
@NullMarked
package dev.atex.fuzz;

import org.jspecify.annotations.NullMarked;
