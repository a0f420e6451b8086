package dev.atex.libvirt.shared;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.Reclaimer;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Stops domains that dead runs have left running. Their reservations have ended with their helpers. */
abstract sealed class AbstractSharedReclaimer implements Reclaimer permits SharedReclaimer, LocalSharedReclaimer {
    static final String HOST = "host";
    static final String SPEC = "spec";
    static final String DOMAIN = "domain";

    AbstractSharedReclaimer() {}

    @FunctionalInterface
    private interface Work<T> {
        T run(VirtHelper helper, SharedSettings settings) throws HelperException, InterruptedException;
    }

    private static <T> T on(LeaseRecord lease, Deadline deadline, Work<T> work)
            throws LeaseException, InterruptedException {
        SharedSettings settings;
        try {
            settings = SharedSettings.of(ProvisionerSpec.parse(lease.locator(SPEC)));
        } catch (InvalidOptionException e) {
            throw new LeaseException("lease " + lease.id() + ": " + e.getMessage(), e);
        }
        try (VirtHelper helper = VirtHelper.start(settings.address(), settings.name(), deadline)) {
            return work.run(helper, settings);
        } catch (HelperException e) {
            throw new LeaseException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Returns the domains that may carry the lease: the one that was recorded, else all. */
    private static List<SharedDomain> candidates(LeaseRecord lease, VirtHelper helper, Deadline deadline)
            throws HelperException, InterruptedException {
        List<SharedDomain> candidates = new ArrayList<>();
        if (lease.locator().containsKey(DOMAIN)) {
            candidates.add(new SharedDomain(helper, lease.locator(DOMAIN)));
        } else {
            helper.reservations(deadline).keySet().forEach(name -> candidates.add(new SharedDomain(helper, name)));
        }
        return candidates;
    }

    @Override
    public Optional<String> find(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException {
        return on(lease, deadline, (helper, settings) -> {
            for (SharedDomain each : candidates(lease, helper, deadline)) {
                if (each.remains(lease.id(), settings.name(), deadline) != SharedDomain.Remains.NOTHING) {
                    return Optional.of("domain " + each.name() + " on " + settings.address());
                }
            }
            return Optional.empty();
        });
    }

    @Override
    public void release(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException {
        boolean _ = on(lease, deadline, (helper, settings) -> {
            for (SharedDomain each : candidates(lease, helper, deadline)) {
                each.reclaim(lease.id(), settings.name(), deadline);
            }
            return true;
        });
    }
}
