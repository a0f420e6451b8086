package dev.atex.connection.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** Copies trees file by file, for hosts that have no {@code tar}. */
final class SftpCopy {
    private static final int OWNER_ALL = 0700;

    private final SftpClient sftp;

    private SftpCopy(SftpClient sftp) {
        this.sftp = sftp;
    }

    static void upload(Copying.Start server, String host, Path from, String to, Deadline deadline)
            throws ConnectionException, InterruptedException {
        run(server, "cannot copy " + from + " to " + to + " on " + host, deadline, copy -> {
            copy.makeDirectories(to);
            copy.fill(from, to, FileFacts.of(from, true));
        });
    }

    static void download(Copying.Start server, String host, String from, Path to, Deadline deadline)
            throws ConnectionException, InterruptedException {
        run(server, "cannot copy " + from + " on " + host + " to " + to, deadline, copy -> {
            FileFacts facts = copy.sftp
                    .facts(from, true)
                    .filter(there -> there.type() == FileFacts.Type.DIRECTORY)
                    .orElseThrow(() -> new IOException(from + ": there is no such directory"));
            LocalTree tree = new LocalTree(to);
            copy.get(from, "", facts, tree);
            tree.finish();
        });
    }

    @FunctionalInterface
    private interface Work {
        void run(SftpCopy copy) throws IOException, InterruptedException;
    }

    private static void run(Copying.Start server, String what, Deadline deadline, Work work)
            throws ConnectionException, InterruptedException {
        String explained = what + " by SFTP (there is no tar)";
        // each request was answered: how the server ends says nothing more
        boolean there = Copying.run(server, explained, _ -> true, deadline, process -> {
            try (SftpClient client = SftpClient.open(process.stdout(), process.stdin())) {
                work.run(new SftpCopy(client));
            }
        });
        if (!there) {
            throw new ConnectionException(explained + ": the program of the server's SFTP subsystem is not there");
        }
    }

    private void makeDirectories(String path) throws IOException {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            makeDirectory(path.substring(0, slash));
        }
        makeDirectory(path);
    }

    private void makeDirectory(String path) throws IOException {
        Optional<FileFacts> there = sftp.facts(path, true);
        if (there.isEmpty() || there.get().type() != FileFacts.Type.DIRECTORY) {
            sftp.makeDirectory(path);
        }
    }

    private void fill(Path from, String to, FileFacts facts) throws IOException, InterruptedException {
        sftp.setPermissions(to, facts.permissions() | OWNER_ALL);
        try (DirectoryStream<Path> children = Files.newDirectoryStream(from)) {
            for (Path child : children) {
                put(child, to + "/" + child.getFileName(), FileFacts.of(child, false));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        sftp.set(to, facts.permissions(), facts.time());
    }

    private void put(Path from, String to, FileFacts facts) throws IOException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while copying a tree");
        }
        switch (facts.type()) {
            case DIRECTORY -> {
                clear(to, true);
                makeDirectory(to);
                fill(from, to, facts);
            }
            case REGULAR -> {
                clear(to, false);
                try (InputStream in = Files.newInputStream(from, LinkOption.NOFOLLOW_LINKS)) {
                    sftp.write(to, in);
                }
                sftp.set(to, facts.permissions(), facts.time());
            }
            case SYMBOLIC_LINK -> {
                clear(to, false);
                sftp.makeLink(to, Files.readSymbolicLink(from).toString());
                sftp.setLinkTime(to, facts.time());
            }
            case OTHER -> {
                // left out, as documented
            }
        }
    }

    /** Removes what is in the way. */
    private void clear(String path, boolean ofDirectory) throws IOException {
        Optional<FileFacts> there = sftp.facts(path, false);
        if (there.isEmpty()) {
            return;
        }
        if (there.get().type() != FileFacts.Type.DIRECTORY) {
            sftp.remove(path);
        } else if (!ofDirectory) {
            sftp.removeDirectory(path);
        }
    }

    private void get(String from, String name, FileFacts facts, LocalTree tree)
            throws IOException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while copying a tree");
        }
        switch (facts.type()) {
            case DIRECTORY -> {
                tree.directory(name, facts.permissions(), facts.time());
                for (String file : sftp.list(from)) {
                    if (file.isEmpty() || file.contains("/")) {
                        throw new IOException(from + ": the server lists the name '" + file + "'");
                    }
                    String path = from + "/" + file;
                    Optional<FileFacts> there = sftp.facts(path, false);
                    if (there.isPresent()) { // nobody has removed it since
                        get(path, name.isEmpty() ? file : name + "/" + file, there.get(), tree);
                    }
                }
            }
            case REGULAR -> tree.file(name, out -> sftp.read(from, out), facts.permissions(), facts.time());
            case SYMBOLIC_LINK -> tree.symbolicLink(name, sftp.readLink(from), facts.time());
            case OTHER -> {
                // left out, as documented
            }
        }
    }
}
