package dev.atex.connection.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Receives a tree as a tar stream, packed by the {@code tar} there and unpacked here. */
final class TarDownload {
    private static final int BUFFER = 256 << 10;
    private static final String PACK = "cd -- \"$1\" && exec tar -cf - .";

    /** GNU tar's exit code when files changed while they were read. */
    private static final int CHANGED = 1;

    private TarDownload() {}

    /** False: there is no {@code tar} there. */
    static boolean copy(Connection connection, String from, Path to, Deadline deadline)
            throws ConnectionException, InterruptedException {
        String what = "cannot copy " + from + " on " + connection + " to " + to;
        Command pack = Command.of("sh", "-c", PACK, "sh", from);
        return Copying.run(() -> connection.start(pack), what, TarDownload::isWhole, deadline, process -> {
            process.stdin().close();
            unpack(new BufferedInputStream(process.stdout(), BUFFER), to);
        });
    }

    private static boolean isWhole(Exit end) {
        return end instanceof Exit.Code(int code) && (code == 0 || code == CHANGED);
    }

    private static void unpack(InputStream stream, Path to) throws IOException, InterruptedException {
        LocalTree tree = null;
        try (TarArchiveInputStream tar = new TarArchiveInputStream(stream, StandardCharsets.UTF_8.name())) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while copying a tree");
                }
                if (tree == null) {
                    tree = new LocalTree(to); // not before something comes
                }
                FileTime time = entry.getLastModifiedTime();
                if (entry.isSymbolicLink()) {
                    tree.symbolicLink(entry.getName(), entry.getLinkName(), time);
                } else if (entry.isLink()) {
                    tree.hardLink(entry.getName(), entry.getLinkName());
                } else if (entry.isDirectory()) {
                    tree.directory(entry.getName(), entry.getMode(), time);
                } else if (!entry.isFIFO() && !entry.isCharacterDevice() && !entry.isBlockDevice()) {
                    tree.file(entry.getName(), tar::transferTo, entry.getMode(), time);
                }
            }
        }
        if (tree == null) {
            throw new IOException("the other side sent nothing");
        }
        tree.finish();
    }
}
