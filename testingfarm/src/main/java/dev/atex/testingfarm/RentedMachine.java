package dev.atex.testingfarm;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.ReleaseException;
import dev.atex.testingfarm.api.Endpoint;
import dev.atex.testingfarm.options.FarmSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One machine without a provisioner, for people to log in to. {@link #release} gives it back; any thread may call it. */
public final class RentedMachine {
    private static final Duration CHECK = Duration.ofMinutes(1);

    private final RentedMachines machines;
    private final FarmReservation reservation;

    private RentedMachine(RentedMachines machines, FarmReservation reservation) {
        this.machines = machines;
        this.reservation = reservation;
    }

    /**
     * Makes ready what the machine needs, and asks the service who we are and whether there is what we want; nothing is rented yet.
     *
     * @param spec as for the provisioner
     * @param environment where token and URL are
     */
    public static RentedMachine prepare(
            ProvisionerSpec spec, ProvisionerContext context, Map<String, String> environment)
            throws InvalidOptionException, ProvisionException, InterruptedException {
        List<Endpoint> endpoints = TestingFarmProvisionerFactory.endpoints(spec, environment);
        RentedMachines machines = new RentedMachines(FarmSettings.of(spec), endpoints, context);
        machines.check(Deadline.after(CHECK));
        machines.start();
        return new RentedMachine(machines, new FarmReservation(machines, 0, TestingFarmProvisionerFactory.KIND));
    }

    /** Gets it; may take hours. */
    public Connection reserve() throws ProvisionException, InterruptedException {
        return reservation.reserve();
    }

    /** A command of OpenSSH that logs in, with the key of the reservation and no other, until {@link #release}. */
    public List<String> loginCommand() throws ProvisionException, InterruptedException {
        return machines.loginCommand(reservation.login());
    }

    /** A command as a line that can be pasted into a shell. */
    public static String line(List<String> command) {
        return LoginLine.shell(command);
    }

    /** Gives it back, and what was made ready for it. */
    public void release(Deadline deadline) throws ReleaseException, InterruptedException {
        reservation.abort(deadline);
        machines.stop();
    }
}
