package dev.atex.libvirt.storage;

import dev.atex.concurrent.Deadline;
import dev.atex.libvirt.domain.TemplateDisk;
import dev.atex.libvirt.virsh.Virsh;
import dev.atex.libvirt.virsh.VirshException;
import dev.atex.libvirt.virsh.VirshException.Failure;
import dev.atex.libvirt.xml.Xml;
import dev.atex.libvirt.xml.XmlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.w3c.dom.Element;

/**
 * The disk of a template as it was when the run looked at it. Immutable.
 *
 * @param source where it is
 * @param path its path on the host
 * @param format of its content, {@code raw} or {@code qcow2}
 * @param size of the disk in bytes
 * @param modified the time of its last change, as the host reports it
 */
public record Image(TemplateDisk.Source source, String path, String format, long size, String modified) {

    /**
     * Looks for an image. A file outside of all pools must be on this
     * host. It is raw unless it begins as a qcow2 file does.
     *
     * @throws VirshException if it does not exist
     */
    public static Image find(Virsh virsh, TemplateDisk.Source source, Deadline deadline)
            throws VirshException, InterruptedException {
        try {
            return switch (source) {
                case TemplateDisk.InPool(String pool, String volume) ->
                    read(source, virsh.call(deadline, "vol-dumpxml", "--pool", pool, volume));
                case TemplateDisk.InFile(String path) -> read(source, virsh.call(deadline, "vol-dumpxml", path));
            };
        } catch (VirshException e) {
            if (e.failure() == Failure.NO_VOLUME
                    && source instanceof TemplateDisk.InFile(String path)
                    && virsh.isLocal()
                    && Files.isRegularFile(Path.of(path))) {
                return ofFile(source, Path.of(path));
            }
            throw e.failure() == Failure.NO_VOLUME
                    ? new VirshException(Failure.NO_VOLUME, "there is no " + source + " at " + virsh.host(), e)
                    : e;
        } catch (XmlException e) {
            throw new VirshException(
                    Failure.OTHER, "cannot read the description of " + source + ": " + e.getMessage(), e);
        }
    }

    private static Image read(TemplateDisk.Source source, String xml) throws XmlException {
        Element volume = Xml.parse(xml, "volume");
        return new Image(
                source,
                Xml.value(volume, "target", "path").orElseThrow(() -> new XmlException("it has no path")),
                Xml.attribute(volume, "type", "target", "format").orElse("raw"),
                size(Xml.value(volume, "capacity").orElse("")),
                Xml.value(volume, "target", "timestamps", "mtime").orElse(""));
    }

    private static long size(String text) throws XmlException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new XmlException("its capacity is '" + text + "'", e);
        }
    }

    private static Image ofFile(TemplateDisk.Source source, Path path) throws VirshException {
        try {
            QcowHeader header = QcowHeader.read(path);
            return new Image(
                    source,
                    path.toString(),
                    header.isQcow2() ? "qcow2" : "raw",
                    header.isQcow2() ? header.size() : Files.size(path),
                    Files.getLastModifiedTime(path).toString());
        } catch (IOException e) {
            throw new VirshException(Failure.NO_VOLUME, "cannot read the image " + path + ": " + e.getMessage(), e);
        }
    }

    /**
     * Checks that nobody has changed the image since.
     *
     * @throws VirshException if it has changed, or does not exist any more
     */
    public void checkUnchanged(Virsh virsh, Deadline deadline) throws VirshException, InterruptedException {
        Image now = find(virsh, source, deadline);
        if (!now.equals(this)) {
            throw new VirshException(
                    Failure.INVALID,
                    "the image (" + source + ") has changed since the run started (" + modified + ", now "
                            + now.modified
                            + "): machines of one run must be alike. A new version of an image needs a new name");
        }
    }
}
