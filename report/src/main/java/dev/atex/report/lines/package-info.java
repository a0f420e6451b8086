/** The JSON of lines of results. */
@NullMarked
package dev.atex.report.lines;

import org.jspecify.annotations.NullMarked;
