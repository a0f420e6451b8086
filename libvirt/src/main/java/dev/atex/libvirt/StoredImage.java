package dev.atex.libvirt;

import java.util.List;

/**
 * An image in a pool.
 *
 * @param name the name of the volume
 * @param format {@code qcow2}, {@code raw}, or what else libvirt knows
 * @param size of the disk in bytes
 * @param allocated the bytes that it occupies
 * @param overlays the names of volumes that are overlays of it: disks of machines, and images made from it
 * @param domains the names of domains that use it
 */
public record StoredImage(
        String name, String format, long size, long allocated, List<String> overlays, List<String> domains) {
    /** Copies the lists. */
    public StoredImage {
        overlays = List.copyOf(overlays);
        domains = List.copyOf(domains);
    }

    /** Returns whether something needs it. */
    public boolean isUsed() {
        return !overlays.isEmpty() || !domains.isEmpty();
    }
}
