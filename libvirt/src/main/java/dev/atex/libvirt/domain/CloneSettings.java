package dev.atex.libvirt.domain;

import java.util.Map;
import java.util.Optional;

/**
 * What distinguishes a machine from its template.
 *
 * @param mark whose it is; name and UUID follow from it
 * @param pool the pool of its volumes
 * @param overlays the volume of each disk of the template, by target
 * @param link how it is reached
 * @param console the file for what it prints on its serial console
 * @param nvram the file for the variables of its firmware, if it has UEFI
 * @param credential a public key for root that systemd takes from SMBIOS
 * @param snapshot the snapshot in its first disk from which it goes on, instead of booting
 */
public record CloneSettings(
        Mark mark,
        String pool,
        Map<String, String> overlays,
        Link link,
        String console,
        Optional<String> nvram,
        Optional<String> credential,
        Optional<String> snapshot) {

    /** How a machine is reached. */
    public sealed interface Link {}

    /** QEMU forwards this TCP port of 127.0.0.1 on its host to sshd of the machine. */
    public record Forwarded(int port) implements Link {}

    /** An interface in a network of libvirt. */
    public record Network(String name) implements Link {}
}
