package dev.atex.libvirt;

import dev.atex.concurrent.Deadline;
import dev.atex.libvirt.domain.Mark;
import dev.atex.libvirt.install.VirtInstall;
import dev.atex.libvirt.storage.Pool;
import dev.atex.libvirt.virsh.Anchor;
import dev.atex.libvirt.virsh.Virsh;
import dev.atex.libvirt.virsh.VirshException;
import dev.atex.libvirt.virsh.VirshException.Failure;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that a lease can have on a host: a domain, its volumes, and the process that keeps it alive. The domain is found by
 * its UUID and its mark, volumes by their names, and nothing else is touched. Immutable.
 *
 * @param pool the pool of its volumes
 * @param leaseId the id of the lease
 * @param disks the number of its disks
 * @param nvram whether it has a file for the variables of its firmware
 * @param installing whether virt-install creates its domain, which is persistent and has no mark
 */
record LeasedMachine(Pool pool, String leaseId, int disks, boolean nvram, boolean installing) {
    /** The entry of a ledger for {@link #installing}. */
    static final String INSTALLING = "installing";

    private static final System.Logger LOG = System.getLogger("dev.atex.libvirt");
    private static final String POOL = "pool";
    static final String DIRECTORY = "directory";
    private static final String DISKS = "disks";
    private static final String NVRAM = "nvram";
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    LeasedMachine(Pool pool, String leaseId, int disks, boolean nvram) {
        this(pool, leaseId, disks, nvram, false);
    }

    /** Returns entries for a ledger, by which another process finds the machine. */
    static Map<String, String> locator(Pool pool, int disks, boolean nvram) {
        Map<String, String> locator = new LinkedHashMap<>(pool.virsh().locator());
        locator.put(POOL, pool.name());
        locator.put(DIRECTORY, pool.directory());
        locator.put(DISKS, Integer.toString(disks));
        locator.put(NVRAM, Boolean.toString(nvram));
        return locator;
    }

    /** Returns the machine of a lease with these entries of a ledger. */
    static LeasedMachine at(String leaseId, Map<String, String> locator) throws VirshException {
        String disks = locator.getOrDefault(DISKS, "1");
        return new LeasedMachine(
                new Pool(Virsh.at(locator), locator.getOrDefault(POOL, "default"), locator.getOrDefault(DIRECTORY, "")),
                leaseId,
                disks.matches("[0-9]{1,3}") ? Integer.parseInt(disks) : 1,
                Boolean.parseBoolean(locator.get(NVRAM)),
                Boolean.parseBoolean(locator.get(INSTALLING)));
    }

    /** Returns the name of its domain. */
    String domain() {
        return Mark.name(leaseId);
    }

    /** Returns the UUID of its domain. */
    String uuid() {
        return Mark.uuid(leaseId).toString();
    }

    /** Returns the name of the volume of a disk. */
    String overlay(int disk) {
        return domain() + (disk == 0 ? "" : "-" + disk) + ".qcow2";
    }

    /** Returns the name of the volume with the output of its console. */
    String console() {
        return domain() + ".console";
    }

    /** Returns the name of the file for the variables of its firmware. */
    String variables() {
        return domain() + "_VARS.fd";
    }

    private List<String> volumes() {
        List<String> volumes = new ArrayList<>();
        for (int i = 0; i < disks; i++) {
            volumes.add(overlay(i));
        }
        volumes.add(console());
        if (nvram) {
            volumes.add(variables());
        }
        return volumes;
    }

    /** Returns descriptions of everything that exists. */
    List<String> find(Deadline deadline) throws VirshException, InterruptedException {
        List<String> found = new ArrayList<>();
        if (isThere(deadline)) {
            found.add("domain " + domain());
        }
        if (nvram) {
            pool.refresh(deadline);
        }
        for (String volume : volumes()) {
            if (pool.has(volume, deadline)) {
                found.add("volume " + volume);
            }
        }
        int processes = Anchor.processes(domain()).size()
                + (installing ? VirtInstall.processes(uuid()).size() : 0);
        if (processes > 0) {
            found.add(processes == 1 ? "1 process" : processes + " processes");
        }
        return found;
    }

    /** Returns whether the domain exists and has the mark of the lease; without marks, whether UUID and name are its own. */
    boolean isThere(Deadline deadline) throws VirshException, InterruptedException {
        String printed;
        try {
            if (installing) {
                return pool.virsh().call(deadline, "domname", uuid()).equals(domain());
            }
            printed = pool.virsh().call(deadline, "metadata", uuid(), Mark.NAMESPACE);
        } catch (VirshException e) {
            if (e.failure() == Failure.NO_DOMAIN || e.failure() == Failure.NO_METADATA) {
                return false;
            }
            throw e;
        }
        return Mark.leaseIn(printed).equals(Optional.of(leaseId));
    }

    /**
     * Destroys the domain, and returns when it does not exist. Calls that fail are repeated, as the daemon may be busy.
     *
     * @throws VirshException if the deadline expires first
     */
    void destroy(Deadline deadline) throws VirshException, InterruptedException {
        for (Duration pause = FIRST_PAUSE; ; pause = longer(pause)) {
            if (!isThere(deadline)) {
                return;
            }
            try {
                destroyOnce(deadline);
                continue;
            } catch (VirshException e) {
                if (deadline.isExpired()) {
                    throw e;
                }
                if (e.failure() != Failure.NO_DOMAIN) {
                    LOG.log(Level.INFO, () -> "destroying domain " + domain() + " again: " + e.getMessage());
                }
            }
            Thread.sleep(deadline.orAfter(pause).remaining());
        }
    }

    private void destroyOnce(Deadline deadline) throws VirshException, InterruptedException {
        if (installing) {
            if (!pool.virsh().call(deadline, "domstate", uuid()).equals("shut off")) {
                pool.virsh().call(deadline, "destroy", uuid());
            }
            pool.virsh().call(deadline, "undefine", uuid(), "--nvram");
            return;
        }
        try {
            pool.virsh().call(deadline, "destroy", uuid(), "--remove-logs");
        } catch (VirshException e) {
            if (e.failure() != Failure.NO_OPTION) {
                throw e;
            }
            pool.virsh().call(deadline, "destroy", uuid()); // before libvirt 8.3
        }
    }

    /**
     * Removes everything, and returns when nothing is left.
     *
     * @throws VirshException if the deadline expires first
     */
    void remove(Deadline deadline) throws VirshException, InterruptedException {
        if (installing) {
            VirtInstall.end(uuid(), deadline);
        }
        boolean kept = !Anchor.processes(domain()).isEmpty();
        destroy(deadline);
        if (kept) { // it may be creating the domain
            Anchor.end(domain(), deadline);
            destroy(deadline);
        }
        if (nvram) {
            pool.refresh(deadline);
        }
        for (String volume : volumes()) {
            pool.delete(volume, deadline);
        }
        pool.virsh().removeLog(domain());
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }
}
