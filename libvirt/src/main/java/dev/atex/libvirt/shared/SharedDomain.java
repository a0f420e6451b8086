package dev.atex.libvirt.shared;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.ledger.CrashPoints;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** A domain of a shared host, used by one helper. Reserve it before you change it. */
record SharedDomain(VirtHelper helper, String name) {
    private static final String SHUT_OFF = "shut off";

    /** There is no event that the helper would pass on. */
    private static final Duration ASK_AGAIN = Duration.ofMillis(100);

    /** The time limit for a domain whose guest may not end by itself: virsh kills it. */
    private static final Duration DESTROY = Duration.ofMinutes(2);

    private String option() {
        return "--domain=" + name;
    }

    /** Reads its persistent definition. */
    DomainXml read(Deadline deadline) throws HelperException, InterruptedException {
        String xml = helper.virsh(deadline, "dumpxml", option(), "--inactive");
        try {
            return DomainXml.parse(xml);
        } catch (IOException e) {
            String reply = String.valueOf(e.getMessage());
            throw new HelperRefusedException(
                    "domain '" + name + "': 'virsh dumpxml' cannot be read: " + reply,
                    reply,
                    HelperRefusedException.Extent.DOMAIN);
        }
    }

    private boolean isOff(Deadline deadline) throws HelperException, InterruptedException {
        return helper.virsh(deadline, "domstate", option()).strip().equals(SHUT_OFF);
    }

    /** Destroys it, and returns when it is shut off. */
    void shutOff(Deadline deadline) throws HelperException, InterruptedException {
        Deadline patience = deadline.orAfter(DESTROY);
        while (!isOff(patience)) {
            try {
                String _ = helper.virsh(patience, "destroy", option());
            } catch (HelperRefusedException e) { // it may have ended by itself
                if (isOff(patience)) {
                    return;
                }
                if (patience.isExpired()) {
                    throw e;
                }
            }
            if (patience.isExpired() && !isOff(deadline)) {
                throw new HelperRefusedException(
                        "domain '" + name + "' is not shut off " + DESTROY.toMinutes()
                                + " minutes after 'virsh destroy'",
                        "",
                        HelperRefusedException.Extent.DOMAIN);
            }
            Thread.sleep(patience.orAfter(ASK_AGAIN).remaining());
        }
    }

    void start(Deadline deadline) throws HelperException, InterruptedException {
        String _ = helper.virsh(deadline, "start", option());
    }

    /** Writes the lease into its persistent definition; replaces that of another one. */
    void mark(LeaseMark mark, Deadline deadline) throws HelperException, InterruptedException {
        String _ = helper.virsh(
                deadline,
                "metadata",
                option(),
                "--uri=" + LeaseMark.NAMESPACE,
                "--key=" + LeaseMark.KEY,
                "--set=" + DomainXml.element(mark),
                "--config");
    }

    private void unmark(Deadline deadline) throws HelperException, InterruptedException {
        String _ = helper.virsh(deadline, "metadata", option(), "--uri=" + LeaseMark.NAMESPACE, "--remove", "--config");
    }

    private boolean carries(String leaseId, Deadline deadline) throws HelperException, InterruptedException {
        return read(deadline)
                .mark()
                .filter(mark -> mark.lease().equals(leaseId))
                .isPresent();
    }

    /** Stops it and ends its reservation, which this helper has. Does nothing to a domain with another lease. */
    void giveBack(String leaseId, Deadline deadline) throws HelperException, InterruptedException {
        if (carries(leaseId, deadline)) {
            CrashPoints.reached("shvirt before destroy");
            shutOff(deadline);
            CrashPoints.reached("shvirt after destroy");
            unmark(deadline);
            CrashPoints.reached("shvirt before release");
        }
        helper.release(name, deadline);
        CrashPoints.reached("shvirt after release");
    }

    /** What a lease still has. */
    enum Remains {
        /** Nothing: the domain does not exist, carries another lease, or another user has it. */
        NOTHING,
        /** The domain, which nobody holds. */
        DOMAIN,
        /** The domain, which another helper of the same user holds: that of a dead run, or of a run that just reserved it. */
        HELD
    }

    /** Finds out what is left of a lease whose helper has ended. */
    Remains remains(String leaseId, String user, Deadline deadline) throws HelperException, InterruptedException {
        Map<String, String> holders = helper.reservations(deadline);
        String holder = holders.get(name);
        if (holder == null) {
            return Remains.NOTHING;
        }
        boolean free = holder.equals(Holders.FREE);
        boolean mayBeOurs = free || holder.equals(user) || holder.startsWith("(");
        if (!mayBeOurs || !carries(leaseId, deadline)) {
            return Remains.NOTHING;
        }
        return free ? Remains.DOMAIN : Remains.HELD;
    }

    /**
     * Stops the domain of a lease whose helper has ended, unless it carries another lease or another user has it.
     *
     * @throws HelperRefusedException another helper of the same user still holds it at the deadline
     */
    void reclaim(String leaseId, String user, Deadline deadline) throws HelperException, InterruptedException {
        while (true) {
            switch (remains(leaseId, user, deadline)) {
                case NOTHING -> {
                    return;
                }
                case DOMAIN -> {
                    if (helper.reserveExactly(name, deadline)) {
                        giveBack(leaseId, deadline);
                        return;
                    }
                }
                case HELD -> {
                    if (deadline.isExpired()) {
                        throw new HelperRefusedException(
                                "domain '" + name + "' is still reserved by another helper of '" + user
                                        + "': that of the dead run may be busy (see 'atex shvirt reservations'); "
                                        + "it is tried again",
                                "",
                                HelperRefusedException.Extent.DOMAIN);
                    }
                }
            }
            Thread.sleep(deadline.orAfter(ASK_AGAIN.multipliedBy(5)).remaining());
        }
    }
}
