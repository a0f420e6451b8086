package dev.atex.libvirt.shared;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.text.Suggestion;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.pool.MachineSource;
import dev.atex.provisioner.pool.PooledProvisioner;
import dev.atex.provisioner.pool.Reservation;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A shared host as the source of machines of one run. Thread-safe. */
final class SharedHost implements MachineSource {
    static final System.Logger LOG = System.getLogger("dev.atex.libvirt");

    private static final Duration CHECK = Duration.ofMinutes(3);
    private static final int ATTEMPTS = 3;

    private final ProvisionerSpec spec;
    private final SharedSettings settings;
    private final Pace pace;
    private final ProvisionerContext context;
    private final Map<String, Deadline> setAside = new HashMap<>();
    private String lastNotice = "";

    SharedHost(ProvisionerSpec spec, SharedSettings settings, Pace pace, ProvisionerContext context) {
        this.spec = spec;
        this.settings = settings;
        this.pace = pace;
        this.context = context;
    }

    Provisioner provisioner() {
        return new PooledProvisioner(SharedProvisionerFactory.KIND, settings.max(), ATTEMPTS, this);
    }

    SharedSettings settings() {
        return settings;
    }

    Pace pace() {
        return pace;
    }

    ProvisionerContext context() {
        return context;
    }

    /** Returns the kind of leases: a helper on this host cannot be reached from others. */
    String leaseKind() {
        return settings.address().host().isPresent() ? SharedReclaimer.KIND : LocalSharedReclaimer.KIND;
    }

    Map<String, String> locator() {
        Map<String, String> locator = new LinkedHashMap<>();
        settings.address().host().ifPresent(host -> locator.put(AbstractSharedReclaimer.HOST, host));
        locator.put(AbstractSharedReclaimer.SPEC, spec.toString());
        return locator;
    }

    /** Returns the metadata of a domain that starts now. */
    LeaseMark mark(String leaseId) {
        return new LeaseMark(
                leaseId,
                context.runId(),
                settings.name(),
                Instant.ofEpochSecond(Instant.now().plus(settings.lifetime()).getEpochSecond()));
    }

    VirtHelper helper(Deadline deadline) throws HelperException, InterruptedException {
        return VirtHelper.start(settings.address(), settings.name(), deadline);
    }

    /** Checks that the host has a helper and the image, and stops domains that dead runs have left. */
    @Override
    public void start() throws ProvisionException, InterruptedException {
        Deadline deadline = Deadline.after(CHECK);
        try (VirtHelper helper = helper(deadline)) {
            checkImage(helper, deadline);
            removeExpired(helper, deadline);
        } catch (HelperException e) {
            throw failure("", e);
        }
    }

    /** Fails if the pool does not have the image. */
    void checkImage(VirtHelper helper, Deadline deadline)
            throws ProvisionException, HelperLostException, InterruptedException {
        try {
            String _ = helper.virsh(deadline, "vol-info", "--pool=" + settings.pool(), "--vol=" + settings.image());
        } catch (HelperException e) {
            if (e instanceof HelperLostException lost) {
                throw lost;
            }
            String known = "";
            try {
                List<String> volumes = helper.virsh(deadline, "vol-list", "--pool=" + settings.pool())
                        .lines()
                        .map(line -> line.strip().split("\\s+")[0])
                        .toList();
                known = Suggestion.among(settings.image(), volumes);
            } catch (HelperRefusedException none) {
                LOG.log(Level.DEBUG, () -> "volumes cannot be listed: " + none.getMessage());
            } catch (HelperException lost) {
                throw failure("", lost);
            }
            throw new ProvisionException(
                    settings.address() + ": pool '" + settings.pool() + "' has no image '" + settings.image() + "'"
                            + known + ": " + e.getMessage(),
                    ProvisionException.Extent.PROVISIONER,
                    e);
        }
    }

    /** Stops domains whose lease has expired and which nobody holds. */
    private void removeExpired(VirtHelper helper, Deadline deadline) throws HelperLostException, InterruptedException {
        try {
            Holders holders = new Holders(helper.reservations(deadline));
            for (Map.Entry<String, String> each : holders.byDomain().entrySet()) {
                SharedDomain domain = new SharedDomain(helper, each.getKey());
                if (each.getValue().equals(Holders.FREE)
                        && expired(domain, deadline).isPresent()) {
                    removeExpired(domain, deadline);
                }
            }
        } catch (HelperLostException e) {
            throw e;
        } catch (HelperException e) {
            LOG.log(Level.INFO, () -> "domains of dead runs were not looked for: " + e.getMessage());
        }
    }

    private static Optional<LeaseMark> expired(SharedDomain domain, Deadline deadline)
            throws HelperException, InterruptedException {
        return domain.read(deadline).mark().filter(mark -> mark.expires().isBefore(Instant.now()));
    }

    private static void removeExpired(SharedDomain domain, Deadline deadline)
            throws HelperException, InterruptedException {
        VirtHelper helper = domain.helper();
        if (helper.reserveExactly(domain.name(), deadline)) {
            Optional<LeaseMark> mark = expired(domain, deadline);
            if (mark.isPresent()) {
                LOG.log(
                        Level.INFO,
                        () -> "stopping domain '" + domain.name() + "', whose lease "
                                + mark.get().lease() + " of " + mark.get().owner() + " expired at "
                                + mark.get().expires());
                domain.giveBack(mark.get().lease(), deadline);
            } else {
                helper.release(domain.name(), deadline);
            }
        }
    }

    @Override
    public Reservation reservation(int slot, long number) {
        return new SharedReservation(SharedProvisionerFactory.KIND + "-" + number, this);
    }

    /** Converts the failure of a request. */
    ProvisionException failure(String machine, HelperException e) {
        String message = (machine.isEmpty() ? "" : machine + ": ") + e.getMessage();
        boolean last =
                e instanceof HelperRefusedException refused && refused.extent() == HelperRefusedException.Extent.HOST;
        return new ProvisionException(
                message, last ? ProvisionException.Extent.PROVISIONER : ProvisionException.Extent.ONCE, e);
    }

    /** Records that a domain has failed: others are tried first. */
    synchronized void setAside(String domain) {
        setAside.put(domain, Deadline.after(pace.setAside()));
    }

    /** Returns true if a domain has failed recently. */
    synchronized boolean isSetAside(String domain) {
        setAside.values().removeIf(Deadline::isExpired);
        return setAside.containsKey(domain);
    }

    /** Reports that a machine waits, once for each state of the host. */
    void tellWaiting(Holders holders) {
        String others = String.join(", ", holders.others(settings.name()));
        String notice = "waiting for a free domain of " + settings.address()
                + (others.isEmpty() ? "" : "; domains are held by: " + others);
        synchronized (this) {
            if (notice.equals(lastNotice)) {
                return;
            }
            lastNotice = notice;
        }
        LOG.log(Level.INFO, notice);
        context.notices().accept(notice);
    }
}
