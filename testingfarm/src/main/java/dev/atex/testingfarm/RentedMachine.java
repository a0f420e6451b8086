package dev.atex.testingfarm;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.connection.ssh.SshOptions;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.ReleaseException;
import dev.atex.testingfarm.api.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One machine without a provisioner, for people to log in to. {@link #release} gives it back; any thread may call it. */
public final class RentedMachine {
    private final RentedMachines machines;
    private final FarmReservation reservation;

    private RentedMachine(RentedMachines machines, FarmReservation reservation) {
        this.machines = machines;
        this.reservation = reservation;
    }

    /**
     * Makes ready what the machine needs, and asks the service who we are; nothing is rented yet.
     *
     * @param spec as for the provisioner
     * @param environment where token and URL are
     */
    public static RentedMachine prepare(
            ProvisionerSpec spec, ProvisionerContext context, Map<String, String> environment)
            throws InvalidOptionException, ProvisionException, InterruptedException {
        Endpoint endpoint = TestingFarmProvisionerFactory.endpoint(spec, environment);
        RentedMachines machines = new RentedMachines(FarmSettings.of(spec), endpoint, context);
        machines.start();
        return new RentedMachine(machines, new FarmReservation(machines, TestingFarmProvisionerFactory.KIND));
    }

    /** Gets it; may take hours. */
    public Connection reserve() throws ProvisionException, InterruptedException {
        return reservation.reserve();
    }

    /** A command of OpenSSH that logs in. */
    public List<String> loginCommand() {
        List<String> command = new ArrayList<>(List.of("ssh"));
        SshOptions options = machines.ssh();
        options.config().ifPresent(file -> command.addAll(List.of("-F", file.toString())));
        options.identity().ifPresent(file -> command.addAll(List.of("-i", file.toString())));
        for (String option : List.of("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR")) {
            command.addAll(List.of("-o", option));
        }
        command.add(reservation.login());
        return command;
    }

    /** Gives it back, and what was made ready for it. */
    public void release(Deadline deadline) throws ReleaseException, InterruptedException {
        reservation.abort(deadline);
        machines.stop();
    }
}
