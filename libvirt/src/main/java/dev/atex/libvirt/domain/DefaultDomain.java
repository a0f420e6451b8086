package dev.atex.libvirt.domain;

import dev.atex.libvirt.xml.Xml;
import java.util.Optional;
import org.w3c.dom.Element;

/**
 * The description of a machine for which the user has none.
 *
 * @param accelerated whether KVM runs it; else QEMU emulates the processor
 * @param arch the architecture; if empty, that of the host
 * @param uefi whether the firmware is UEFI
 */
public record DefaultDomain(boolean accelerated, Optional<String> arch, boolean uefi) {
    private static final int MEMORY_MIB = 2048;
    private static final int PROCESSORS = 2;
    /** In MiB. QEMU's own limit is 1 GiB, of which a guest that is thrown away fills most, without being faster. */
    private static final int TRANSLATIONS = 64;

    /** Returns the description, without disk. */
    public String xml() {
        Element domain = Xml.create("domain");
        Xml.set(domain, "type", accelerated ? "kvm" : "qemu");
        Xml.add(domain, "memory", "unit", "MiB").setTextContent(Integer.toString(MEMORY_MIB));
        Xml.setValue(domain, "vcpu", Integer.toString(PROCESSORS));
        Element os = Xml.add(domain, "os");
        if (uefi) {
            Xml.set(os, "firmware", "efi");
        }
        Element type = Xml.add(os, "type");
        type.setTextContent("hvm");
        arch.ifPresent(name -> Xml.set(type, "arch", name));
        boolean pc = arch.isEmpty() || arch.get().equals("x86_64");
        if (pc) {
            Xml.set(type, "machine", "q35");
        }
        Element features = Xml.add(domain, "features");
        if (pc || uefi) {
            Xml.add(features, "acpi");
        }
        if (accelerated) {
            Xml.add(domain, "cpu", "mode", "host-passthrough");
        } else {
            Xml.add(Xml.add(features, "tcg"), "tb-cache", "unit", "MiB").setTextContent(Integer.toString(TRANSLATIONS));
        }
        Element devices = Xml.add(domain, "devices");
        Element random = Xml.add(devices, "rng", "model", "virtio");
        Xml.add(random, "backend", "model", "random").setTextContent("/dev/urandom");
        Element agent = Xml.add(devices, "channel", "type", "unix");
        Xml.add(agent, "target", "type", "virtio", "name", "org.qemu.guest_agent.0");
        Xml.add(devices, "memballoon", "model", "none");
        return Xml.text(domain);
    }
}
