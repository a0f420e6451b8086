package dev.atex.provisioner.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.MachineUnfitException;
import dev.atex.connection.ssh.SshConnection;
import dev.atex.connection.ssh.transport.HostUnknownException;
import dev.atex.connection.ssh.transport.LoginRefusedException;
import dev.atex.connection.support.RevocableConnection;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.lease.Lease;
import dev.atex.lease.ledger.CrashPoints;
import dev.atex.lease.ledger.LeaseNames;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.pool.AbstractReservation;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One use of a host, which is locked during that time. */
final class SshReservation extends AbstractReservation {
    private static final System.Logger LOG = System.getLogger("dev.atex.ssh");

    /** The interval between attempts to lock a host: there is no event for its release. */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

    private static final Duration SCRIPT = Duration.ofMinutes(2);

    /** The time limit for a name that cannot be resolved: name servers may fail for a moment. */
    private static final Duration NAME = Duration.ofSeconds(3);

    /** The interval between logins to a server that greets but fails: it may be about to restart. */
    private static final Duration CONNECT_AGAIN = Duration.ofSeconds(1);

    private final HostList hosts;
    private final int slot;
    private final PooledHost host;
    private final String workName = LeaseNames.random();
    private final TaskScope scope = TaskScope.open("lock of a host");
    private volatile @Nullable Lease lease;
    private volatile @Nullable SshConnection connection;
    private volatile @Nullable RevocableConnection handedOut;
    private volatile @Nullable HostAccess access;
    /** True if every order to lock was answered. */
    private volatile boolean answered;

    SshReservation(HostList hosts, int slot, PooledHost host, String name) {
        super(name, hosts.leases());
        this.hosts = hosts;
        this.slot = slot;
        this.host = host;
    }

    @Override
    protected Connection acquire() throws ProvisionException, InterruptedException {
        hosts.awaitTurn(host);
        boolean acquired = false;
        try {
            Lease taken = intend(SshProvisionerFactory.KIND, hosts.locator(host, workName));
            lease = taken;
            CrashPoints.reached("ssh before connect");
            SshConnection made = new SshConnection(host.name(), hosts.settings().options(), taken.id(), workName);
            connection = made;
            connect(made, Deadline.never());
            HostAccess there = new HostAccess(made.unmarked(), taken.id(), workName);
            access = there;
            lock(there);
            CrashPoints.reached("ssh after lock");
            have(Map.of());
            answered = true;
            RevocableConnection locked =
                    new RevocableConnection(new ObservedCopies(made, new ObservedCopies.Observer() {
                        @Override
                        public void succeeded() {
                            hosts.copied(host);
                        }

                        @Override
                        public void failed(MachineUnfitException why) {
                            hosts.unfit(host, why);
                        }
                    }));
            handedOut = locked;
            scope.run("renew", () -> renew(locked, there));
            acquired = true;
            hosts.succeeded(slot, host);
            return locked;
        } catch (LoginRefusedException | HostUnknownException | MachineUnfitException e) {
            throw hosts.refused(host, e);
        } catch (ConnectionException e) {
            throw new ProvisionException(String.valueOf(e.getMessage()), e);
        } finally {
            if (!acquired) {
                hosts.failed(host);
            }
        }
    }

    /** Connects, and waits for a host that cannot be reached: it may be booting. */
    private void connect(SshConnection made, Deadline deadline) throws ConnectionException, InterruptedException {
        Deadline patience = deadline.orAfter(hosts.settings().bootWait());
        Deadline named = Deadline.after(NAME);
        while (true) {
            try {
                made.connect(deadline);
                return;
            } catch (LoginRefusedException e) {
                throw e;
            } catch (HostUnknownException e) {
                if (named.isExpired()) {
                    throw e;
                }
            } catch (ConnectionException e) {
                try {
                    made.waitUntilReachable(patience);
                } catch (ConnectionException unreachable) {
                    e.addSuppressed(unreachable);
                    throw e;
                }
                if (patience.isExpired()) {
                    throw e;
                }
                LOG.log(Level.INFO, () -> name() + ": connecting again: " + e.getMessage());
            }
            Thread.sleep(patience.orAfter(CONNECT_AGAIN).remaining());
        }
    }

