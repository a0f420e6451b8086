/** Reports of wrong, ignored or refused metadata, and of missing tests. */
@NullMarked
package dev.atex.executor.fmf.findings;

import org.jspecify.annotations.NullMarked;
