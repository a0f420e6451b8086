package dev.atex.libvirt.domain;

import dev.atex.libvirt.virsh.VirshException;
import dev.atex.libvirt.virsh.VirshException.Failure;
import dev.atex.libvirt.xml.Xml;
import dev.atex.libvirt.xml.XmlException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.w3c.dom.Element;

/** Finds the files that a domain uses as disks. */
public final class DiskPaths {
    private DiskPaths() {}

    /**
     * Returns the paths of its disks and of the images that they are overlays of, as far as they are files, or volumes of this
     * pool.
     *
     * @param xml the description of the domain
     * @param pool the name of the pool
     * @param directory its directory
     */
    public static Set<String> of(String xml, String pool, String directory) throws VirshException {
        try {
            Set<String> paths = new LinkedHashSet<>();
            Optional<Element> devices = Xml.find(Xml.parse(xml, "domain"), "devices");
            if (devices.isPresent()) {
                for (Element disk : Xml.children(devices.get(), "disk")) {
                    add(disk, pool, directory, paths);
                }
            }
            return paths;
        } catch (XmlException e) {
            throw new VirshException(Failure.OTHER, "cannot read the description of a domain: " + e.getMessage(), e);
        }
    }

    private static void add(Element disk, String pool, String directory, Set<String> paths) {
        for (Optional<Element> at = Optional.of(disk); at.isPresent(); at = Xml.find(at.get(), "backingStore")) {
            Xml.attribute(at.get(), "file", "source").ifPresent(paths::add);
            if (Xml.attribute(at.get(), "pool", "source").equals(Optional.of(pool))) {
                Xml.attribute(at.get(), "volume", "source").ifPresent(name -> paths.add(directory + "/" + name));
            }
        }
    }
}
