package dev.atex.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** A subcommand of {@code atex}. Its options are described only when it is the one that was called. */
interface Command {

    /** The word that selects it. */
    String name();

    /** One line for the list of commands. */
    String summary();

    /** Adds options and help to {@code spec}. */
    void describe(CommandSpec spec);

    /**
     * Does the work.
     *
     * @return the exit code
     */
    int run(ParseResult options, Terminal terminal) throws UsageException, InterruptedException;
}
