package dev.atex.cli.run;

import dev.atex.cli.command.Console;
import dev.atex.cli.command.Notices;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.state.RunDirectory;
import dev.atex.cli.state.RunLeases;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import java.util.List;
import java.util.Optional;

/**
 * Everything that a session needs besides its tests.
 *
 * @param options how it is done
 * @param directory where it writes
 * @param leases what it takes
 * @param machines where its machines come from
 * @param notices what these have to say
 * @param console where shells are opened, if some are wanted
 * @param terminal where it is shown
 */
public record RunSetup(
        RunOptions options,
        RunDirectory directory,
        RunLeases leases,
        List<Provisioner> machines,
        Notices notices,
        Optional<Console> console,
        Terminal terminal) {
    /** Prepares a run; creates nothing yet. */
    public static RunSetup of(RunOptions options, RunDirectory directory, RunLeases leases, Terminal terminal)
            throws UsageException {
        Notices notices = new Notices(terminal);
        ProvisionerContext context =
                new ProvisionerContext(directory.id(), leases, notices, Optional.of(directory.machines()));
        List<Provisioner> machines = RunCommand.machines(options.machines().specs(), context, options.dryRun());
        Optional<Console> console = options.debugShell() && !options.dryRun()
                ? Optional.of(Console.of(terminal, "--debug-shell"))
                : Optional.empty();
        return new RunSetup(options, directory, leases, machines, notices, console, terminal);
    }
}
