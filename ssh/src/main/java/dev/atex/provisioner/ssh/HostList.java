package dev.atex.provisioner.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.NameCheck;
import dev.atex.lease.LeaseLog;
import dev.atex.lease.LeaseNames;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.MachineSource;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.Reservation;
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

/** The hosts of one provisioner. A machine of its pool is whichever of them is free. Thread-safe. */
final class HostList implements MachineSource {
    /** A host that failed is not tried again before. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    /** Names that take longer to be resolved are left to the run. */
    private static final Duration NAMES = Duration.ofSeconds(1);

    private final ProvisionerSpec spec;
    private final SshSettings settings;
    private final ProvisionerContext context;
    private final String owner;
    private final List<PooledHost> hosts;
    /** What hosts have said that are not used any more. */
    private final List<String> dropped = new ArrayList<>();
    /** Those that have failed for the present request of a slot. */
    private final Map<Integer, Set<PooledHost>> tried = new HashMap<>();

    HostList(ProvisionerSpec spec, SshSettings settings, ProvisionerContext context) {
        this.spec = spec;
        this.settings = settings;
        this.context = context;
        // Two of these in one run have different owners, and so do two runs with the same name.
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

    /** Who locks the hosts. */
    String owner() {
        return owner;
    }

    /**
     * What {@link SshReclaimer} needs.
     *
     * @param workName ends the name of the work directory there
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
        Set<PooledHost> before = tried.computeIfAbsent(slot, _ -> new HashSet<>());
        PooledHost host = free(before)
                .or(() -> free(Set.of()))
                .orElseThrow(() -> new ProvisionException("no host is free that can be used"));
        before.add(host);
        SshReservation reservation = new SshReservation(this, slot, host, host.nextUse());
        host.take(reservation);
        return reservation;
    }

    /** The free host that can be tried soonest, of several the first. */
    private Optional<PooledHost> free(Set<PooledHost> without) {
        return hosts.stream()
                .filter(host -> host.isFree() && !without.contains(host))
                .min(Comparator.comparing(PooledHost::pause));
    }

    /** Another host may do better. */
    @Override
    public synchronized boolean triesAgain(int slot, ProvisionException failure) {
        Optional<PooledHost> next = free(tried.getOrDefault(slot, Set.of()));
        if (next.isEmpty()) {
            tried.remove(slot);
            return false;
        }
        context.notices().accept(failure.getMessage() + "; trying " + next.get().name());
        return true;
    }

    /** Whether a request has a host to turn to when this one is in use by others. */
    synchronized boolean hasMore(int slot) {
        return free(tried.getOrDefault(slot, Set.of())).isPresent();
    }

    /** Waits until a host may be tried. */
    void awaitTurn(PooledHost host) throws InterruptedException {
        Duration pause;
        synchronized (this) {
            pause = host.pause();
        }
        Thread.sleep(pause);
    }

    /** The lease that may still have the lock of a host, as its use is over; empty if there is none. */
    synchronized String left(PooledHost host) {
        return host.left();
    }

    /** A request got its host. */
    synchronized void succeeded(int slot, PooledHost host) {
        tried.remove(slot);
        host.works();
    }

    /** What became of a host that was found to be of no use: it is left out from now on, if that cannot change. */
    synchronized ProvisionException refused(PooledHost host, ConnectionException why) {
        String message = String.valueOf(why.getMessage());
        if (!host.refuses()) {
            return new ProvisionException(message, why);
        }
        dropped.add(message);
        if (capacity() > 0) {
            return new ProvisionException(
                    message + " (it is not tried again in this run)", ProvisionException.Extent.MACHINE, why);
        }
        return new ProvisionException(
                dropped.size() == 1
                        ? message
                        : "none of the " + dropped.size() + " hosts can be used:\n" + String.join("\n", dropped),
                ProvisionException.Extent.PROVISIONER,
                why);
    }

    @Override
    public synchronized int capacity() {
        return (int) hosts.stream().filter(host -> !host.isDropped()).count();
    }

    /** Names that cannot be resolved are told; it is an error if there are no others. */
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

    /** A host cannot be used at present. */
    synchronized void failed(PooledHost host) {
        host.pauseFor(PAUSE);
    }

    /** The use of a host is over; {@code left} is the lease if it may still be there. */
    synchronized void giveBack(PooledHost host, SshReservation user, @Nullable String left) {
        host.giveBack(user);
        host.leftBy(left);
    }
}
