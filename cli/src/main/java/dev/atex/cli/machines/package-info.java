/** Commands that get machines without running tests: check, shell, image. */
@NullMarked
package dev.atex.cli.machines;

import org.jspecify.annotations.NullMarked;
