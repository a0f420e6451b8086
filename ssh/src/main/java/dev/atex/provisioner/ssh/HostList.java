package dev.atex.provisioner.ssh;

import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.MachineSource;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.Reservation;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** The hosts of one provisioner: each is a slot of its pool. Thread-safe. */
final class HostList implements MachineSource {
    /** A host that failed is not tried again before. */
    private static final long PAUSE_NANOS = Duration.ofSeconds(30).toNanos();

    private final ProvisionerSpec spec;
    private final SshSettings settings;
    private final LeaseLog leases;
    private final String owner;
    private final int[] uses;
    private final long[] notBefore;

    HostList(ProvisionerSpec spec, SshSettings settings, ProvisionerContext context) {
        this.spec = spec;
        this.settings = settings;
        leases = context.leases();
        // Two of these in one run have different owners, and so do two runs with the same name.
        owner = System.getProperty("user.name") + "@" + thisHost() + ":" + context.runId() + ":"
                + UUID.randomUUID().toString().substring(0, 8);
        uses = new int[settings.hosts().size()];
        notBefore = new long[uses.length];
        java.util.Arrays.fill(notBefore, System.nanoTime());
    }

    private static String thisHost() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }

    SshSettings settings() {
        return settings;
    }

    LeaseLog leases() {
        return leases;
    }

    /** Who locks the hosts. */
    String owner() {
        return owner;
    }

    String host(int slot) {
        return settings.hosts().get(slot);
    }

    /** What {@link SshReclaimer} needs. */
    Map<String, String> locator(int slot) {
        Map<String, String> locator = new LinkedHashMap<>();
        locator.put(SshReclaimer.HOST, host(slot));
        locator.put(SshReclaimer.SPEC, spec.toString());
        locator.put(SshReclaimer.TEMPORARY, System.getProperty("java.io.tmpdir"));
        return locator;
    }

    @Override
    public Reservation reservation(int slot, long number) {
        int use;
        synchronized (this) {
            use = ++uses[slot];
        }
        return new SshReservation(this, slot, use == 1 ? host(slot) : host(slot) + "#" + use);
    }

    /** Waits until a host may be tried. */
    void awaitTurn(int slot) throws InterruptedException {
        long left;
        synchronized (this) {
            left = notBefore[slot] - System.nanoTime();
        }
        if (left > 0) {
            Thread.sleep(Duration.ofNanos(left));
        }
    }

    /** A host was tried. */
    synchronized void used(int slot, boolean successful) {
        notBefore[slot] = System.nanoTime() + (successful ? 0 : PAUSE_NANOS);
    }
}
