/** Outputs of runs: reports, copies of files, comparisons. */
@NullMarked
package dev.atex.cli.report;

import org.jspecify.annotations.NullMarked;
