package dev.atex.libvirt.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The first fields of a qcow2 file; see docs/interop/qcow2.txt of QEMU.
 *
 * @param isQcow2 whether the file is one
 * @param size the size of the disk in bytes; 0 if it is not
 */
record QcowHeader(boolean isQcow2, long size) {
    private static final int MAGIC = 0x5146_49fb;
    private static final int SIZE = 24;

    static QcowHeader read(Path file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(SIZE + Long.BYTES);
        try (FileChannel channel = FileChannel.open(file)) {
            while (header.hasRemaining() && channel.read(header) >= 0) {
                // a read may return less than requested
            }
        }
        boolean whole = !header.hasRemaining();
        return whole && header.getInt(0) == MAGIC
                ? new QcowHeader(true, header.getLong(SIZE))
                : new QcowHeader(false, 0);
    }
}
