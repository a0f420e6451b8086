package dev.atex.cli.state;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** A command whose argument is a run that exists. */
public abstract class RunDirectoryCommand implements Command {
    /** Adds the options of this command, and its help. */
    protected abstract void describeOwn(CommandSpec spec);

    /** Does the work, and returns the exit code. */
    protected abstract int run(RunDirectory directory, ParseResult options, Terminal terminal)
            throws UsageException, InterruptedException;

    @Override
    public final void describe(CommandSpec spec) {
        Runs.describe(spec);
        describeOwn(spec);
    }

    @Override
    public final int run(ParseResult options, Terminal terminal) throws UsageException, InterruptedException {
        return run(Runs.named(options), options, terminal);
    }
}
