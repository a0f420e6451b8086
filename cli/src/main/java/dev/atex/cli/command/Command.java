package dev.atex.cli.command;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** A subcommand of {@code atex}. Only the command that was called describes its options. */
public interface Command {

    /** Returns the word that selects it. */
    String name();

    /** Returns a line for the list of commands. */
    String summary();

    /** Adds options and help to {@code spec}. */
    void describe(CommandSpec spec);

    /** Returns the meaning of its exit codes, for its help. */
    default Map<String, String> exitCodes() {
        return ExitCode.ofPlainCommands();
    }

    /** Returns whether log messages are kept in memory until the command opens the log file of a run. */
    default boolean logsToFile() {
        return false;
    }

    /** Returns the commands below this one. A command that has some does nothing by itself. */
    default List<Command> subcommands() {
        return List.of();
    }

    /** Returns the arguments with the subcommand first; for a command whose options may precede it. */
    default List<String> ordered(List<String> args) {
        return args;
    }

    /**
     * Does the work.
     *
     * @return the exit code
     */
    int run(ParseResult options, Terminal terminal) throws UsageException, InterruptedException;
}
