package dev.atex.connection.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Sends a tree as a tar stream, written here and unpacked by the {@code tar} there. */
final class TarUpload {
    private static final int BUFFER = 256 << 10;
    private static final int CHUNK = 64 << 10;

    /** -o: owners are not kept; -p: permissions are, whatever the umask. */
    private static final String UNPACK = "mkdir -p -- \"$1\" && cd -- \"$1\" && exec tar -xpof -";

    private final TarArchiveOutputStream tar;
    private final byte[] chunk = new byte[CHUNK];

    private TarUpload(TarArchiveOutputStream tar) {
        this.tar = tar;
    }

    /** False: there is no {@code tar} there. */
    static boolean copy(Connection connection, Path from, String to, Deadline deadline)
            throws ConnectionException, InterruptedException {
        String what = "cannot copy " + from + " to " + to + " on " + connection;
        if (!Files.isDirectory(from)) {
            throw new ConnectionException(what + ": " + from + " is not a directory");
        }
        Command unpack = Command.of("sh", "-c", UNPACK, "sh", to);
        return Copying.run(() -> connection.start(unpack), what, new Exit.Code(0)::equals, deadline, process -> {
            try (OutputStream stdin = new BufferedOutputStream(process.stdin(), BUFFER);
                    TarArchiveOutputStream tar = new TarArchiveOutputStream(stdin, StandardCharsets.UTF_8.name())) {
                tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
                tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
                tar.setAddPaxHeadersForNonAsciiNames(true);
                new TarUpload(tar).directory(from, "./", FileFacts.of(from, true));
            }
        });
    }

    private void directory(Path directory, String name, FileFacts facts) throws IOException, InterruptedException {
        begin(new TarArchiveEntry(name, TarConstants.LF_DIR), facts);
        tar.closeArchiveEntry();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while copying a tree");
                }
                entry(child, name + child.getFileName(), FileFacts.of(child, false));
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private void entry(Path path, String name, FileFacts facts) throws IOException, InterruptedException {
        switch (facts.type()) {
            case DIRECTORY -> directory(path, name + "/", facts);
            case SYMBOLIC_LINK -> {
                TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
                entry.setLinkName(Files.readSymbolicLink(path).toString());
                begin(entry, facts);
                tar.closeArchiveEntry();
            }
            case REGULAR -> {
                TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL);
                entry.setSize(facts.size());
                begin(entry, facts);
                content(path, facts.size());
                tar.closeArchiveEntry();
            }
            case OTHER -> {
                // left out, as documented
            }
        }
    }

    private void begin(TarArchiveEntry entry, FileFacts facts) throws IOException {
        entry.setMode(facts.permissions());
        entry.setModTime(facts.time().toMillis() / 1000 * 1000); // whole seconds need no extended header
        tar.putArchiveEntry(entry);
    }

    /** As many bytes as were announced, also of a file that is changing. */
    private void content(Path file, long size) throws IOException {
        long left = size;
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            while (left > 0) {
                int n = in.read(chunk, 0, (int) Math.min(chunk.length, left));
                if (n < 0) {
                    break;
                }
                tar.write(chunk, 0, n);
                left -= n;
            }
        }
        java.util.Arrays.fill(chunk, (byte) 0);
        while (left > 0) {
            int n = (int) Math.min(chunk.length, left);
            tar.write(chunk, 0, n);
            left -= n;
        }
    }
}
