package dev.atex.libvirt.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Recognizes the format of an image by its first bytes; see docs/interop/qcow2.txt of QEMU. An image that refers to other files
 * is refused: whoever wrote it could make machines read any file of the host.
 */
public final class ImageHeader {
    /** The number of bytes that are needed; fewer only if the file is shorter. */
    public static final int SIZE = 64 << 10;

    private static final byte[] QCOW = {'Q', 'F', 'I', (byte) 0xfb};
    private static final int BACKING_FILE = 8;
    private static final int ENCRYPTION = 32;
    private static final int FEATURES = 72;
    private static final int QCOW3_SIZE = 104;
    private static final int CORRUPT = 1 << 1;
    private static final int DATA_FILE = 1 << 2;

    private record Magic(int offset, byte[] bytes, String what, String advice) {
        Magic(int offset, String text, String what, String advice) {
            this(offset, text.getBytes(StandardCharsets.ISO_8859_1), what, advice);
        }

        boolean isIn(byte[] first) {
            int end = offset + bytes.length;
            return first.length >= end && Arrays.equals(first, offset, end, bytes, 0, bytes.length);
        }
    }

    private static final String DECOMPRESS = "decompress it first";
    private static final String CONVERT = "convert it first: qemu-img convert -O qcow2 FILE IMAGE.qcow2";

    private static final Magic[] OTHERS = {
        new Magic(0, "\u001f\u008b", "compressed by gzip", DECOMPRESS),
        new Magic(0, "\u00fd7zXZ\0", "compressed by xz", DECOMPRESS),
        new Magic(0, "BZh", "compressed by bzip2", DECOMPRESS),
        new Magic(0, "(\u00b5/\u00fd", "compressed by zstd", DECOMPRESS),
        new Magic(0, "PK\u0003\u0004", "a zip archive", DECOMPRESS),
        new Magic(257, "ustar", "a tar archive", "unpack it first"),
        new Magic(0, "KDMV", "a VMDK image", CONVERT),
        new Magic(0, "# Disk DescriptorFile", "a VMDK description", CONVERT),
        new Magic(0, "vhdxfile", "a VHDX image", CONVERT),
        new Magic(0, "conectix", "a VHD image", CONVERT),
        new Magic(64, "\u007f\u0010\u00da\u00be", "a VDI image", CONVERT),
        new Magic(0, "QED\0", "a QED image", CONVERT),
    };

    private ImageHeader() {}

    /**
     * Returns the format, {@code raw} or {@code qcow2}.
     *
     * @param first the first {@value #SIZE} bytes
     * @throws IOException if it is no image of these formats, or one that refers to other files; the message completes "it is ..."
     */
    public static String format(byte[] first) throws IOException {
        for (Magic magic : OTHERS) {
            if (magic.isIn(first)) {
                throw new IOException("it is " + magic.what() + ": " + magic.advice());
            }
        }
        if (first.length == 0) {
            throw new IOException("it is empty");
        }
        String text = new String(first, 0, Math.min(first.length, 256), StandardCharsets.ISO_8859_1)
                .strip()
                .toLowerCase(Locale.ROOT);
        if (text.startsWith("<!doctype") || text.startsWith("<html") || text.startsWith("<?xml")) {
            throw new IOException("it is a web page, not an image");
        }
        if (first.length < QCOW.length || !Arrays.equals(first, 0, QCOW.length, QCOW, 0, QCOW.length)) {
            return "raw";
        }
        checkQcow(first);
        return "qcow2";
    }

    private static void checkQcow(byte[] first) throws IOException {
        ByteBuffer header = ByteBuffer.wrap(Arrays.copyOf(first, QCOW3_SIZE));
        int version = header.getInt(QCOW.length);
        if (version != 2 && version != 3) {
            throw new IOException("it is a qcow image of version " + version + ": " + CONVERT);
        }
        if (header.getLong(BACKING_FILE) != 0) {
            throw new IOException("it is an overlay, as it has a backing file: " + CONVERT);
        }
        if (header.getInt(ENCRYPTION) != 0) {
            throw new IOException("it is encrypted: " + CONVERT);
        }
        long features = version == 3 ? header.getLong(FEATURES) : 0;
        if ((features & DATA_FILE) != 0) {
            throw new IOException("it is an image whose data are in another file: " + CONVERT);
        }
        if ((features & CORRUPT) != 0) {
            throw new IOException("it is marked as corrupt: repair it with 'qemu-img check -r all FILE'");
        }
    }
}
