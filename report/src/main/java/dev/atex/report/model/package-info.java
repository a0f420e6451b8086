/** A run as reports see it: its tests, attempts, machines and results, read from its directory. */
@NullMarked
package dev.atex.report.model;

import org.jspecify.annotations.NullMarked;
