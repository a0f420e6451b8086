package dev.atex.libvirt;

import dev.atex.concurrent.Deadline;
import dev.atex.libvirt.domain.Mark;
import dev.atex.libvirt.storage.Pool;
import dev.atex.libvirt.virsh.Anchor;
import dev.atex.libvirt.virsh.VirshException;
import dev.atex.libvirt.xml.Xml;
import dev.atex.libvirt.xml.XmlException;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.w3c.dom.Element;

/**
 * Removes machines of other runs whose lifetime is over: their ledgers may be on a host that does not exist any more. A
 * machine that a process of this host keeps alive is left alone.
 */
final class ExpiredMachines {
    private static final System.Logger LOG = System.getLogger("dev.atex.libvirt");
    private static final String PREFIX = Mark.name("");

    private ExpiredMachines() {}

    /** Removes those at the host of this pool. A failure is logged: the next run tries again. */
    static void remove(Pool pool, Instant now, Deadline deadline) throws InterruptedException {
        try {
            List<String> domains = pool.virsh()
                    .call(deadline, "list", "--all", "--name")
                    .lines()
                    .map(String::strip)
                    .filter(name -> name.startsWith(PREFIX))
                    .toList();
            for (String domain : domains) {
                Optional<Mark> mark = mark(pool, domain, deadline);
                if (mark.isPresent()
                        && mark.get().expires().isAfter(Instant.EPOCH) // else it has no such time
                        && mark.get().expires().isBefore(now)
                        && domain.equals(Mark.name(mark.get().lease()))
                        && Anchor.processes(domain).isEmpty()) {
                    remove(pool, domain, mark.get(), deadline);
                }
            }
        } catch (VirshException e) {
            LOG.log(Level.INFO, () -> "cannot look for expired machines: " + e.getMessage());
        }
    }

    private static Optional<Mark> mark(Pool pool, String domain, Deadline deadline) throws InterruptedException {
        try {
            return Mark.in(pool.virsh().call(deadline, "metadata", domain, Mark.NAMESPACE));
        } catch (VirshException e) { // of somebody else, or gone meanwhile
            return Optional.empty();
        }
    }

    private static void remove(Pool pool, String domain, Mark mark, Deadline deadline) throws InterruptedException {
        LOG.log(
                Level.INFO,
                () -> "removing domain " + domain + " of " + mark.owner() + ", run " + mark.run()
                        + ", which expired at " + mark.expires());
        try {
            machine(pool, domain, mark, deadline).remove(deadline);
        } catch (VirshException | XmlException e) {
            LOG.log(Level.INFO, () -> "cannot remove the expired domain " + domain + ": " + e.getMessage());
        }
    }

    /** Returns the machine as its description says: its run may have used another pool. */
    private static LeasedMachine machine(Pool pool, String domain, Mark mark, Deadline deadline)
            throws VirshException, XmlException, InterruptedException {
        Element description = Xml.parse(pool.virsh().call(deadline, "dumpxml", domain), "domain");
        List<Element> overlays = Xml.children(Xml.childOf(description, "devices"), "disk").stream()
                .filter(disk -> Xml.attribute(disk, "volume", "source")
                        .filter(volume -> volume.startsWith(domain))
                        .isPresent())
                .toList();
        String name = overlays.isEmpty()
                ? pool.name()
                : Xml.attribute(overlays.getFirst(), "pool", "source").orElse(pool.name());
        Pool its = name.equals(pool.name()) ? pool : Pool.find(pool.virsh(), name, deadline);
        boolean nvram = description.getElementsByTagName("nvram").getLength() > 0;
        return new LeasedMachine(its, mark.lease(), overlays.size(), nvram);
    }
}
