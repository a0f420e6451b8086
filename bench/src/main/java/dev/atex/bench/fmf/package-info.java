/** How fast metadata trees load, are adjusted and searched. */
@NullMarked
package dev.atex.bench.fmf;

import org.jspecify.annotations.NullMarked;
