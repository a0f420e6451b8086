/** The HTML page of a run and its data. */
@NullMarked
package dev.atex.report.page;

import org.jspecify.annotations.NullMarked;
