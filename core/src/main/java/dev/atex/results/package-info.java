/**
 * The results of a run on the disk: {@code results.jsonl} and {@code files/}, how a resumed run puts them in order, and
 * compressed copies.
 */
@NullMarked
package dev.atex.results;

import org.jspecify.annotations.NullMarked;
