package dev.atex.provisioner.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.MachineUnfitException;
import dev.atex.connection.ssh.NameCheck;
import dev.atex.lease.LeaseLog;
import dev.atex.lease.ledger.LeaseNames;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.pool.MachineSource;
import dev.atex.provisioner.pool.Reservation;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The hosts of one provisioner. Each machine of the pool is a free host. Thread-safe. */
final class HostList implements MachineSource {
    private static final System.Logger LOG = System.getLogger("dev.atex.ssh");

    /** The time until a failed host is tried again. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    /** The time limit for the check of names. */
    private static final Duration NAMES = Duration.ofSeconds(1);

    private final ProvisionerSpec spec;
    private final SshSettings settings;
    private final ProvisionerContext context;
    private final String owner;
    private final List<PooledHost> hosts;
    /** Errors of the hosts that are not used any more. */
    private final List<String> dropped = new ArrayList<>();
    /** Hosts that have failed for the current request of a slot. */
    private final Map<Integer, Set<PooledHost>> tried = new HashMap<>();

    HostList(ProvisionerSpec spec, SshSettings settings, ProvisionerContext context) {
        this.spec = spec;
        this.settings = settings;
        this.context = context;
        // Two lists in one run have different owners, and so do two runs with the same name.
        owner = System.getProperty("user.name") + "@" + thisHost() + ":" + context.runId() + ":"
                + UUID.randomUUID().toString().substring(0, 8);
        hosts = settings.hosts().stream().map(PooledHost::new).toList();
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
        return context.leases();
    }

    /** Returns the owner of the locks. */
    String owner() {
        return owner;
    }

    /**
     * Returns the locator that {@link SshReclaimer} needs.
     *
     * @param workName the end of the name of the work directory
     */
    Map<String, String> locator(PooledHost host, String workName) {
        Map<String, String> locator = new LinkedHashMap<>();
        locator.put(SshReclaimer.HOST, host.name());
        locator.put(LeaseNames.NAME, workName);
        locator.put(SshReclaimer.SPEC, SshSettings.ofOne(spec, host.name()).toString());
        locator.put(
                SshReclaimer.TEMPORARY,
                Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath().toString());
        return locator;
    }

    @Override
    public synchronized Reservation reservation(int slot, long number) throws ProvisionException {
        if (hosts.stream().allMatch(PooledHost::isDropped)) {
            throw new ProvisionException(noneIsUsable(), ProvisionException.Extent.PROVISIONER);
        }
        Set<PooledHost> before = tried.computeIfAbsent(slot, _ -> new HashSet<>());
        PooledHost host = free(before)
                .or(() -> free(Set.of()))
                .orElseThrow(() -> new ProvisionException("no usable host is free"));
        before.add(host);
        SshReservation reservation = new SshReservation(this, slot, host, host.nextUse());
        host.take(reservation);
        return reservation;
    }

    /** Returns the free host that can be tried soonest; the first if there are several. */
    private Optional<PooledHost> free(Set<PooledHost> without) {
        return hosts.stream()
                .filter(host -> host.isFree() && !without.contains(host))
                .min(Comparator.comparing(PooledHost::pause));
    }

    /** Returns true if another host can be tried. */
    @Override
    public synchronized boolean triesAgain(int slot, ProvisionException failure) {
        Optional<PooledHost> next = free(tried.getOrDefault(slot, Set.of()));
        if (next.isEmpty()) {
            tried.remove(slot);
            return false;
        }
        String message = failure.getMessage() + "; trying " + next.get().name();
        LOG.log(Level.INFO, message);
        context.notices().accept(message);
        return true;
    }

    /** Returns true if a request can try another host. */
    synchronized boolean hasMore(int slot) {
        return free(tried.getOrDefault(slot, Set.of())).isPresent();
    }

    /** Waits until a failed host may be tried again. */
    void awaitTurn(PooledHost host) throws InterruptedException {
        Duration pause;
        synchronized (this) {
            pause = host.pause();
        }
        Thread.sleep(pause);
    }

    /** Returns the lease that may still hold the lock although its use has ended; empty if there is none. */
    synchronized String left(PooledHost host) {
        return host.left();
    }

    /** Records that a request has its host. */
    synchronized void succeeded(int slot, PooledHost host) {
        tried.remove(slot);
        host.works();
    }

    /** Records that a host cannot be used, and returns the exception. If a retry cannot help, the host is not used any more. */
    synchronized ProvisionException refused(PooledHost host, ConnectionException why) {
        String message = String.valueOf(why.getMessage());
        if (!host.refuses()) {
            return new ProvisionException(message, why);
        }
        drop(host, message, message);
        if (hosts.stream().anyMatch(each -> !each.isDropped())) {
            return new ProvisionException(
                    message + " (it is not tried again in this run)", ProvisionException.Extent.MACHINE, why);
        }
        return new ProvisionException(noneIsUsable(), ProvisionException.Extent.PROVISIONER, why);
    }

    private void drop(PooledHost host, String message, String listed) {
        dropped.add(listed);
        LOG.log(Level.INFO, () -> host.name() + ": not used any more in this run: " + message);
    }

    private String noneIsUsable() {
        return dropped.size() == 1
                ? dropped.getFirst()
                : "none of the " + dropped.size() + " hosts can be used:\n" + String.join("\n", dropped);
    }

    /** Records that a file was copied to or from a host that is in use. */
    synchronized void copied(PooledHost host) {
        host.copies();
    }

    /** Records that a host that is in use cannot copy files. If none ever was copied, the host is not used any more. */
    synchronized void unfit(PooledHost host, MachineUnfitException why) {
        if (!host.isDropped() && host.cannotCopy()) {
            // its user reports the message
            drop(host, String.valueOf(why.getMessage()), host.name() + " is not used any more, its set-up has failed");
        }
    }

    /** If no host is usable, one reservation must start to report that. */
    @Override
    public synchronized int capacity() {
        return Math.max(
                1, (int) hosts.stream().filter(host -> !host.isDropped()).count());
    }

    /** Reports names that cannot be resolved. It is an error if that is true for all. */
    @Override
    public void check(Deadline deadline) throws InvalidOptionException, InterruptedException {
        Map<String, String> problems =
                NameCheck.problems(settings.hosts(), settings.options(), deadline.orAfter(NAMES));
        if (problems.isEmpty()) {
            return;
        }
        String text = String.join("\n", problems.values());
        if (problems.size() == settings.hosts().size()) {
            throw new InvalidOptionException("provisioner 'ssh': " + text);
        }
        context.notices().accept(text);
    }

    /** Records that a host cannot be used at the moment. */
    synchronized void failed(PooledHost host) {
        host.pauseFor(PAUSE);
    }

    /** Records that the use of a host has ended. {@code left} is the lease if it may still hold the lock. */
    synchronized void giveBack(PooledHost host, SshReservation user, @Nullable String left) {
        host.giveBack(user);
        host.leftBy(left);
    }
}
