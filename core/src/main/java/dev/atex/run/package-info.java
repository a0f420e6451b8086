/**
 * A run: the events of which its log consists, the model of it that they make, its summary, and the rules that users give for it.
 * Knows nothing of threads; everything else about runs is built on this.
 */
@NullMarked
package dev.atex.run;

import org.jspecify.annotations.NullMarked;
