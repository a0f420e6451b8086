package dev.atex.libvirt.domain;

import dev.atex.libvirt.xml.Xml;
import dev.atex.libvirt.xml.XmlException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.w3c.dom.Element;

/** The description of a domain of which machines are clones. Immutable. */
public final class DomainTemplate {
    private static final String QEMU = "http://libvirt.org/schemas/domain/qemu/1.0";
    private static final String NETDEV = "atex0";

    private final Element domain;
    private final List<TemplateDisk> disks;

    private DomainTemplate(Element domain, List<TemplateDisk> disks) {
        this.domain = domain;
        this.disks = List.copyOf(disks);
    }

    /**
     * Returns the template with this description.
     *
     * @param image a disk that replaces the first one, or is added
     * @throws XmlException if it is not a domain, or if clones of it would share something that they can change
     */
    public static DomainTemplate of(String xml, Optional<TemplateDisk.Source> image) throws XmlException {
        Element domain = Xml.parse(xml, "domain");
        Element devices = Xml.childOf(domain, "devices");
        refuseShared(devices);
        List<TemplateDisk> disks = new ArrayList<>();
        for (Element disk : Xml.children(devices, "disk")) {
            if (!kind(disk).equals("disk") || Xml.find(disk, "readonly").isPresent()) {
                continue;
            }
            String target = Xml.attribute(disk, "dev", "target")
                    .orElseThrow(() -> new XmlException("it has a disk without <target dev=...>"));
            TemplateDisk.Source source = disks.isEmpty() && image.isPresent() ? image.get() : source(disk, target);
            disks.add(new TemplateDisk(target, source));
        }
        if (disks.isEmpty()) {
            TemplateDisk.Source source =
                    image.orElseThrow(() -> new XmlException("it has no disk: set an image with the option 'image'"));
            Element disk = Xml.add(devices, "disk", "device", "disk");
            Xml.add(disk, "target", "dev", "vda", "bus", "virtio");
            disks.add(new TemplateDisk("vda", source));
        }
        return new DomainTemplate(domain, disks);
    }

    private static String kind(Element disk) {
        return disk.hasAttribute("device") ? disk.getAttribute("device") : "disk";
    }

    private static TemplateDisk.Source source(Element disk, String target) throws XmlException {
        String type = disk.getAttribute("type");
        Optional<Element> source = Xml.find(disk, "source");
        if (type.equals("volume") && source.isPresent()) {
            return new TemplateDisk.InPool(
                    source.get().getAttribute("pool"), source.get().getAttribute("volume"));
        }
        if (type.equals("file") && source.isPresent()) {
            return new TemplateDisk.InFile(source.get().getAttribute("file"));
        }
        throw new XmlException("its disk '" + target + "' is of type '" + type
                + "': overlays are possible for disks of the types 'file' and 'volume' only");
    }

    private static void refuseShared(Element devices) throws XmlException {
        if (!Xml.children(devices, "hostdev").isEmpty()) {
            throw new XmlException("it has a <hostdev>: one device of the host cannot be in several machines");
        }
        for (Element filesystem : Xml.children(devices, "filesystem")) {
            if (Xml.find(filesystem, "readonly").isEmpty()) {
                throw new XmlException("it has a writable <filesystem>, which all machines would share");
            }
        }
        for (String name : List.of("serial", "parallel", "console", "channel")) {
            for (Element device : Xml.children(devices, name)) {
                if (List.of("tcp", "udp").contains(device.getAttribute("type"))) {
                    throw new XmlException(
                            "it has a <" + name + "> with a fixed port of the host, which only one machine can have");
                }
            }
        }
        for (Element graphics : Xml.children(devices, "graphics")) {
            String port = graphics.getAttribute("port");
            if (!port.isEmpty()
                    && !port.equals("-1")
                    && !graphics.getAttribute("autoport").equals("yes")) {
                throw new XmlException("it has a <graphics> with the fixed port " + port
                        + " of the host, which only one machine can have: set autoport='yes'");
            }
        }
    }

    /** Returns the template with another memory and number of processors, as far as they are given. */
    public DomainTemplate sized(Optional<Integer> memoryMib, Optional<Integer> processors) {
        Element copy = Xml.copy(domain);
        memoryMib.ifPresent(size -> {
            Xml.remove(copy, "currentMemory", "maxMemory");
            Xml.setValue(copy, "memory", size.toString());
            Xml.set(Xml.childOf(copy, "memory"), "unit", "MiB");
        });
        processors.ifPresent(number -> {
            Xml.remove(copy, "vcpus");
            Xml.find(copy, "cpu").ifPresent(cpu -> Xml.remove(cpu, "topology", "numa"));
            Xml.setValue(copy, "vcpu", number.toString());
            Xml.childOf(copy, "vcpu").removeAttribute("current");
        });
        return new DomainTemplate(copy, disks);
    }

    /** Returns the template with KVM, or with an emulated processor. */
    public DomainTemplate accelerated(boolean kvm) {
        Element copy = Xml.copy(domain);
        Xml.set(copy, "type", kvm ? "kvm" : "qemu");
        return new DomainTemplate(copy, disks);
    }

    /** Returns the disks of which each machine needs an overlay. */
    public List<TemplateDisk> disks() {
        return disks;
    }

    /** Returns the name of the domain, if it has one. */
    public Optional<String> name() {
        return Xml.value(domain, "name");
    }

    /** Returns whether QEMU emulates the processor. */
    public boolean isEmulated() {
        return domain.getAttribute("type").equals("qemu");
    }

    /** Returns whether the firmware keeps variables in a file. */
    public boolean hasNvram() {
        return domain.getElementsByTagName("nvram").getLength() > 0
                || Xml.attribute(domain, "firmware", "os").equals(Optional.of("efi"));
    }

