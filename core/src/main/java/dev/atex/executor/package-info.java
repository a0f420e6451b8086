/** Running one test on one machine, and what it leaves behind. */
@NullMarked
package dev.atex.executor;

import org.jspecify.annotations.NullMarked;
