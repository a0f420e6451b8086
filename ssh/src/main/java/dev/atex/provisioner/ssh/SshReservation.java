package dev.atex.provisioner.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.SshConnection;
import dev.atex.connection.ssh.transport.HostUnknownException;
import dev.atex.connection.ssh.transport.LoginRefusedException;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.lease.CrashPoints;
import dev.atex.lease.Lease;
import dev.atex.lease.LeaseNames;
import dev.atex.provisioner.AbstractReservation;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ReleaseException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The use of one host, which is locked for that time. */
final class SshReservation extends AbstractReservation {
    /** How often a host that is in use is asked again: nobody tells when it is given back. */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

    private static final Duration SCRIPT = Duration.ofMinutes(2);

    /** Whoever answers for names may be disturbed for a moment. */
    private static final Duration NAME = Duration.ofSeconds(3);

    /** A server that greets and does not let in, for other reasons than who asks, may be about to start anew. */
    private static final Duration CONNECT_AGAIN = Duration.ofSeconds(1);

    private final HostList hosts;
    private final int slot;
    private final PooledHost host;
    private final String workName = LeaseNames.random();
    private final TaskScope scope = TaskScope.open("lock of a host");
    private volatile @Nullable Lease lease;
    private volatile @Nullable SshConnection connection;
    private volatile @Nullable LockedHost handedOut;
    private volatile @Nullable HostAccess access;
    /** No order to lock can come late. */
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
            LockedHost locked = new LockedHost(made);
            handedOut = locked;
            scope.run("renew", () -> renew(locked, there));
            acquired = true;
            hosts.succeeded(slot, host);
            return locked;
        } catch (LoginRefusedException | HostUnknownException | HostUnfitException e) {
            throw hosts.refused(host, e);
        } catch (ConnectionException e) {
            throw new ProvisionException(String.valueOf(e.getMessage()), e);
        } finally {
            if (!acquired) {
                hosts.failed(host);
            }
        }
    }

    /** A host that cannot be reached may be booting. */
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
                    return;
                }
                case HostAccess.Answer.Ended() ->
                    throw new ProvisionException(name() + ": the order to lock the host came after its lease "
                            + there.leaseId() + " had been released by another process ('atex reap'): ask again");
                case HostAccess.Answer.Held(Duration _, Optional<String> user, String owner)
                when user.isEmpty() && owner.equals(hosts.owner()) ->
                    throw new ProvisionException(
                            name() + ": this run has the host already, by another of its names: give each host once");
                case HostAccess.Answer.Held(Duration left, Optional<String> user, String owner) -> {
                    if (deadline.isExpired() || hosts.hasMore(slot)) {
                        throw new ProvisionException(name() + ": the host is in use by " + owner
                                + ", who has locked it"
                                + user.map(other -> " as user " + other + " there")
                                        .orElse("")
                                + "; the lock expires in " + left.toSeconds()
                                + " s unless it is renewed (lock-wait=TIME waits longer)");
                    }
                }
            }
            Thread.sleep(deadline.orAfter(ASK_AGAIN).remaining());
        }
    }

    /** Puts the end of the lock off, again and again; a machine that somebody else has taken is let go of. */
    private void renew(LockedHost locked, HostAccess there) throws InterruptedException {
        Duration interval = hosts.settings().lockExpiry().dividedBy(3);
        do {
            Thread.sleep(interval);
        } while (isStillOurs(there, interval));
        locked.end("the lock of the host was taken away, somebody else may use it now");
        locked.disconnect();
    }

    private boolean isStillOurs(HostAccess there, Duration patience) throws InterruptedException {
        try {
            return there.renew(hosts.settings().lockExpiry(), Deadline.after(patience));
        } catch (ConnectionException e) {
            return true; // it may be rebooting; whoever takes it away meanwhile is seen later
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
        LockedHost locked = handedOut;
        if (locked != null) {
            locked.end("the host was given back");
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
