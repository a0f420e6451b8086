package dev.atex.podman;

import dev.atex.podman.engine.Engine;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.pool.MachineSource;
import dev.atex.provisioner.pool.PooledProvisioner;
import dev.atex.provisioner.pool.Reservation;

/** Creates provisioners whose machines are containers: each is created on request and removed on release. */
public final class ContainerProvisioners {
    /** An engine may fail for a moment, as when another of its processes was killed. */
    private static final int ATTEMPTS = 2;

    private ContainerProvisioners() {}

    /**
     * Returns a provisioner whose machines are named {@code podman-1}, {@code podman-2}, ...
     *
     * @param max the number of containers at a time, at least 1
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
