package dev.atex.libvirt.shared;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.SshConnection;
import dev.atex.connection.support.RevocableConnection;
import dev.atex.lease.Lease;
import dev.atex.lease.ledger.CrashPoints;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.pool.AbstractReservation;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The use of one domain, which is reserved as long as its helper lives. */
final class SharedReservation extends AbstractReservation {
    private final SharedHost host;
    private final SharedSettings settings;
    private volatile @Nullable Lease lease;
    private volatile @Nullable VirtHelper helper;
    private volatile @Nullable String domain;
    private volatile @Nullable SshConnection connection;
    private volatile @Nullable RevocableConnection handedOut;
    private volatile @Nullable DomainLogin way;
    private volatile boolean released;

    SharedReservation(String name, SharedHost host) {
        super(name, host.context().leases());
        this.host = host;
        this.settings = host.settings();
    }

    @Override
    protected Connection acquire() throws ProvisionException, InterruptedException {
        Lease taken = intend(host.leaseKind(), host.locator());
        lease = taken;
        try {
            VirtHelper started = host.helper(Deadline.never());
            helper = started;
            CrashPoints.reached("shvirt before reserve");
            String reserved = reserve(started);
            CrashPoints.reached("shvirt after reserve");
            have(Map.of(AbstractSharedReclaimer.DOMAIN, reserved));
            domain = reserved;
            SharedHost.LOG.log(Level.DEBUG, () -> name() + ": reserved domain '" + reserved + "'");
            return use(new SharedDomain(started, reserved), taken);
        } catch (HelperException e) {
            throw host.failure(name(), e);
        }
    }

    /** Waits for a free domain and reserves it. */
    private String reserve(VirtHelper asked) throws HelperException, ProvisionException, InterruptedException {
        Deadline patience = Deadline.after(settings.lockWait());
        while (true) {
            Holders holders = new Holders(asked.reservations(Deadline.never()));
            boolean gaveWay = holders.givesWay(settings.name()) && holders.free() > 0;
            if (gaveWay) {
                Thread.sleep(patience.orAfter(host.pace().courtesy()).remaining());
            }
            Optional<String> reserved = reserveUsable(asked);
            if (reserved.isPresent()) {
                return reserved.get();
            }
            if (patience.isExpired()) {
                throw new ProvisionException(name() + ": no domain of " + settings.address()
                        + " became free in time (lock-wait=TIME waits longer); domains are held by: "
                        + String.join(", ", holders.others(settings.name())));
            }
            host.tellWaiting(holders);
            Thread.sleep(patience.orAfter(host.pace().pause()).remaining());
        }
    }

    /** Reserves a domain that has not failed recently; a failed one is held until another was found. */
    private Optional<String> reserveUsable(VirtHelper asked) throws HelperException, InterruptedException {
        Deadline deadline = Deadline.never(); // each request has its own limit
        List<String> failed = new ArrayList<>();
        Optional<String> reserved = asked.reserve(settings.filter(), deadline);
        while (reserved.isPresent() && host.isSetAside(reserved.get())) {
            failed.add(reserved.get());
            reserved = asked.reserve(settings.filter(), deadline);
        }
        for (String each : failed) {
            asked.release(each, deadline);
        }
        return reserved;
    }

    private Connection use(SharedDomain reserved, Lease taken)
            throws HelperException, ProvisionException, InterruptedException {
        boolean works = false;
        try {
            DomainXml xml = boot(reserved, taken);
            DomainXml.Forward forward = xml.ssh()
                    .orElseThrow(() -> new ProvisionException(name() + ": domain '" + reserved.name()
                            + "' forwards no port to 22: its owner must give it an interface with <backend type='passt'/> and "
                            + "<portForward proto='tcp'><range start='PORT' to='22'/></portForward>"));
            DomainLogin login = new DomainLogin(settings, forward);
            way = login;
            SshConnection made = login.connection(taken.id());
            connection = made;
            RevocableConnection whole = new RevocableConnection(made);
            handedOut = whole;
            var _ = reserved.helper().ended().thenAccept(why -> revoke(whole, made, why));
            login.connect(made, xml.uuid(), reserved);
            CrashPoints.reached("shvirt after connect");
            works = true;
            return whole;
        } catch (ConnectionException e) {
            throw new ProvisionException(
                    name() + ": domain '" + reserved.name() + "' was started, but cannot be logged in to: "
                            + e.getMessage(),
                    e);
        } finally {
            if (!works) {
                host.setAside(reserved.name());
            }
        }
    }

    /** Starts the domain with a fresh copy of the image. The lease is in its metadata before it may run. */
    private DomainXml boot(SharedDomain reserved, Lease taken)
            throws HelperException, ProvisionException, InterruptedException {
        Deadline deadline = Deadline.never(); // each request has its own limit
        reserved.mark(host.mark(taken.id()), deadline);
        CrashPoints.reached("shvirt after mark");
        reserved.shutOff(deadline);
        CrashPoints.reached("shvirt before copy");
        try {
            reserved.helper().copyToDomain(settings.pool(), settings.image(), reserved.name(), deadline);
        } catch (HelperRefusedException e) {
            host.checkImage(reserved.helper(), deadline); // it may have been removed meanwhile
            throw e;
        }
        CrashPoints.reached("shvirt after copy");
        DomainXml xml = reserved.read(deadline);
        CrashPoints.reached("shvirt before start");
        reserved.start(deadline);
        CrashPoints.reached("shvirt after start");
        return xml;
    }

    private void revoke(RevocableConnection whole, SshConnection made, String why) {
        if (released) {
            return;
        }
        whole.end("its reservation is lost: another user may use the domain now: " + why);
        made.disconnect();
    }

    /** Returns the domain, once it is reserved. */
    Optional<String> domain() {
        return Optional.ofNullable(domain);
    }

    /** Returns the way to the domain, once it is known. */
    DomainLogin login() {
        DomainLogin known = way;
        if (known == null) {
            throw new IllegalStateException(name() + ": not reserved");
        }
        return known;
    }

    /** Returns why the domain is not reserved any more; empty if it is. */
    Optional<String> lost() {
        VirtHelper used = helper;
        return used == null
                ? Optional.empty()
                : Optional.ofNullable(used.ended().getNow(null));
    }

    @Override
    protected void free(Deadline deadline) throws ReleaseException, InterruptedException {
        released = true;
        RevocableConnection whole = handedOut;
        if (whole != null) {
            whole.end("the domain was released");
        }
        SshConnection made = connection;
        if (made != null) {
            made.disconnect();
        }
        Lease taken = lease;
        String reserved = domain;
        VirtHelper used = helper;
        try {
            if (taken == null || reserved == null) {
                return;
            }
            if (used != null && used.isUsable()) {
                try {
                    new SharedDomain(used, reserved).giveBack(taken.id(), deadline);
                    return;
                } catch (HelperException e) {
                    SharedHost.LOG.log(Level.INFO, () -> name() + ": releasing again: " + e.getMessage());
                    used.close(); // its reservation must not stand in the way of the next helper
                }
            }
            try (VirtHelper next = host.helper(deadline)) {
                new SharedDomain(next, reserved).reclaim(taken.id(), settings.name(), deadline);
            } catch (HelperException e) {
                throw new ReleaseException(
                        name() + ": domain '" + reserved + "' could not be stopped: " + e.getMessage()
                                + ". 'atex reap' tries again",
                        e);
            }
        } finally {
            if (used != null) {
                used.close();
            }
        }
    }
}
