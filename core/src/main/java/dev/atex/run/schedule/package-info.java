/**
 * The scheduler: a pure function from events to actions. It has no I/O, clock, randomness, threads, or code of users. The
 * engine calls it, and so does the simulator of its tests.
 */
@NullMarked
package dev.atex.run.schedule;

import org.jspecify.annotations.NullMarked;
