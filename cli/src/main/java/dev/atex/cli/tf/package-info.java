/** {@code atex tf}: Testing Farm by hand. */
@NullMarked
package dev.atex.cli.tf;

import org.jspecify.annotations.NullMarked;
