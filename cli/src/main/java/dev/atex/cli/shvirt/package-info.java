/** The commands below {@code atex shvirt}, and the options of installations. */
@NullMarked
package dev.atex.cli.shvirt;

import org.jspecify.annotations.NullMarked;
