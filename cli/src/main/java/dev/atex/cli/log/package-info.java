/**
 * Backend of {@code System.Logger} for the {@code atex} program: standard error ({@code -v}) and the log file of a
 * run.
 */
@NullMarked
package dev.atex.cli.log;

import org.jspecify.annotations.NullMarked;
