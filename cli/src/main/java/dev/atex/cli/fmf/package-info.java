/** Commands about metadata: discover, show, requires, plans, lint and {@code atex fmf}. */
@NullMarked
package dev.atex.cli.fmf;

import org.jspecify.annotations.NullMarked;
