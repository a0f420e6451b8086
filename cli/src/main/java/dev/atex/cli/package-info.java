/** The {@code atex} program: finds the command, and prints help and errors. */
@NullMarked
package dev.atex.cli;

import org.jspecify.annotations.NullMarked;
