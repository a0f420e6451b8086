/** The page of a run in progress, served over HTTP. */
@NullMarked
package dev.atex.report.live;

import org.jspecify.annotations.NullMarked;
