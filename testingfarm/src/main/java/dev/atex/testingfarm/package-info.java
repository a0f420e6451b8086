/** Machines rented from Testing Farm. */
@NullMarked
package dev.atex.testingfarm;

import org.jspecify.annotations.NullMarked;
