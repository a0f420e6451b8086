package dev.atex.libvirt;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.libvirt.virsh.VirshException;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ReleaseException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The saved states of booted machines, from which others are restored: files in the directory of the pool, named by everything
 * that they depend on, for all runs. A missing one is created by the first machine that needs it; others wait. Thread-safe.
 *
 * <p>The state is saved on a machine with a lease of its own. Its disk becomes the file by a hard link, when it is complete: of
 * two runs that do this at the same time, the first one's counts.
 */
final class SavedStates {
    /** The name of the snapshot in the files. */
    static final String SNAPSHOT = "s1";

    /** What the names of the files begin with. */
    static final String PREFIX = "atex-warm-";

    private static final System.Logger LOG = System.getLogger("dev.atex.libvirt");
    private static final Duration LOOK = Duration.ofMinutes(2);
    private static final Duration BOOTED = Duration.ofMinutes(10);
    private static final Duration RELEASE = Duration.ofMinutes(1);
    private static final Duration UNUSED = Duration.ofDays(30);

    /** Waits for the end of the boot, and for its writes. */
    private static final String SETTLE =
            "[ ! -d /run/systemd/system ] || systemctl is-system-running --wait >/dev/null 2>&1; sync";

    private final VirtMachines machines;
    /** Held while a state is looked for or saved. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Machines whose state is being saved, or that were not released. */
    private final Set<VirtReservation> open = ConcurrentHashMap.newKeySet();

    private @Nullable Path known;
    private volatile boolean isGivenUp;

    SavedStates(VirtMachines machines) {
        this.machines = machines;
    }

    /**
     * Returns the file with the state; boots a machine and saves its state if there is none. Empty if machines have to boot.
     *
     * @throws ProvisionException if that machine does not get ready
     */
    Optional<Path> get() throws ProvisionException, InterruptedException {
        if (isGivenUp) {
            return Optional.empty();
        }
        lock.lockInterruptibly();
        try {
            if (isGivenUp) {
                return Optional.empty();
            }
            Path file = known == null ? find() : known;
            if (!Files.exists(file)) {
                save(file);
            }
            known = file;
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            return Optional.of(file);
        } catch (VirshException | ConnectionException | IOException e) {
            giveUp(e instanceof IOException ? e.toString() : e.getMessage());
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Lets all further machines of this run boot, and says so once. */
    void giveUp(@Nullable String why) {
        synchronized (this) {
            if (isGivenUp) {
                return;
            }
            isGivenUp = true;
        }
        Path file = known;
        String text =
                VirtProvisionerFactory.KIND + ": machines boot from now on, as they cannot be restored (warm=true): "
                        + why + (file == null ? "" : ". If this goes on, remove " + file);
        LOG.log(Level.WARNING, text);
        machines.context().notices().accept(text);
    }

    private Path find() throws VirshException, IOException, InterruptedException {
        Host host = machines.host();
        Path directory = Path.of(host.pool().directory());
        if (host.template().hasNvram()) {
            throw unsupported("QEMU cannot save the state of machines with UEFI in their disk");
        }
        if (host.images().size() > 1) {
            throw unsupported("machines with several disks have no common state");
        }
        if (!Files.isWritable(directory)) {
            throw unsupported("this user cannot write to " + directory + ", the directory of the pool, on this host");
        }
        String name = host.fingerprint(
                machines.login().injected(), machines.settings().hardware().disk(), Deadline.after(LOOK));
        return directory.resolve(PREFIX + name + ".qcow2");
    }

    private static VirshException unsupported(String why) {
        return new VirshException(VirshException.Failure.UNSUPPORTED, why);
    }

    private void save(Path file)
            throws ProvisionException, VirshException, ConnectionException, IOException, InterruptedException {
        LOG.log(Level.INFO, () -> "booting a machine to save its state in " + file);
        VirtReservation machine = VirtReservation.booted(machines, VirtProvisionerFactory.KIND + "-warm");
        open.add(machine);
        try {
            Connection connection = machine.reserve();
            int _ = connection
                    .run(Command.of("sh", "-c", SETTLE), Deadline.after(BOOTED))
                    .exitCode();
            Path disk = machine.save(Deadline.after(BOOTED));
            try {
                Files.createLink(file, disk);
            } catch (FileAlreadyExistsException e) {
                LOG.log(Level.DEBUG, () -> "another run has saved " + file);
            }
        } finally {
            release(machine);
        }
        removeUnused(file.getParent());
    }

    private void release(VirtReservation machine) throws InterruptedException {
        try {
            machine.abort(Deadline.after(RELEASE));
            open.remove(machine);
        } catch (ReleaseException e) { // stop() repeats it
            LOG.log(Level.WARNING, e.getMessage());
        }
    }

    private static void removeUnused(@Nullable Path directory) throws IOException {
        if (directory == null) {
            return;
        }
        FileTime limit = FileTime.from(Instant.now().minus(UNUSED));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PREFIX + "*.qcow2")) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).compareTo(limit) < 0) {
                    LOG.log(Level.INFO, () -> "removing " + file + ", which no run has used for a month");
                    boolean _ = Files.deleteIfExists(file);
                }
            }
        }
    }

    /** Releases machines whose state was being saved. */
    void stop() throws ReleaseException, InterruptedException {
        for (VirtReservation machine : List.copyOf(open)) {
            machine.abort(Deadline.after(RELEASE));
            open.remove(machine);
        }
    }
}
