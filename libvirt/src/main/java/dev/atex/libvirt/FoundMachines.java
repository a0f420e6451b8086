package dev.atex.libvirt;

import dev.atex.concurrent.Deadline;
import dev.atex.libvirt.domain.Mark;
import dev.atex.libvirt.virsh.Virsh;
import dev.atex.libvirt.virsh.VirshException;
import dev.atex.libvirt.virsh.VirshException.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the machines of all runs at a host. */
public final class FoundMachines {
    private FoundMachines() {}

    /** Returns the domains with metadata of a run, ordered by name. */
    public static List<FoundMachine> list(VirtAddress address, Deadline deadline)
            throws VirshException, InterruptedException {
        return list(address.virsh(deadline), deadline);
    }

    static List<FoundMachine> list(Virsh virsh, Deadline deadline) throws VirshException, InterruptedException {
        List<FoundMachine> machines = new ArrayList<>();
        for (String domain : virsh.call(deadline, "list", "--all", "--name")
                .lines()
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .sorted()
                .toList()) {
            find(virsh, domain, deadline).ifPresent(machines::add);
        }
        return List.copyOf(machines);
    }

    private static Optional<FoundMachine> find(Virsh virsh, String domain, Deadline deadline)
            throws VirshException, InterruptedException {
        try {
            Optional<Mark> mark =
                    Mark.in(virsh.call(deadline, "metadata", "--domain=" + domain, "--uri=" + Mark.NAMESPACE));
            if (mark.isEmpty()) {
                return Optional.empty();
            }
            String state = virsh.call(deadline, "domstate", "--domain=" + domain);
            Mark known = mark.get();
            return Optional.of(new FoundMachine(
                    domain, state, known.lease(), known.run(), known.owner(), known.since(), known.expires()));
        } catch (VirshException e) {
            if (e.failure() == Failure.NO_DOMAIN || e.failure() == Failure.NO_METADATA) {
                return Optional.empty(); // not ours, or gone meanwhile
            }
            throw e;
        }
    }
}
