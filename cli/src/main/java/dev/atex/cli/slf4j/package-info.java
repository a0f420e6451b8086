/** Passes on what libraries log through SLF4J. */
@NullMarked
package dev.atex.cli.slf4j;

import org.jspecify.annotations.NullMarked;
