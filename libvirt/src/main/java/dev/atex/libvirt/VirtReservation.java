package dev.atex.libvirt;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.SshConnection;
import dev.atex.lease.Lease;
import dev.atex.lease.ledger.CrashPoints;
import dev.atex.libvirt.domain.CloneSettings;
import dev.atex.libvirt.domain.Mark;
import dev.atex.libvirt.domain.TemplateDisk;
import dev.atex.libvirt.options.VirtSettings;
import dev.atex.libvirt.storage.Pool;
import dev.atex.libvirt.virsh.Anchor;
import dev.atex.libvirt.virsh.Virsh;
import dev.atex.libvirt.virsh.VirshException;
import dev.atex.libvirt.virsh.VirshException.Failure;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.pool.AbstractReservation;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The reservation of one machine: its volumes, its domain, and the login. */
final class VirtReservation extends AbstractReservation {
    /** The ledger entry with the UUID of the domain. */
    static final String UUID = "uuid";

    private static final String PORT = "port";
    private static final System.Logger LOG = System.getLogger("dev.atex.libvirt");
    private static final Duration CREATE = Duration.ofMinutes(5);
    private static final Duration CONSOLE = Duration.ofSeconds(30);
    /** How often another port is tried: somebody may take one between our look and the start of the machine. */
    private static final int PORTS = 20;

    /** A restored machine gets this part of the time in which a booted one must answer. */
    private static final int RESTORED = 5;

    private static final Duration ADJUSTED = Duration.ofMinutes(2);

    private final VirtMachines machines;
    private final boolean mayRestore;
    private volatile @Nullable LeasedMachine machine;
    private volatile @Nullable Anchor anchor;
    private volatile @Nullable MachineConnection connection;
    private volatile @Nullable List<String> login;
    /** True while the answer to a call that creates something is not known. */
    private volatile boolean doubtful;

    private VirtReservation(VirtMachines machines, String name, boolean mayRestore) {
        super(name, machines.context().leases());
        this.machines = machines;
        this.mayRestore = mayRestore;
    }

    /** Creates the reservation of a machine that boots, or is restored if the settings say so. */
    static VirtReservation usual(VirtMachines machines, String name) {
        return new VirtReservation(machines, name, machines.settings().warm());
    }

    /** Creates the reservation of a machine that boots. */
    static VirtReservation booted(VirtMachines machines, String name) {
        return new VirtReservation(machines, name, false);
    }

    @Override
    protected Connection acquire() throws ProvisionException, InterruptedException {
        Optional<Path> state = mayRestore ? machines.states().get() : Optional.empty();
        machines.starting().acquire();
        long started = System.nanoTime();
        try {
            Connection ready = start(state);
            machines.succeeded();
            return ready;
        } catch (VirshException e) {
            doubtful &= e.isDoubtful();
            throw machines.failed(VirtFailure.of(name(), e, machine != null), started);
        } catch (IOException e) {
            throw machines.failed(new ProvisionException(name() + ": " + e.getMessage(), e), started);
        } catch (ProvisionException e) {
            throw machines.failed(e, started);
        } finally {
            machines.starting().release();
        }
    }

    private Connection start(Optional<Path> state)
            throws VirshException, IOException, ProvisionException, InterruptedException {
        Host host = machines.host();
        Deadline deadline = Deadline.after(CREATE);
        host.awaitImages(deadline);
        boolean local = host.pool().virsh().isLocal();
        Lease lease = intend(
                local ? VirtReclaimer.KIND : RemoteVirtReclaimer.KIND,
                LeasedMachine.locator(
                        host.pool(), host.images().size(), host.template().hasNvram()));
        LeasedMachine mine = host.machine(lease.id());
        machine = mine;
        boolean restored = createVolumes(host, mine, state, deadline);
        CloneSettings.Link link;
        try {
            link = createDomain(host, mine, restored, deadline);
        } catch (VirshException e) {
            if (!restored || !mayBeBadState(e.failure())) {
                throw e;
            }
            machines.states().giveUp(e.getMessage());
            restored = false;
            host.pool().delete(mine.overlay(0), deadline);
            createOverlay(host, mine, 0, deadline);
            link = createDomain(host, mine, false, deadline);
        }
        Map<String, String> known = new HashMap<>(Map.of(UUID, mine.uuid()));
        if (link instanceof CloneSettings.Forwarded(int port)) {
            known.put(PORT, Integer.toString(port));
        }
        have(known);
        doubtful = false;
        CrashPoints.reached("virt after have");
        return connect(mine, link, restored);
    }

