/**
 * The heart of the orchestrators: a pure function from what happened to what is to be done. No I/O, no clock, no
 * randomness, no threads and no user's code in here; the run feeds it, and so does the simulator of its tests.
 */
@NullMarked
package dev.atex.run.schedule;

import org.jspecify.annotations.NullMarked;
