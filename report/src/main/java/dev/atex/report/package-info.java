/** Reports of a run: folds over its event log, its results and its files, described in {@code docs/reports.md}. */
@NullMarked
package dev.atex.report;

import org.jspecify.annotations.NullMarked;
