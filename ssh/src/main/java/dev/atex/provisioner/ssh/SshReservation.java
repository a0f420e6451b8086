package dev.atex.provisioner.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.concurrent.TaskScope;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.SshConnection;
import dev.atex.lease.CrashPoints;
import dev.atex.lease.Lease;
import dev.atex.provisioner.AbstractReservation;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ReleaseException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The use of one host, which is locked for that time. */
final class SshReservation extends AbstractReservation {
    /** How often a host that is in use is asked again: nobody tells when it is given back. */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

    private static final Duration SCRIPT = Duration.ofMinutes(2);

    private final HostList hosts;
    private final int slot;
    private final TaskScope scope = TaskScope.open("lock of a host");
    private volatile @Nullable SshConnection connection;
    private volatile @Nullable HostAccess access;

    SshReservation(HostList hosts, int slot, String name) {
        super(name, hosts.leases());
        this.hosts = hosts;
        this.slot = slot;
    }

    @Override
    protected Connection acquire() throws ProvisionException, InterruptedException {
        hosts.awaitTurn(slot);
        boolean acquired = false;
        try {
            Lease lease = intend(SshProvisionerFactory.KIND, hosts.locator(slot));
            CrashPoints.reached("ssh before connect");
            SshConnection made =
                    new SshConnection(hosts.host(slot), hosts.settings().options(), lease.id());
            connection = made;
            connect(made, Deadline.never());
            HostAccess host = new HostAccess(made.unmarked(), lease.id());
            access = host;
            lock(host);
            CrashPoints.reached("ssh after lock");
            scope.run("renew", () -> renew(made, host));
            acquired = true;
            return made;
        } catch (ConnectionException e) {
            throw new ProvisionException(String.valueOf(e.getMessage()), e);
        } finally {
            hosts.used(slot, acquired);
        }
    }

    /** A host that cannot be reached may be booting. */
    private void connect(SshConnection made, Deadline deadline) throws ConnectionException, InterruptedException {
        Deadline patience = deadline.orAfter(hosts.settings().bootWait());
        try {
            made.connect(deadline);
        } catch (ConnectionException e) {
            try {
                made.waitUntilReachable(patience);
            } catch (ConnectionException unreachable) {
                e.addSuppressed(unreachable);
                throw e;
            }
            made.connect(deadline);
        }
    }

    private void lock(HostAccess host) throws ConnectionException, ProvisionException, InterruptedException {
        Deadline deadline = Deadline.after(hosts.settings().lockWait());
        while (true) {
            HostAccess.Answer answer = host.lock(hosts.owner(), hosts.settings().lockExpiry(), Deadline.after(SCRIPT));
            switch (answer) {
                case HostAccess.Answer.Locked() -> {
                    return;
                }
                case HostAccess.Answer.Held(Duration left, String owner) -> {
                    if (deadline.isExpired()) {
                        throw new ProvisionException(name() + ": the host is in use by " + owner
                                + ", who has locked it; the lock expires in " + left.toSeconds()
                                + " s unless it is renewed (lock-wait=TIME waits longer)");
                    }
                }
            }
            Thread.sleep(deadline.orAfter(ASK_AGAIN).remaining());
        }
    }

    /** Puts the end of the lock off, again and again; a machine that somebody else has taken is let go of. */
    private void renew(SshConnection made, HostAccess host) throws InterruptedException {
        Duration interval = hosts.settings().lockExpiry().dividedBy(3);
        do {
            Thread.sleep(interval);
        } while (isStillOurs(host, interval));
        made.disconnect();
    }

    private boolean isStillOurs(HostAccess host, Duration patience) throws InterruptedException {
        try {
            return host.renew(hosts.settings().lockExpiry(), Deadline.after(patience));
        } catch (ConnectionException e) {
            return true; // it may be rebooting; whoever takes it away meanwhile is seen later
        }
    }

    @Override
    protected void free(Deadline deadline) throws ReleaseException, InterruptedException {
        if (!scope.close(deadline)) {
            throw new ReleaseException(name() + ": the renewal of its lock did not end in time");
        }
        SshConnection made = connection;
        HostAccess host = access;
        if (made == null) {
            return;
        }
        try {
            if (host != null) {
                connect(made, deadline);
                host.release(deadline);
            }
            made.disconnect();
        } catch (ConnectionException e) {
            throw new ReleaseException(
                    name() + ": it could not be cleaned up: " + e.getMessage()
                            + ". Its next use or 'atex reap' does that",
                    e);
        }
    }
}