    /** Returns the description of a machine. */
    public String clone(CloneSettings settings) {
        Element copy = Xml.copy(domain);
        Xml.remove(copy, "uuid", "seclabel", "resource");
        copy.removeAttribute("id");
        Xml.setValue(copy, "name", Mark.name(settings.mark().lease()));
        Xml.setValue(copy, "uuid", Mark.uuid(settings.mark().lease()).toString());
        settings.mark().write(copy);
        Xml.setValue(copy, "on_poweroff", "destroy");
        settings.nvram().ifPresent(file -> {
            Element os = Xml.childOf(copy, "os");
            Xml.find(os, "nvram")
                    .ifPresentOrElse(known -> known.setTextContent(file), () -> Xml.setValue(os, "nvram", file));
        });
        Element devices = Xml.childOf(copy, "devices");
        for (Element disk : Xml.children(devices, "disk")) {
            Xml.attribute(disk, "dev", "target")
                    .map(settings.overlays()::get)
                    .ifPresent(volume -> overlay(disk, settings.pool(), volume));
        }
        for (Element channel : Xml.children(devices, "channel")) { // the path contains the name of the template
            Xml.find(channel, "source").ifPresent(source -> source.removeAttribute("path"));
        }
        Xml.remove(devices, "interface", "serial", "console");
        Element serial = Xml.add(devices, "serial", "type", "file");
        Xml.add(serial, "source", "path", settings.console());
        Xml.add(serial, "target", "port", "0");
        switch (settings.link()) {
            case CloneSettings.Network(String name) -> {
                Element link = Xml.add(devices, "interface", "type", "network");
                Xml.add(link, "source", "network", name);
                Xml.add(link, "model", "type", "virtio");
            }
            case CloneSettings.Forwarded(int port) -> forward(copy, port);
        }
        settings.credential().ifPresent(key -> credential(copy, key));
        settings.snapshot().ifPresent(name -> {
            argument(argumentsOf(copy), "-loadvm");
            argument(argumentsOf(copy), name);
        });
        return Xml.text(copy);
    }

    /**
     * Returns what the saved state of a machine depends on: its description without what distinguishes it from others.
     *
     * @param credential as in {@link CloneSettings}
     */
    public String state(Optional<String> credential) {
        Map<String, String> overlays = new LinkedHashMap<>();
        disks.forEach(disk -> overlays.put(disk.target(), disk.target()));
        return clone(new CloneSettings(
                new Mark("lease", "run", "owner", Instant.EPOCH, Instant.EPOCH),
                "pool",
                overlays,
                new CloneSettings.Forwarded(1),
                "console",
                Optional.empty(),
                credential,
                Optional.empty()));
    }

    /** Returns the paths of the kernel and of the initrd that the host gives to the machine. */
    public List<String> bootFiles() {
        return Stream.of("kernel", "initrd", "dtb")
                .flatMap(name -> Xml.value(domain, "os", name).stream())
                .toList();
    }

    private static void overlay(Element disk, String pool, String volume) {
        Xml.remove(disk, "source", "backingStore", "driver", "alias", "transient", "auth", "serial", "wwn");
        Xml.set(disk, "type", "volume");
        // the host need not write at once what is thrown away
        Element driver =
                Xml.add(disk, "driver", "name", "qemu", "type", "qcow2", "cache", "unsafe", "discard", "unmap");
        Element source = Xml.add(disk, "source", "pool", pool, "volume", volume);
        disk.insertBefore(source, disk.getFirstChild());
        disk.insertBefore(driver, source);
    }

    private void forward(Element copy, int port) {
        Element line = argumentsOf(copy);
        argument(line, "-netdev");
        argument(line, "user,id=" + NETDEV + ",hostfwd=tcp:127.0.0.1:" + port + "-:22");
        argument(line, "-device");
        boolean mainframe = Xml.attribute(copy, "arch", "os", "type")
                .filter(arch -> arch.startsWith("s390"))
                .isPresent();
        argument(
                line,
                mainframe
                        ? "virtio-net-ccw,netdev=" + NETDEV
                        : "virtio-net-pci,netdev=" + NETDEV + ",addr=0x10,romfile=");
    }

    private static Element argumentsOf(Element copy) {
        var known = copy.getElementsByTagNameNS(QEMU, "commandline");
        if (known.getLength() > 0) {
            return (Element) Objects.requireNonNull(known.item(0));
        }
        Element line = copy.getOwnerDocument().createElementNS(QEMU, "qemu:commandline");
        copy.appendChild(line);
        return line;
    }

    private static void argument(Element line, String value) {
        Element argument = line.getOwnerDocument().createElementNS(QEMU, "qemu:arg");
        argument.setAttribute("value", value);
        line.appendChild(argument);
    }

    /** See systemd.system-credentials(7): {@code ssh.authorized_keys.root}. */
    private static void credential(Element copy, String key) {
        Element info = Xml.children(copy, "sysinfo").stream()
                .filter(each -> each.getAttribute("type").equals("smbios"))
                .findFirst()
                .orElseGet(() -> Xml.add(copy, "sysinfo", "type", "smbios"));
        Element entry = Xml.add(Xml.childOf(info, "oemStrings"), "entry");
        entry.setTextContent("io.systemd.credential.binary:ssh.authorized_keys.root="
                + Base64.getEncoder().encodeToString((key + "\n").getBytes(StandardCharsets.US_ASCII)));
        Xml.set(Xml.childOf(Xml.childOf(copy, "os"), "smbios"), "mode", "sysinfo");
    }
}
