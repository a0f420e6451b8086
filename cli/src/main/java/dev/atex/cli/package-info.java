/** The {@code atex} command: thin commands over the public API, and how they look on a screen. */
@NullMarked
package dev.atex.cli;

import org.jspecify.annotations.NullMarked;
