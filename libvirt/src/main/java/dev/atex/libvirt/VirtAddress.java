package dev.atex.libvirt;

import dev.atex.concurrent.Deadline;
import dev.atex.libvirt.storage.Pool;
import dev.atex.libvirt.virsh.Virsh;
import dev.atex.libvirt.virsh.VirshException;
import java.util.Optional;

/**
 * The libvirt and the pool that a command works with.
 *
 * @param program the name or path of virsh
 * @param uri the connection URI; if empty, the one that virsh chooses
 * @param pool the pool of images
 */
public record VirtAddress(String program, Optional<String> uri, String pool) {

    /** Returns virsh with the URI that is used. */
    Virsh virsh(Deadline deadline) throws VirshException, InterruptedException {
        Virsh found = Virsh.find(program, uri);
        return found.with(found.call(deadline, "uri"));
    }

    /** Looks for the pool. */
    Pool find(Deadline deadline) throws VirshException, InterruptedException {
        return Pool.find(virsh(deadline), pool, deadline);
    }
}
