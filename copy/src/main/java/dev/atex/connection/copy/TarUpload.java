package dev.atex.connection.copy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.internal.files.FileFacts;
import dev.atex.internal.files.FileNames;
import dev.atex.internal.files.TreeReader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Sends a tree as a tar stream, which the machine's {@code tar} unpacks. Skips everything except files, directories and symbolic
 * links; does not follow links.
 */
public final class TarUpload implements TreeReader.Visitor {
    private static final int BUFFER = 256 << 10;
    private static final String TOP = "./";
    private static final int CHUNK = 64 << 10;

    /** {@code -o}: does not keep owners; {@code -p}: keeps permissions, whatever the umask. */
    private static final String UNPACK = "mkdir -p -- \"$1\" && cd -- \"$1\" && exec tar -xpof -";

    private final TarArchiveOutputStream tar;
    private final byte[] chunk = new byte[CHUNK];

    private TarUpload(TarArchiveOutputStream tar) {
        this.tar = tar;
    }

    /**
     * Copies the content of a local directory into a directory on the machine, which is created if missing.
     *
     * @return false if the machine has no {@code tar}
     */
    public static boolean copy(Connection connection, Path from, String to, Deadline deadline)
            throws ConnectionException, InterruptedException {
        String what = "cannot copy " + from + " to " + to + " on " + connection;
        if (!Files.isDirectory(from)) {
            throw new ConnectionException(what + ": " + from + " is not a directory");
        }
        Command unpack = Command.of("sh", "-c", UNPACK, "sh", to);
        return Copying.run(() -> connection.start(unpack), what, new Exit.Code(0)::equals, deadline, process -> {
            try (OutputStream stdin = new BufferedOutputStream(process.stdin(), BUFFER);
                    TarArchiveOutputStream tar = new TarArchiveOutputStream(stdin, FileNames.CHARSET.name())) {
                tar.setLongFileMode(
                        TarArchiveOutputStream.LONGFILE_GNU); // POSIX headers cannot have names that are not UTF-8
                tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
                TreeReader.read(from, new TarUpload(tar));
            }
        });
    }

    @Override
    public void enter(Path directory, FileFacts facts) throws IOException {
        String name = FileNames.bytes(directory);
        begin(new TarArchiveEntry(name.isEmpty() ? TOP : TOP + name + "/", TarConstants.LF_DIR), facts);
        tar.closeArchiveEntry();
    }

    @Override
    public void link(Path link, FileFacts facts, Path target) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(TOP + FileNames.bytes(link), TarConstants.LF_SYMLINK);
        entry.setLinkName(FileNames.bytes(target));
        begin(entry, facts);
        tar.closeArchiveEntry();
    }

    @Override
    public void file(Path file, FileFacts facts, FileChannel content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(TOP + FileNames.bytes(file), TarConstants.LF_NORMAL);
        entry.setSize(facts.size());
        begin(entry, facts);
        send(Channels.newInputStream(content), facts.size());
        tar.closeArchiveEntry();
    }

    private void begin(TarArchiveEntry entry, FileFacts facts) throws IOException {
        entry.setMode(facts.permissions());
        entry.setModTime(facts.time().toMillis() / 1000 * 1000); // whole seconds do not need an extended header
        tar.putArchiveEntry(entry);
    }

    /** Sends as many bytes as the header says, also if the file changes meanwhile. */
    private void send(InputStream in, long size) throws IOException {
        long left = size;
        while (left > 0) {
            int n = in.read(chunk, 0, (int) Math.min(chunk.length, left));
            if (n < 0) {
                break;
            }
            tar.write(chunk, 0, n);
            left -= n;
        }
        Arrays.fill(chunk, (byte) 0);
        while (left > 0) {
            int n = (int) Math.min(chunk.length, left);
            tar.write(chunk, 0, n);
            left -= n;
        }
    }
}
