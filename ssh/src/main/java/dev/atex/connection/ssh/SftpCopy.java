package dev.atex.connection.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.concurrent.TaskScope;
import dev.atex.connection.ConnectionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;

/** Copies trees file by file, for hosts that have no {@code tar}. */
final class SftpCopy {
    private static final int OWNER_ALL = 0700;
    private static final int PERMISSIONS = 07777;

    private final SftpClient sftp;

    private SftpCopy(SftpClient sftp) {
        this.sftp = sftp;
    }

    static void upload(ClientSession session, SshHost host, Path from, String to, Deadline deadline)
            throws ConnectionException, InterruptedException {
        run(session, "cannot copy " + from + " to " + to + " on " + host, deadline, copy -> {
            copy.makeParents(to);
            copy.put(from, to, FileFacts.of(from, true));
        });
    }

    static void download(ClientSession session, SshHost host, String from, Path to, Deadline deadline)
            throws ConnectionException, InterruptedException {
        run(session, "cannot copy " + from + " on " + host + " to " + to, deadline, copy -> {
            SftpClient.Attributes attributes = copy.sftp.stat(from);
            LocalTree tree = new LocalTree(to);
            copy.get(from, "", attributes, tree);
            tree.finish();
        });
    }

    @FunctionalInterface
    private interface Work {
        void run(SftpCopy copy) throws IOException, InterruptedException;
    }

    private static void run(ClientSession session, String what, Deadline deadline, Work work)
            throws ConnectionException, InterruptedException {
        try (TaskScope scope = TaskScope.open("sftp")) {
            TaskScope.Task<SftpClient> opening =
                    scope.fork("open", () -> SftpClientFactory.instance().createSftpClient(session));
            try (SftpClient client = opening.join(deadline)) {
                scope.run("copy", () -> work.run(new SftpCopy(client))).join(deadline);
            } catch (ExecutionException e) {
                throw new ConnectionException(what + " by SFTP (there is no tar): " + e.getMessage(), e);
            } catch (TimeoutException e) {
                throw new ConnectionException(what + " by SFTP (there is no tar): not finished in time", e);
            } catch (IOException e) {
                throw new ConnectionException(what + " by SFTP (there is no tar): " + e.getMessage(), e);
            }
        }
    }

    private void makeParents(String path) throws IOException {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            makeDirectory(path.substring(0, slash));
        }
    }

    private void makeDirectory(String path) throws IOException {
        try {
            if (sftp.stat(path).isDirectory()) {
                return;
            }
        } catch (SftpException e) {
            if (e.getStatus() != SftpConstants.SSH_FX_NO_SUCH_FILE) {
                throw e;
            }
        }
        sftp.mkdir(path);
    }

    private void put(Path from, String to, FileFacts facts) throws IOException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while copying a tree");
        }
        switch (facts.type()) {
            case DIRECTORY -> {
                clear(to, true);
                makeDirectory(to);
                sftp.setStat(to, new SftpClient.Attributes().perms(facts.permissions() | OWNER_ALL));
                try (DirectoryStream<Path> children = Files.newDirectoryStream(from)) {
                    for (Path child : children) {
                        put(child, to + "/" + child.getFileName(), FileFacts.of(child, false));
                    }
                }
                finish(to, facts);
            }
            case REGULAR -> {
                clear(to, false);
                try (InputStream in = Files.newInputStream(from, LinkOption.NOFOLLOW_LINKS);
                        OutputStream out = sftp.write(to)) {
                    in.transferTo(out);
                }
                finish(to, facts);
            }
            case SYMBOLIC_LINK -> {
                clear(to, false);
                sftp.symLink(to, Files.readSymbolicLink(from).toString());
                // the protocol's version 3 has no way to set the time of a link
            }
            case OTHER -> {
                // left out, as documented
            }
        }
    }

    private void finish(String to, FileFacts facts) throws IOException {
        sftp.setStat(
                to,
                new SftpClient.Attributes()
                        .perms(facts.permissions())
                        .accessTime(facts.time())
                        .modifyTime(facts.time()));
    }

    /** Removes what is in the way. */
    private void clear(String path, boolean ofDirectory) throws IOException {
        SftpClient.Attributes there;
        try {
            there = sftp.lstat(path);
        } catch (SftpException e) {
            if (e.getStatus() == SftpConstants.SSH_FX_NO_SUCH_FILE) {
                return;
            }
            throw e;
        }
        if (!there.isDirectory()) {
            sftp.remove(path);
        } else if (!ofDirectory) {
            sftp.rmdir(path); // fails if there is something in it
        }
    }

    private void get(String from, String name, SftpClient.Attributes attributes, LocalTree tree)
            throws IOException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while copying a tree");
        }
        int permissions = attributes.getPermissions() & PERMISSIONS;
        if (attributes.isDirectory()) {
            tree.directory(name, permissions, attributes.getModifyTime());
            List<SftpClient.DirEntry> children = new ArrayList<>();
            sftp.readDir(from).forEach(children::add);
            for (SftpClient.DirEntry child : children) {
                String file = child.getFilename();
                if (!file.equals(".") && !file.equals("..")) {
                    String path = from + "/" + file;
                    get(path, name.isEmpty() ? file : name + "/" + file, sftp.lstat(path), tree);
                }
            }
        } else if (attributes.isSymbolicLink()) {
            tree.symbolicLink(name, sftp.readLink(from), attributes.getModifyTime());
        } else if (attributes.isRegularFile()) {
            try (InputStream in = sftp.read(from)) {
                tree.file(name, in, permissions, attributes.getModifyTime());
            }
        }
    }
}
