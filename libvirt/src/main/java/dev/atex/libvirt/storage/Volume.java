package dev.atex.libvirt.storage;

import dev.atex.libvirt.xml.Xml;
import dev.atex.libvirt.xml.XmlException;
import java.util.Optional;
import org.w3c.dom.Element;

/**
 * A volume of a pool as the host describes it.
 *
 * @param name its name
 * @param path its path on the host
 * @param format of its content, {@code raw}, {@code qcow2}, or what else libvirt knows
 * @param size of the disk in bytes
 * @param allocated the bytes that it occupies
 * @param backing the path of the image that it is an overlay of
 */
public record Volume(String name, String path, String format, long size, long allocated, Optional<String> backing) {

    static Volume read(String xml) throws XmlException {
        Element volume = Xml.parse(xml, "volume");
        return new Volume(
                Xml.value(volume, "name").orElse(""),
                Xml.value(volume, "target", "path").orElse(""),
                Xml.attribute(volume, "type", "target", "format").orElse("raw"),
                number(Xml.value(volume, "capacity").orElse("")),
                number(Xml.value(volume, "allocation").orElse("")),
                Xml.value(volume, "backingStore", "path"));
    }

    private static long number(String text) throws XmlException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new XmlException("its size is '" + text + "'", e);
        }
    }
}
