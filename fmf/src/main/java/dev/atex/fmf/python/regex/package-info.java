/** Python's regular expressions, translated into those of Java. */
@NullMarked
package dev.atex.fmf.python.regex;

import org.jspecify.annotations.NullMarked;
