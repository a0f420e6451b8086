package dev.atex.libvirt;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.LeaseException;
import dev.atex.libvirt.options.VirtSettings;
import dev.atex.libvirt.virsh.VirshException;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ProvisionException.Extent;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.pool.MachineSource;
import dev.atex.provisioner.pool.Reservation;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** The shared state of all machines of one provisioner. Thread-safe. */
final class VirtMachines implements MachineSource {
    private static final Duration LOOK = Duration.ofMinutes(2);

    private final VirtSettings settings;
    private final ProvisionerContext context;
    private final InstantSource clock;
    private final Semaphore starting;
    private final Streak streak = new Streak();
    private volatile @Nullable Host host;
    private volatile @Nullable LoginFiles login;
    private final SavedStates states;

    VirtMachines(VirtSettings settings, ProvisionerContext context) {
        this(settings, context, InstantSource.system());
    }

    VirtMachines(VirtSettings settings, ProvisionerContext context, InstantSource clock) {
        this.settings = settings;
        this.context = context;
        states = new SavedStates(this);
        this.clock = clock;
        starting = new Semaphore(settings.maxStarting(), true);
    }

    @Override
    public void check(Deadline deadline) throws InvalidOptionException, InterruptedException {
        try {
            host = Host.find(settings, deadline);
        } catch (VirshException e) {
            if (e.failure() != VirshException.Failure.TIMEOUT) {
                throw new InvalidOptionException("provisioner '" + VirtProvisionerFactory.KIND + "': " + e.getMessage()
                        + VirtFailure.advice(e.failure()));
            }
        }
    }

    @Override
    public void start() throws ProvisionException, InterruptedException {
        try {
            if (host == null) {
                host = Host.find(settings, Deadline.after(LOOK));
            }
            Host.notice(settings, host().pool().virsh(), Deadline.after(LOOK)).ifPresent(context.notices());
            login = LoginFiles.create(settings.login(), settings.warm(), context.leases());
            ExpiredMachines.remove(host().pool(), clock.instant(), Deadline.after(LOOK));
        } catch (VirshException e) {
            throw new ProvisionException(
                    VirtProvisionerFactory.KIND + ": " + e.getMessage() + VirtFailure.advice(e.failure()),
                    Extent.PROVISIONER,
                    e);
        } catch (IOException | LeaseException e) {
            throw new ProvisionException(
                    VirtProvisionerFactory.KIND + ": cannot prepare logins: " + e.getMessage(), Extent.PROVISIONER, e);
        }
    }

    @Override
    public boolean servesOneTest() {
        return settings.reset();
    }

    @Override
    public Reservation reservation(int slot, long number) {
        return VirtReservation.usual(this, VirtProvisionerFactory.KIND + "-" + number);
    }

    @Override
    public void stop() throws ReleaseException, InterruptedException {
        states.stop();
        LoginFiles files = login;
        if (files != null) {
            try {
                files.remove();
            } catch (LeaseException e) {
                throw new ReleaseException(VirtProvisionerFactory.KIND + ": " + e.getMessage(), e);
            }
        }
    }

    VirtSettings settings() {
        return settings;
    }

    InstantSource clock() {
        return clock;
    }

    ProvisionerContext context() {
        return context;
    }

    Host host() {
        return Objects.requireNonNull(host, "not started");
    }

    LoginFiles login() {
        return Objects.requireNonNull(login, "not started");
    }

    /** Returns the saved states that machines are restored from. */
    SavedStates states() {
        return states;
    }

    /** Limits the machines that are created and boot at a time. */
    Semaphore starting() {
        return starting;
    }

    /** Returns the longest time until a machine answers. */
    Duration bootWait() {
        return settings.bootWait().orElseGet(host()::bootWait);
    }

    /** Counts a machine that is ready. */
    void succeeded() {
        streak.succeeded();
    }

    /**
     * Returns the failure of a machine, for the whole provisioner if machines have failed in a row.
     *
     * @param started the {@link System#nanoTime} at which it was started
     */
    ProvisionException failed(ProvisionException failure, long started) {
        if (!streak.failed(started) || failure.isPermanent()) {
            return failure;
        }
        return new ProvisionException(
                failure.getMessage() + "\nNo more machines are started, as several in a row have failed",
                Extent.PROVISIONER,
                failure);
    }
}
