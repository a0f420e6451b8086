/**
 * A run as programs see it: its events and their log, its summary, and the rules that users give for it. Knows nothing of
 * threads; everything else about runs is built on this.
 */
@NullMarked
package dev.atex.run;

import org.jspecify.annotations.NullMarked;
