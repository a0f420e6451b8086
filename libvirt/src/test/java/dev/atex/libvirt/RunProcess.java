package dev.atex.libvirt;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.ledger.DirectoryReclaimer;
import dev.atex.lease.ledger.Ledger;
import dev.atex.lease.ledger.Reaped;
import dev.atex.lease.ledger.Reaper;
import dev.atex.lease.ledger.RunOwner;
import dev.atex.lease.ledger.StateDirectory;
import dev.atex.libvirt.options.VirtSettings;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.pool.Reservation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A run or a reaping in a process of its own, to be killed. With a specification, it reserves one machine and releases it when it
 * is ready or has failed; without one, it reaps. Arguments: state directory, specification.
 */
final class RunProcess {
    /** The exit code if something could not be released, which is left for a reaper. */
    static final int LEFT = 4;

    private RunProcess() {}

    public static void main(String[] args) throws Exception {
        StateDirectory state = new StateDirectory(Path.of(args[0]));
        int status = args.length == 1 ? reaped(state) : run(state, ProvisionerSpec.parse(args[1]));
        System.exit(status);
    }

    private static int reaped(StateDirectory state) throws IOException, InterruptedException {
        List<Reaped> found = new ArrayList<>();
        new Reaper(state, List.of(new VirtReclaimer(), new DirectoryReclaimer()), Clock.systemUTC())
                .reap(Reaper.Request.all(), found::add);
        return found.stream().anyMatch(each -> each instanceof Reaped.Left) ? LEFT : 0;
    }

    private static int run(StateDirectory state, ProvisionerSpec spec) throws Exception {
        String run = UUID.randomUUID().toString();
        try (Ledger ledger = Ledger.create(state, RunOwner.current(run, state.path()))) {
            VirtMachines machines = new VirtMachines(VirtSettings.of(spec), new ProvisionerContext(run, ledger));
            machines.start();
            Reservation machine = machines.reservation(0, 1);
            try {
                machine.reserve();
                System.out.println("ready");
            } catch (ProvisionException e) {
                System.out.println(e.getMessage());
            }
            machine.abort(Deadline.after(Duration.ofSeconds(8)));
            machines.stop();
        } catch (ReleaseException e) {
            System.out.println(e.getMessage());
            return LEFT;
        }
        return 0;
    }

    /** Starts one. Its output goes to a file beside the state directory, and its temporary files too. */
    static Process start(Path state, List<String> properties, String... spec) throws IOException {
        Path temporary = Files.createDirectories(state.resolveSibling("tmp"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary));
        command.addAll(properties);
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                RunProcess.class.getName(),
                state.toString()));
        command.addAll(List.of(spec));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(state.resolveSibling("output").toFile())
                .start();
    }
}
