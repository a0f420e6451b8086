/** Machines rented from Testing Farm: a provisioner, its reclaimer, and single machines for people. */
@NullMarked
package dev.atex.testingfarm;

import org.jspecify.annotations.NullMarked;
