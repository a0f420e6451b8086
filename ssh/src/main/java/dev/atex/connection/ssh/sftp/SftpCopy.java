package dev.atex.connection.ssh.sftp;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.copy.Copying;
import dev.atex.internal.files.FileFacts;
import dev.atex.internal.files.TreePaths;
import dev.atex.internal.files.TreeReader;
import dev.atex.internal.files.TreeWriter;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/** Copies trees file by file, for hosts that have no {@code tar}. */
public final class SftpCopy {
    private static final int OWNER_ALL = 0700;

    private final SftpClient sftp;

    private SftpCopy(SftpClient sftp) {
        this.sftp = sftp;
    }

    public static void upload(Copying.Start server, String host, Path from, String to, Deadline deadline)
            throws ConnectionException, InterruptedException {
        run(server, "cannot copy " + from + " to " + to + " on " + host, deadline, copy -> {
            copy.makeDirectories(to);
            copy.send(from, to);
        });
    }

    public static void download(Copying.Start server, String host, String from, Path to, Deadline deadline)
            throws ConnectionException, InterruptedException {
        run(server, "cannot copy " + from + " on " + host + " to " + to, deadline, copy -> {
            FileFacts facts = copy.sftp
                    .facts(from, true)
                    .filter(there -> there.type() == FileFacts.Type.DIRECTORY)
                    .orElseThrow(() -> new IOException(from + ": there is no such directory"));
            try (TreeWriter tree = new TreeWriter(to)) {
                copy.get(from, "", facts, tree);
                tree.finish();
            }
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

    private void send(Path from, String to) throws IOException, InterruptedException {
        TreeReader.read(from, new Sending(to));
    }

    private final class Sending implements TreeReader.Visitor {
        private final String to;

        Sending(String to) {
            this.to = to;
        }

        private String there(Path path) {
            return path.toString().isEmpty() ? to : to + "/" + path;
        }

        @Override
        public void enter(Path directory, FileFacts facts) throws IOException {
            String there = there(directory);
            if (!there.equals(to)) {
                clear(there, true);
                makeDirectory(there);
            }
            sftp.setPermissions(there, facts.permissions() | OWNER_ALL);
        }

        @Override
        public void leave(Path directory, FileFacts facts) throws IOException {
            sftp.set(there(directory), facts.permissions(), facts.time());
        }

        @Override
        public void file(Path file, FileFacts facts, FileChannel content) throws IOException {
            String there = there(file);
            clear(there, false);
            sftp.write(there, Channels.newInputStream(content));
            sftp.set(there, facts.permissions(), facts.time());
        }

        @Override
        public void link(Path link, FileFacts facts, Path target) throws IOException {
            String there = there(link);
            clear(there, false);
            sftp.makeLink(there, target.toString());
            sftp.setLinkTime(there, facts.time());
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

    private void get(String from, String name, FileFacts facts, TreeWriter tree)
            throws IOException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while copying a tree");
        }
        Path path = TreePaths.sent(name);
        switch (facts.type()) {
            case DIRECTORY -> {
                tree.directory(path, facts.permissions(), facts.time());
                for (String file : sftp.list(from)) {
                    if (file.isEmpty() || file.contains("/")) {
                        throw new IOException(from + ": the server lists the name '" + file + "'");
                    }
                    String source = from + "/" + file;
                    Optional<FileFacts> there = sftp.facts(source, false);
                    if (there.isPresent()) { // nobody has removed it since
                        get(source, name.isEmpty() ? file : name + "/" + file, there.get(), tree);
                    }
                }
            }
            case REGULAR ->
                tree.file(
                        path, out -> sftp.read(from, Channels.newOutputStream(out)), facts.permissions(), facts.time());
            case SYMBOLIC_LINK -> tree.symbolicLink(path, TreePaths.target(sftp.readLink(from)), facts.time());
            case OTHER -> {
                // left out, as documented
            }
        }
    }
}