    /** Returns whether a bad state may be the reason, for which there is no text of its own. */
    private static boolean mayBeBadState(Failure failure) {
        return failure == Failure.OTHER || failure == Failure.UNSUPPORTED || failure == Failure.NO_DOMAIN;
    }

    /** Creates the volumes; returns whether the first one contains the saved state. */
    private boolean createVolumes(Host host, LeasedMachine mine, Optional<Path> state, Deadline deadline)
            throws VirshException, InterruptedException {
        Pool pool = host.pool();
        boolean restored = state.isPresent();
        CrashPoints.reached("virt before overlay");
        doubtful = true;
        if (state.isPresent()) { // such a machine has one disk
            try {
                pool.createCopy(mine.overlay(0), state.get(), deadline);
            } catch (VirshException e) {
                if (!mayBeBadState(e.failure())) {
                    throw e;
                }
                machines.states().giveUp(e.getMessage());
                restored = false;
                pool.delete(mine.overlay(0), deadline);
            }
        }
        for (int i = restored ? 1 : 0; i < host.images().size(); i++) {
            createOverlay(host, mine, i, deadline);
        }
        pool.createEmpty(mine.console(), deadline);
        doubtful = false;
        CrashPoints.reached("virt after overlay");
        return restored;
    }

    private void createOverlay(Host host, LeasedMachine mine, int disk, Deadline deadline)
            throws VirshException, InterruptedException {
        long least = disk == 0 ? machines.settings().hardware().disk() : 0;
        host.pool().createOverlay(mine.overlay(disk), host.images().get(disk), least, deadline);
    }

    /** Creates the domain; returns how it is reached. */
    private CloneSettings.Link createDomain(Host host, LeasedMachine mine, boolean restored, Deadline deadline)
            throws VirshException, IOException, InterruptedException {
        Map<String, String> overlays = new HashMap<>();
        List<TemplateDisk> disks = host.template().disks();
        for (int i = 0; i < disks.size(); i++) {
            overlays.put(disks.get(i).target(), mine.overlay(i));
        }
        VirtSettings settings = machines.settings();
        Instant now = machines.clock().instant().truncatedTo(ChronoUnit.SECONDS);
        Mark mark =
                new Mark(mine.leaseId(), machines.context().runId(), Owner.TEXT, now, now.plus(settings.lifetime()));
        Optional<String> key = machines.login().injected();
        for (int attempt = 1; ; attempt++) {
            CloneSettings.Link link = settings.host().network().isPresent()
                    ? new CloneSettings.Network(settings.host().network().get())
                    : new CloneSettings.Forwarded(Ports.free());
            Pool pool = host.pool();
            String xml = host.template()
                    .clone(new CloneSettings(
                            mark,
                            pool.name(),
                            overlays,
                            link,
                            pool.path(mine.console()),
                            mine.nvram() ? Optional.of(pool.path(mine.variables())) : Optional.empty(),
                            key,
                            restored ? Optional.of(SavedStates.SNAPSHOT) : Optional.empty()));
            try {
                create(pool.virsh(), mine, xml, deadline);
                return link;
            } catch (VirshException e) {
                if (e.failure() != Failure.PORT_IN_USE || attempt == PORTS) {
                    throw e;
                }
                LOG.log(Level.DEBUG, () -> name() + ": trying another port: " + e.getMessage());
            }
        }
    }

    private void create(Virsh virsh, LeasedMachine mine, String xml, Deadline deadline)
            throws VirshException, InterruptedException {
        CrashPoints.reached("virt before create");
        doubtful = true;
        if (machines.settings().anchor()) {
            Anchor client = Anchor.start(virsh, mine.domain(), xml);
            anchor = client;
            CrashPoints.reached("virt while created");
            client.awaitCreated(deadline);
        } else {
            virsh.callWith(xml, deadline, "create", "/dev/stdin");
        }
        CrashPoints.reached("virt after create");
        LOG.log(Level.DEBUG, () -> name() + ": created domain " + mine.domain() + " at " + virsh.host());
    }

