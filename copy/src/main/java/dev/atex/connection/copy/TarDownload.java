package dev.atex.connection.copy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.internal.files.FileFacts;
import dev.atex.internal.files.FileNames;
import dev.atex.internal.files.TreePaths;
import dev.atex.internal.files.TreeWriter;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Receives a tree as a tar stream, which the machine's {@code tar} packs. Skips everything except files, directories and links.
 */
public final class TarDownload {
    private static final int BUFFER = 256 << 10;
    /** The variable is for GNU tar: its own format allows names that are not UTF-8. */
    private static final String PACK =
            "cd -- \"$1\" && TAR_OPTIONS=--format=gnu && export TAR_OPTIONS && exec tar -cf - .";

    /** GNU tar's exit code when files changed while they were read. */
    private static final int CHANGED = 1;

    private TarDownload() {}

    /**
     * Copies the content of a directory on the machine into a local directory, which is created if missing. Never writes outside
     * of it.
     *
     * @return false if the machine has no {@code tar}
     */
    public static boolean copy(Connection connection, String from, Path to, Deadline deadline)
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
        try (TarArchiveInputStream tar = new TarArchiveInputStream(stream, FileNames.CHARSET.name())) {
            TarArchiveEntry first = tar.getNextEntry();
            if (first == null) { // create nothing before data arrives
                throw new IOException("the machine sent no data");
            }
            try (TreeWriter tree = new TreeWriter(to)) {
                for (TarArchiveEntry entry = first; entry != null; entry = tar.getNextEntry()) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException("interrupted while copying a tree");
                    }
                    unpack(entry, tar, tree);
                }
                tree.finish();
            }
        }
    }

    private static void unpack(TarArchiveEntry entry, TarArchiveInputStream tar, TreeWriter tree)
            throws IOException, InterruptedException {
        Path path = TreePaths.sent(FileNames.ofBytes(entry.getName()));
        FileTime time = entry.getLastModifiedTime();
        if (entry.isSymbolicLink()) {
            tree.symbolicLink(path, FileNames.ofBytes(entry.getLinkName()), time);
        } else if (entry.isLink()) {
            tree.hardLink(path, TreePaths.sent(FileNames.ofBytes(entry.getLinkName())));
        } else if (entry.isDirectory()) {
            tree.directory(path, entry.getMode() & FileFacts.PERMISSIONS, time);
        } else if (!entry.isFIFO() && !entry.isCharacterDevice() && !entry.isBlockDevice()) {
            tree.file(
                    path,
                    file -> tar.transferTo(Channels.newOutputStream(file)),
                    entry.getMode() & FileFacts.PERMISSIONS,
                    time);
        }
    }
}
