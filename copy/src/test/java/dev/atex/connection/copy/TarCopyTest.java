package dev.atex.connection.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.CopyContract;
import dev.atex.connection.RemoteProcess;
import dev.atex.internal.files.FileNames;
import dev.atex.local.LocalConnection;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trees as tar streams, with the {@code tar} of this host at the other end, or a program that is called so. */
class TarCopyTest extends CopyContract {
    @TempDir
    private Path directory;

    /** Copies as connections to hosts and containers do. */
    private record TarConnection(LocalConnection local, Path programs) implements Connection {
        @Override
        public void connect(Deadline deadline) throws ConnectionException, InterruptedException {
            local.connect(deadline);
        }

        @Override
        public void disconnect() {
            local.disconnect();
        }

        @Override
        public RemoteProcess start(Command command) throws ConnectionException, InterruptedException {
            return local.start(command.withEnvironment(Map.of("PATH", programs + ":" + System.getenv("PATH"))));
        }

        @Override
        public void upload(Path localDirectory, String remoteDirectory, Deadline deadline)
                throws ConnectionException, InterruptedException {
            assertThat(TarUpload.copy(this, localDirectory, remoteDirectory, deadline))
                    .isTrue();
        }

        @Override
        public void download(String remoteDirectory, Path localDirectory, Deadline deadline)
                throws ConnectionException, InterruptedException {
            assertThat(TarDownload.copy(this, remoteDirectory, localDirectory, deadline))
                    .isTrue();
        }
    }

    @Override
    protected Connection create() throws IOException {
        return new TarConnection(new LocalConnection(), Files.createDirectories(directory.resolve("bin")));
    }

    @Override
    protected String newRemoteDirectory() {
        return directory.resolve("remote-" + UUID.randomUUID()).toString();
    }

    private Connection connected(String script) throws Exception {
        Path program = Files.createDirectories(directory.resolve("bin")).resolve("tar");
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Connection connection = create();
        connection.connect(soon());
        return connection;
    }

    private Path tree() throws IOException {
        Path tree = Files.createDirectories(directory.resolve("tree"));
        Files.writeString(tree.resolve("file"), "content");
        return tree;
    }

    @Test
    void uploadCopiesFileThatChanges() throws Exception {
        try (Connection connection = connected("/usr/bin/tar \"$@\"; exit 1")) {
            connection.download(tree().toString(), directory.resolve("to"), soon());
            assertThat(directory.resolve("to/file")).hasContent("content");
        }
    }

    @Test
    void uploadReportsUnreadableFile() throws Exception {
        try (Connection connection = connected("/usr/bin/tar \"$@\"; echo cannot read >&2; exit 2")) {
            assertThatThrownBy(() -> connection.download(tree().toString(), directory.resolve("to"), soon()))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("cannot read");
        }
    }

    @Test
    void downloadReportsTruncatedArchive() throws Exception {
        try (Connection connection = connected("/usr/bin/tar \"$@\" | head -c 1027")) {
            assertThatThrownBy(() -> connection.download(tree().toString(), directory.resolve("to"), soon()))
                    .isInstanceOf(ConnectionException.class);
        }
    }

    @Test
    void uploadReportsUnwritableDirectory() throws Exception {
        try (Connection connection = connected("cat >/dev/null; echo no space >&2; exit 2")) {
            assertThatThrownBy(() -> connection.upload(tree(), newRemoteDirectory(), soon()))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("no space");
        }
    }

    @Test
    void namesThatAreNotUtf8AreKept() throws Exception {
        Path tree = tree();
        Path odd = FileNames.ofBytes("a\u00ff\u00fe/" + "\u00e9".repeat(120) + "/\u00c3\u00a9");
        Files.createDirectories(tree.resolve(odd));
        Files.createSymbolicLink(tree.resolve("link"), odd);
        String there = newRemoteDirectory();
        connection.upload(tree, there, soon());
        assertThat(Path.of(there).resolve(odd)).isDirectory();
        connection.download(there, directory.resolve("back"), soon());
        assertThat(directory.resolve("back").resolve(odd)).isDirectory();
        assertThat(Files.readSymbolicLink(directory.resolve("back/link"))).isEqualTo(odd);
    }

    private interface Entries {
        void write(TarArchiveOutputStream tar) throws IOException;
    }

    /** What comes of an archive that another side has made up. */
    private void receive(Entries entries) throws Exception {
        Path archive = directory.resolve("archive");
        try (OutputStream out = Files.newOutputStream(archive);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            entries.write(tar);
        }
        try (Connection connection = connected("cat '" + archive + "'")) {
            connection.download("/", directory.resolve("to"), soon());
        }
    }

    private static void link(TarArchiveOutputStream tar, String name, byte type, Path target) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, type);
        entry.setLinkName(target.toString());
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private static void file(TarArchiveOutputStream tar, String name) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(4);
        tar.putArchiveEntry(entry);
        tar.write(new byte[] {'e', 'v', 'i', 'l'});
        tar.closeArchiveEntry();
    }

    private Path outside() throws IOException {
        Path outside = Files.createDirectories(directory.resolve("outside/sub"));
        Files.writeString(outside.resolve("file"), "spared");
        return directory.resolve("outside");
    }

    private void assertSpared() throws IOException {
        assertThat(directory.resolve("outside/sub/file")).hasContent("spared");
        try (var all = Files.walk(directory.resolve("outside"))) {
            assertThat(all).hasSize(3);
        }
    }

    @Test
    void downloadWritesNothingBelowReceivedLink() throws Exception {
        Path outside = outside();
        assertThatThrownBy(() -> receive(tar -> {
                    link(tar, "./sub", TarConstants.LF_SYMLINK, outside.resolve("sub"));
                    file(tar, "./sub/file");
                }))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("is not a directory");
        assertSpared();
    }

    @Test
    void downloadWritesNothingBelowParentOfReceivedLink() throws Exception {
        Path outside = outside();
        assertThatThrownBy(() -> receive(tar -> {
                    link(tar, "./up", TarConstants.LF_SYMLINK, Path.of("../outside"));
                    file(tar, "./up/sub/file");
                }))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("is not a directory");
        assertThat(outside).isDirectory();
        assertSpared();
    }

    @Test
    void downloadMakesNoHardLinkToOutside() throws Exception {
        Path outside = outside();
        assertThatThrownBy(() -> receive(tar -> {
                    link(tar, "./up", TarConstants.LF_SYMLINK, outside);
                    link(tar, "./name", TarConstants.LF_LINK, Path.of("up/sub/file"));
                    file(tar, "./name");
                }))
                .isInstanceOf(ConnectionException.class);
        assertThatThrownBy(() -> receive(tar -> link(tar, "./name", TarConstants.LF_LINK, outside.resolve("sub/file"))))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("outside of the tree");
        assertThat(directory.resolve("to/name")).doesNotExist();
        assertSpared();
    }

    @Test
    void receivedFileReplacesReceivedLink() throws Exception {
        Path outside = outside();
        receive(tar -> {
            link(tar, "./name", TarConstants.LF_SYMLINK, outside.resolve("sub/file"));
            file(tar, "./name");
        });
        assertThat(directory.resolve("to/name")).hasContent("evil");
        assertThat(directory.resolve("to/name")).isRegularFile();
        assertThat(Files.isSymbolicLink(directory.resolve("to/name"))).isFalse();
        assertSpared();
    }
}
