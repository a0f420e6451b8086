package dev.atex.libvirt.domain;

import dev.atex.libvirt.xml.Xml;
import dev.atex.libvirt.xml.XmlException;
import java.util.Optional;
import org.w3c.dom.Element;

/** The description of a domain that was installed under another name. */
public final class FinalDomain {
    private FinalDomain() {}

    /**
     * Returns the description with its final name, disk and memory. Its console is a pseudo-terminal again.
     *
     * @param xml the description during the installation
     * @param path of the first disk
     * @param memoryMib memory in MiB, if it changes
     */
    public static String of(String xml, String name, String path, Optional<Integer> memoryMib) throws XmlException {
        Element domain = Xml.parse(xml, "domain");
        Xml.remove(domain, "uuid");
        domain.removeAttribute("id");
        Xml.setValue(domain, "name", name);
        memoryMib.ifPresent(size -> {
            Xml.remove(domain, "currentMemory");
            Xml.setValue(domain, "memory", size.toString());
            Xml.set(Xml.childOf(domain, "memory"), "unit", "MiB");
        });
        Xml.find(domain, "os").ifPresent(os -> {
            Xml.remove(os, "kernel", "initrd", "cmdline"); // those of the installer
            Xml.find(os, "nvram").ifPresent(nvram -> nvram.setTextContent("")); // its name is that of the domain
        });
        Element devices = Xml.childOf(domain, "devices");
        Element disk = Xml.children(devices, "disk").stream()
                .filter(each -> !each.hasAttribute("device")
                        || each.getAttribute("device").equals("disk"))
                .findFirst()
                .orElseThrow(() -> new XmlException("it has no disk"));
        Xml.remove(disk, "source", "backingStore");
        Xml.set(disk, "type", "file");
        Element source = Xml.add(disk, "source", "file", path);
        Element target = Xml.childOf(disk, "target");
        disk.insertBefore(source, target);
        for (Element channel : Xml.children(devices, "channel")) {
            Xml.find(channel, "source").ifPresent(each -> each.removeAttribute("path"));
        }
        for (String kind : new String[] {"serial", "console"}) {
            for (Element each : Xml.children(devices, kind)) {
                Xml.remove(each, "source", "log");
                Xml.set(each, "type", "pty");
            }
        }
        return Xml.text(domain);
    }
}
