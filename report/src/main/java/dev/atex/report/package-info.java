/** Writes reports of a run, from its event log, results and files; described in {@code docs/reports.md}. */
@NullMarked
package dev.atex.report;

import org.jspecify.annotations.NullMarked;
