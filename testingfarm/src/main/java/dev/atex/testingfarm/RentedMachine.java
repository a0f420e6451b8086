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

/** One machine to log in to, without a provisioner. Any thread may call {@link #release}. */
public final class RentedMachine {
    private static final Duration CHECK = Duration.ofMinutes(1);

    private final RentedMachines machines;
    private final FarmReservation reservation;

    private RentedMachine(RentedMachines machines, FarmReservation reservation) {
        this.machines = machines;
        this.reservation = reservation;
    }

    /**
     * Prepares keys, and checks token, compose and hardware with the service. Nothing is rented yet.
     *
     * @param spec the options of the provisioner
     * @param environment the variables with token and URL
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

    /** Reserves the machine; may take hours. */
    public Connection reserve() throws ProvisionException, InterruptedException {
        return reservation.reserve();
    }

    /** Returns a command of OpenSSH that logs in with the key of the reservation only; valid until {@link #release}. */
    public List<String> loginCommand() throws ProvisionException, InterruptedException {
        return machines.loginCommand(reservation.login());
    }

    /** Returns a command as a line that can be pasted into a shell. */
    public static String line(List<String> command) {
        return LoginLine.shell(command);
    }

    /** Releases the machine and removes the files of the reservation. */
    public void release(Deadline deadline) throws ReleaseException, InterruptedException {
        reservation.abort(deadline);
        machines.stop();
    }
}
