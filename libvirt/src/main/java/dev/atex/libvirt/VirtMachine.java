package dev.atex.libvirt;

import dev.atex.concurrent.Deadline;
import dev.atex.libvirt.options.VirtSettings;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.ReleaseException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One machine for use by hand. */
public final class VirtMachine {
    private static final Duration LOOK = Duration.ofMinutes(2);

    private final VirtMachines machines;
    private @Nullable VirtReservation reservation;

    private VirtMachine(VirtMachines machines) {
        this.machines = machines;
    }

    /**
     * Checks that the host has what the machine needs.
     *
     * @param spec a specification of kind {@code virt}
     */
    public static VirtMachine prepare(ProvisionerSpec spec, ProvisionerContext context)
            throws InvalidOptionException, ProvisionException, InterruptedException {
        VirtMachines machines = new VirtMachines(VirtSettings.of(VirtSettings.absolute(spec)), context);
        machines.check(Deadline.after(LOOK));
        machines.start();
        return new VirtMachine(machines);
    }

    /** Creates the machine, and returns when it answers. */
    public void reserve() throws ProvisionException, InterruptedException {
        VirtReservation next = VirtReservation.usual(machines, VirtProvisionerFactory.KIND + "-1");
        reservation = next;
        next.reserve().disconnect();
    }

    private VirtReservation reserved() {
        VirtReservation current = reservation;
        if (current == null) {
            throw new IllegalStateException("not reserved");
        }
        return current;
    }

    /** Returns the name of its domain. */
    public String domain() {
        return reserved().domain();
    }

    /** Returns the command line of the ssh program that logs in. */
    public List<String> loginCommand() {
        return reserved().loginCommand();
    }

    /** Returns why it does not exist any more; empty if it does. */
    public Optional<String> lost() {
        return reserved().lost();
    }

    /** Removes the machine, and the files for logins. */
    public void release(Deadline deadline) throws ReleaseException, InterruptedException {
        VirtReservation current = reservation;
        if (current != null) {
            current.abort(deadline);
        }
        machines.stop();
    }
}
