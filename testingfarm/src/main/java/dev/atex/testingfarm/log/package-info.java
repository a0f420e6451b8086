/** The log of a request: finds the machine in it and keeps a copy. */
@NullMarked
package dev.atex.testingfarm.log;

import org.jspecify.annotations.NullMarked;
