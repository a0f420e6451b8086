package dev.atex.libvirt.shared;

import dev.atex.concurrent.Deadline;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.ReleaseException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One domain of a shared host, for use by hand. {@link #release} may be called from any thread. */
public final class SharedMachine {
    private static final int ATTEMPTS = 3;

    private final SharedHost host;
    private volatile @Nullable SharedReservation reservation;

    private SharedMachine(SharedHost host) {
        this.host = host;
    }

    /**
     * Checks that the host has the image.
     *
     * @param spec a specification of kind {@code shvirt}
     */
    public static SharedMachine prepare(ProvisionerSpec spec, ProvisionerContext context)
            throws InvalidOptionException, ProvisionException, InterruptedException {
        SharedHost host = new SharedHost(SharedSettings.absolute(spec), SharedSettings.of(spec), Pace.USUAL, context);
        host.start();
        return new SharedMachine(host);
    }

    /** Reserves a domain and starts it; waits for a free one. */
    public void reserve() throws ProvisionException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            SharedReservation next = new SharedReservation(SharedProvisionerFactory.KIND + "-" + attempt, host);
            reservation = next;
            try {
                next.reserve().disconnect();
                return;
            } catch (ProvisionException e) {
                if (attempt == ATTEMPTS || e.isPermanent()) {
                    throw e;
                }
                host.context().notices().accept(e.getMessage() + "; trying again");
                try {
                    next.close();
                } catch (ReleaseException left) {
                    e.addSuppressed(left);
                    throw e;
                }
            }
        }
    }

    private SharedReservation reserved() {
        SharedReservation current = reservation;
        if (current == null) {
            throw new IllegalStateException("not reserved");
        }
        return current;
    }

    /** Returns the name of the domain. */
    public String domain() {
        return reserved().domain().orElseThrow();
    }

    /** Returns the command line of the ssh program that logs in. */
    public List<String> loginCommand() {
        return reserved().login().command();
    }

    /** Returns why the domain is not reserved any more; empty if it is. */
    public Optional<String> lost() {
        return reserved().lost();
    }

    /** Stops the domain and ends the reservation. */
    public void release(Deadline deadline) throws ReleaseException, InterruptedException {
        SharedReservation current = reservation;
        if (current != null) {
            current.abort(deadline);
        }
    }
}
