/** Python expressions as conditions: a parser for them, and an evaluator over plain values. Internal. */
@NullMarked
package dev.atex.fmf.python.eval;

import org.jspecify.annotations.NullMarked;
