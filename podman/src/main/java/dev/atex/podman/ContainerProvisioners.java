package dev.atex.podman;

import dev.atex.podman.engine.Engine;
import dev.atex.provisioner.MachineSource;
import dev.atex.provisioner.PooledProvisioner;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.Reservation;

/** Containers, each made when it is asked for and removed when it is given back. */
public final class ContainerProvisioners {
    /** An engine that was disturbed fails now and then. */
    private static final int ATTEMPTS = 2;

    private ContainerProvisioners() {}

    /**
     * A provisioner whose machines are named {@code podman-1}, {@code podman-2}, ...
     *
     * @param max how many at a time, at least 1
     */
    public static Provisioner of(Engine engine, ContainerOptions options, int max, ProvisionerContext context) {
        return new PooledProvisioner(
                engine.kind().word(), max, ATTEMPTS, new Source(engine, options, new Image(engine, options), context));
    }

    private record Source(Engine engine, ContainerOptions options, Image image, ProvisionerContext context)
            implements MachineSource {
        @Override
        public void start() throws ProvisionException, InterruptedException {
            image.check();
        }

        @Override
        public Reservation reservation(int slot, long number) {
            return new ContainerReservation(engine.kind().word() + "-" + number, engine, options, image, context);
        }
    }
}
