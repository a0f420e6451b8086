package dev.atex.cli.machines;

import dev.atex.cli.selection.MachineChoice;
import dev.atex.cli.view.Printable;
import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.CommandResult;
import dev.atex.connection.ConnectionException;
import dev.atex.internal.text.DurationText;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.Provisioners;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.Remote;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gets one machine, checks it, and releases it. */
final class MachineCheck {
    private static final String PROBE = probe();
    private static final Duration LOOK = Duration.ofMinutes(1);
    private static final Duration RELEASE = Duration.ofMinutes(1);

    private final Provisioners kinds;
    private final ProvisionerContext context;
    private final Duration patience;

    /**
     * The result of checking a machine.
     *
     * @param from where the machine comes from
     * @param machine its name; empty: there is none
     * @param facts about it, for people
     * @param byName the same for programs
     * @param errors with which it cannot be used
     * @param warnings with which some tests cannot
     */
    record Found(
            ProvisionerSpec from,
            Optional<String> machine,
            String facts,
            Map<String, String> byName,
            List<String> errors,
            List<String> warnings) {

        static Found nothing(ProvisionerSpec from, String why) {
            return new Found(from, Optional.empty(), "", Map.of(), List.of(why), List.of());
        }
    }

    /**
     * Creates a check.
     *
     * @param patience how long one may take to come
     */
    MachineCheck(Provisioners kinds, ProvisionerContext context, Duration patience) {
        this.kinds = kinds;
        this.context = context;
        this.patience = patience;
    }

    private static String probe() {
        try (InputStream in = MachineCheck.class.getResourceAsStream("probe.sh")) {
            if (in == null) {
                throw new IllegalStateException("probe.sh is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Found check(ProvisionerSpec spec) throws InterruptedException {
        Provisioner machines;
        try {
            machines = kinds.create(spec, context);
            machines.check(Deadline.after(LOOK));
        } catch (InvalidOptionException e) {
            return Found.nothing(spec, String.valueOf(e.getMessage()));
        }
        Found found;
        try {
            found = look(spec, machines);
        } catch (ProvisionException e) {
            found = Found.nothing(spec, String.valueOf(e.getMessage()));
        } finally {
            stop(machines);
        }
        return found;
    }

    private Found look(ProvisionerSpec spec, Provisioner machines) throws ProvisionException, InterruptedException {
        machines.start();
        machines.provision(1);
        Remote remote = machines.remote(Deadline.after(patience)).orElse(null);
        if (remote == null) {
            return Found.nothing(
                    spec, "no machine came within " + DurationText.print(patience) + "; --wait waits longer");
        }
        try {
            CommandResult result = remote.run(Command.of("sh", "-c", PROBE), Deadline.after(LOOK));
            if (result.exitCode() != 0) {
                return new Found(
                        spec,
                        Optional.of(remote.name()),
                        "",
                        Map.of(),
                        List.of("no script of 'sh' can be run there (exit code " + result.exitCode() + "): "
                                + result.stderrText().strip()),
                        List.of());
            }
            MachineFacts facts = new MachineFacts(
                    result.stdoutText(),
                    spec.kind().equals(MachineChoice.LOCAL),
                    InstantSource.system().instant().getEpochSecond());
            return new Found(
                    spec, Optional.of(remote.name()), facts.text(), facts.byName(), facts.errors(), facts.warnings());
        } catch (ConnectionException e) {
            return Found.nothing(spec, String.valueOf(e.getMessage()));
        }
    }

    /** Releases the machines. Whatever is left is in the ledger, and is reported at the end. */
    private void stop(Provisioner machines) throws InterruptedException {
        boolean interrupted = Thread.interrupted();
        try {
            machines.stop(Deadline.after(RELEASE));
        } catch (ReleaseException e) {
            context.notices().accept(Printable.lines(String.valueOf(e.getMessage())));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