    private void lock(HostAccess there) throws ConnectionException, ProvisionException, InterruptedException {
        Deadline deadline = Deadline.after(hosts.settings().lockWait());
        while (true) {
            HostAccess.Answer answer =
                    there.lock(hosts.owner(), hosts.settings().lockExpiry(), hosts.left(host), Deadline.after(SCRIPT));
            switch (answer) {
                case HostAccess.Answer.Locked() -> {
                    LOG.log(Level.DEBUG, () -> name() + ": locked for lease " + there.leaseId());
                    return;
                }
                case HostAccess.Answer.Ended() ->
                    throw new ProvisionException(name() + ": the order to lock the host arrived after its lease "
                            + there.leaseId() + " was released by another process ('atex reap'): try again");
                case HostAccess.Answer.Held(Duration _, Optional<String> user, String owner)
                when user.isEmpty() && owner.equals(hosts.owner()) ->
                    throw new ProvisionException(
                            name() + ": this run uses the host already, under another name: list each host once");
                case HostAccess.Answer.Held(Duration left, Optional<String> user, String owner) -> {
                    if (deadline.isExpired() || hosts.hasMore(slot)) {
                        throw new ProvisionException(name() + ": the host is in use by " + owner
                                + ", who has locked it"
                                + user.map(other -> " as user " + other + " there")
                                        .orElse("")
                                + "; the lock expires in " + left.toSeconds()
                                + " s unless it is renewed (lock-wait=TIME waits longer)");
                    }
                    LOG.log(Level.DEBUG, () -> name() + ": locked by " + owner + ", asking again");
                }
            }
            Thread.sleep(deadline.orAfter(ASK_AGAIN).remaining());
        }
    }

    /** Renews the lock at an interval. Ends the use of the host if another run has taken the lock. */
    private void renew(RevocableConnection locked, HostAccess there) throws InterruptedException {
        Duration interval = hosts.settings().lockExpiry().dividedBy(3);
        do {
            Thread.sleep(interval);
        } while (isStillOurs(there, interval));
        LOG.log(Level.INFO, () -> name() + ": the lock was taken away, the host is not used any more");
        locked.end("the lock of the host was taken away: another run may use it now");
        locked.disconnect();
    }

    private boolean isStillOurs(HostAccess there, Duration patience) throws InterruptedException {
        try {
            return there.renew(hosts.settings().lockExpiry(), Deadline.after(patience));
        } catch (ConnectionException e) {
            LOG.log(Level.DEBUG, () -> name() + ": the lock was not renewed: " + e.getMessage());
            return true; // it may be rebooting; the next renewal finds out if another run has taken the lock
        }
    }

    @Override
    protected void free(Deadline deadline) throws ReleaseException, InterruptedException {
        Lease taken = lease;
        String left = taken == null ? null : taken.id();
        try {
            cleanUp(deadline);
            left = null;
        } finally {
            hosts.giveBack(host, this, left);
        }
    }

    private void cleanUp(Deadline deadline) throws ReleaseException, InterruptedException {
        RevocableConnection locked = handedOut;
        if (locked != null) {
            locked.end("the host was released");
        }
        if (!scope.close(deadline)) {
            throw new ReleaseException(name() + ": the renewal of its lock did not end in time");
        }
        SshConnection made = connection;
        HostAccess there = access;
        if (made == null) {
            return;
        }
        try {
            if (there != null) {
                connect(made, deadline);
                if (answered) {
                    there.release(deadline);
                } else {
                    there.releaseLate(deadline);
                }
                LOG.log(Level.DEBUG, () -> name() + ": cleaned up and unlocked");
            }
            made.disconnect();
        } catch (ConnectionException e) {
            throw new ReleaseException(
                    name() + ": it could not be cleaned up: " + e.getMessage()
                            + ". Its next use or 'atex reap' cleans it up",
                    e);
        }
    }
}
