/** The parts that all commands share: interface, options, exit codes, messages and the terminal. */
@NullMarked
package dev.atex.cli.command;

import org.jspecify.annotations.NullMarked;
