/** Python expressions and format strings: parsers, and an evaluator over plain values. Internal. */
@NullMarked
package dev.atex.fmf.python.eval;

import org.jspecify.annotations.NullMarked;