    private Connection connect(LeasedMachine mine, CloneSettings.Link link, boolean restored)
            throws ProvisionException, IOException, InterruptedException {
        Duration longest = restored ? machines.bootWait().dividedBy(RESTORED) : machines.bootWait();
        Deadline patience = Deadline.after(longest);
        Boot boot = new Boot(name(), mine, link, machines.login(), Optional.ofNullable(anchor), restored);
        try {
            SshConnection whole = boot.await(patience);
            if (restored) {
                try {
                    Restored.adjust(whole, patience.orAfter(ADJUSTED));
                } catch (ConnectionException e) {
                    whole.disconnect();
                    throw e;
                }
            }
            MachineConnection made = new MachineConnection(whole, name());
            connection = made;
            login = machines.login().command(mine.leaseId(), whole.toString(), link);
            Anchor client = anchor;
            if (client != null) {
                client.onLost(why -> made.end("the machine is gone: " + why));
            }
            return made;
        } catch (Boot.RefusedException e) {
            throw new ProvisionException(
                    name() + ": the machine refuses the login: " + e.getMessage()
                            + ". Check the options 'user', 'identity' and 'inject'"
                            + ConsoleLog.keep(mine, name(), machines.context(), Deadline.after(CONSOLE)),
                    ProvisionException.Extent.PROVISIONER,
                    e);
        } catch (Boot.StoppedException e) {
            if (restored) {
                machines.states().giveUp(String.valueOf(e.getMessage()));
            }
            throw new ProvisionException(
                    name() + ": the machine was lost while it " + (restored ? "was restored: " : "booted: ")
                            + e.getMessage()
                            + ConsoleLog.keep(mine, name(), machines.context(), Deadline.after(CONSOLE)),
                    e);
        } catch (ConnectionException e) {
            if (restored) {
                machines.states().giveUp(e.getMessage());
                throw new ProvisionException(
                        name() + ": the restored machine was not ready within " + longest.toSeconds()
                                + " s (a fifth of boot-wait): " + e.getMessage()
                                + ConsoleLog.keep(mine, name(), machines.context(), Deadline.after(CONSOLE)),
                        e);
            }
            throw new ProvisionException(
                    name() + ": the machine did not answer within "
                            + machines.bootWait().toSeconds() + " s (boot-wait): " + e.getMessage()
                            + ConsoleLog.keep(mine, name(), machines.context(), Deadline.after(CONSOLE)),
                    e);
        }
    }

    /** Returns the name of the domain of a machine that is ready. */
    String domain() {
        return Objects.requireNonNull(machine, "not reserved").domain();
    }

    /** Returns the command line of the ssh program for a machine that is ready. */
    List<String> loginCommand() {
        return Objects.requireNonNull(login, "not reserved");
    }

    /** Returns why a machine that was ready does not exist any more. */
    Optional<String> lost() {
        return Objects.requireNonNull(connection, "not reserved").ended();
    }

    /**
     * Saves the state of the machine in its disk and destroys its domain.
     *
     * @return the file of the disk, complete and on disk
     */
    Path save(Deadline deadline) throws VirshException, IOException, InterruptedException {
        MachineConnection made = Objects.requireNonNull(connection);
        LeasedMachine mine = Objects.requireNonNull(machine);
        made.end("its state is saved");
        mine.pool().virsh().call(deadline, "snapshot-create-as", "--no-metadata", mine.uuid(), SavedStates.SNAPSHOT);
        Anchor client = anchor;
        if (client != null) {
            client.release();
        }
        mine.destroy(deadline);
        Path file = Path.of(mine.pool().path(mine.overlay(0)));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        return file;
    }

    @Override
    protected Duration longestCreate() {
        return doubtful ? MachineReclaimer.SETTLE : Duration.ZERO;
    }

    @Override
    protected void free(Deadline deadline) throws ReleaseException, InterruptedException {
        MachineConnection made = connection;
        if (made != null) {
            made.end("the machine was released");
        }
        LeasedMachine mine = machine;
        if (mine == null) {
            return;
        }
        Anchor client = anchor;
        try {
            CrashPoints.reached("virt before destroy");
            if (client != null) {
                client.release();
            }
            try {
                mine.destroy(deadline);
            } finally { // its end destroys the domain even if the daemon does not answer
                if (client != null) {
                    client.end(deadline);
                }
            }
            CrashPoints.reached("virt after destroy");
            if (machines.settings().console() && made != null) {
                String _ = ConsoleLog.keep(mine, name(), machines.context(), deadline.orAfter(CONSOLE));
            }
            mine.remove(deadline);
            LOG.log(Level.DEBUG, () -> name() + ": removed domain " + mine.domain());
        } catch (VirshException e) {
            throw new ReleaseException(name() + ": " + e.getMessage() + ". 'atex reap' tries again", e);
        }
    }
}
