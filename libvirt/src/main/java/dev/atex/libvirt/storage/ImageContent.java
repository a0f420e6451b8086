package dev.atex.libvirt.storage;

import dev.atex.libvirt.virsh.VirshException;
import dev.atex.libvirt.virsh.VirshException.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Recognizes files that cannot be the disk of a machine, as it would wait for them to boot in vain. */
public final class ImageContent {
    private static final int HEAD = 16;
    private static final String CONVERT = ": convert it with 'qemu-img convert -O qcow2 FILE NEW'";

    /** The first bytes of a file of this kind, as ISO 8859-1, and what to do with it. */
    private record Kind(String begin, String what) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("\u001f\u008b", "is compressed with gzip: decompress it"),
            new Kind("\u00fd7zXZ", "is compressed with xz: decompress it"),
            new Kind("(\u00b5/\u00fd", "is compressed with zstd: decompress it"),
            new Kind("BZh", "is compressed with bzip2: decompress it"),
            new Kind("PK\u0003\u0004", "is a ZIP archive: unpack it"),
            new Kind("KDMV", "is a VMDK file" + CONVERT),
            new Kind("# Disk Descripto", "is a VMDK file" + CONVERT),
            new Kind("vhdxfile", "is a VHDX file" + CONVERT),
            new Kind("conectix", "is a VHD file" + CONVERT),
            new Kind("<<< ", "is a VDI file" + CONVERT),
            new Kind("<!DOCTYPE", "is a web page: check the download"),
            new Kind("<html", "is a web page: check the download"));

    private ImageContent() {}

    /**
     * Checks an image.
     *
     * @param local whether it is on this host, where its content can be read
     * @throws VirshException if no machine can boot from it
     */
    public static void check(Image image, boolean local) throws VirshException {
        if (image.size() == 0) {
            throw refused(image, "is empty");
        }
        if (!image.format().equals("raw")) {
            return;
        }
        Path path = Path.of(image.path());
        String head = local && Files.isReadable(path) ? head(path) : "";
        for (Kind kind : KINDS) {
            if (head.startsWith(kind.begin())) {
                throw refused(image, kind.what());
            }
        }
        if (image.path().toLowerCase(Locale.ROOT).endsWith(".qcow2")) {
            throw refused(image, "is not a qcow2 file, although its name says so: check it with 'qemu-img info'");
        }
    }

    private static VirshException refused(Image image, String why) {
        return new VirshException(Failure.INVALID, "the image (" + image.source() + ") " + why);
    }

    private static String head(Path path) throws VirshException {
        try (InputStream in = Files.newInputStream(path)) {
            return new String(in.readNBytes(HEAD), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new VirshException(Failure.NO_ACCESS, "cannot read the image " + path + ": " + e.getMessage(), e);
        }
    }
}
