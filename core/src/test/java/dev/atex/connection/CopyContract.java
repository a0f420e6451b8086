package dev.atex.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Connection} promises of its uploads and downloads. */
@Timeout(120)
public abstract class CopyContract {
    /** Connected. */
    protected Connection connection;

    @TempDir
    Path here;

    /** For subclasses. */
    protected CopyContract() {}

    /** A new connection, not connected. */
    protected abstract Connection create() throws Exception;

    /** A directory on the machine that does not exist yet, below one that can be written to. */
    protected abstract String newRemoteDirectory() throws Exception;

    /** Far enough away never to come in a test that passes. */
    protected static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(60));
    }

    @BeforeEach
    void connect() throws Exception {
        connection = create();
        connection.connect(soon());
    }

    @AfterEach
    void disconnect() {
        connection.disconnect();
    }

    @Test
    void treesAreUnchangedAfterUploadAndDownload() throws Exception {
        Path tree = Files.createDirectories(here.resolve("tree"));
        Files.createDirectories(tree.resolve("empty"));
        Files.createDirectories(tree.resolve("deep/er"));
        byte[] big = new byte[3_000_001];
        new Random(2).nextBytes(big);
        Files.write(tree.resolve("deep/er/big"), big);
        Files.writeString(tree.resolve("-odd 'name'\n é*"), "x");
        Files.writeString(tree.resolve("program"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(tree.resolve("program"), PosixFilePermissions.fromString("rwxr-x---"));
        Files.createSymbolicLink(tree.resolve("link"), Path.of("deep/er"));
        Files.createSymbolicLink(tree.resolve("dangling"), Path.of("no/where"));
        FileTime time = FileTime.from(Instant.ofEpochSecond(1_000_000_000));
        Files.setLastModifiedTime(tree.resolve("program"), time);
        Files.setPosixFilePermissions(tree.resolve("empty"), PosixFilePermissions.fromString("r-xr-xr-x"));
        Files.setLastModifiedTime(tree.resolve("empty"), time);

        String there = newRemoteDirectory() + "/parent/made";
        connection.upload(tree, there, soon());
        connection.upload(tree, there, soon()); // over itself
        Path back = here.resolve("back/made");
        connection.download(there, back, soon());

        assertThat(listing(back)).isEqualTo(listing(tree)).hasSize(9);
        assertThat(back.resolve("deep/er/big")).hasBinaryContent(big);
    }

    @Test
    void copyOfFileInsteadOfDirectoryFails() throws Exception {
        Path tree = Files.createDirectories(here.resolve("tree"));
        Files.writeString(tree.resolve("file"), "x");
        String there = newRemoteDirectory();
        connection.upload(tree, there, soon());
        Path back = Files.createDirectories(here.resolve("back"));
        Files.writeString(back.resolve("spared"), "spared");
        assertThatThrownBy(() -> connection.download(there + "/file", back, soon()))
                .isInstanceOf(ConnectionException.class);
        assertThat(back.resolve("spared")).hasContent("spared");
    }

    @Test
    void existingEntriesAreReplaced() throws Exception {
        Path tree = Files.createDirectories(here.resolve("tree"));
        for (String name : List.of("overLink", "overFile", "overDirectory", "overReadOnly")) {
            Files.writeString(tree.resolve(name), name);
        }
        Files.createDirectory(tree.resolve("directoryOverFile"));
        Files.createSymbolicLink(tree.resolve("linkOverFile"), Path.of("overFile"));
        String there = newRemoteDirectory();
        String prepare = """
                mkdir -p "$1" && cd "$1" && echo spared >spared && ln -s spared overLink && echo longer than before >overFile
                mkdir overDirectory && echo old >directoryOverFile && echo old >linkOverFile
                echo old >overReadOnly && chmod 400 overReadOnly
                """;
        assertThat(connection
                        .run(Command.of("sh", "-c", prepare, "sh", there), soon())
                        .exitCode())
                .isZero();
        connection.upload(tree, there, soon());
        Path back = here.resolve("back");
        connection.download(there, back, soon());
        assertThat(back.resolve("spared")).hasContent("spared\n");
        assertThat(listing(back)).filteredOn(line -> !line.startsWith("spared")).isEqualTo(listing(tree));
        assertThat(back.resolve("overLink")).hasContent("overLink");
        assertThat(back.resolve("overFile")).hasContent("overFile");
    }

    /** Name, type, permissions, time in seconds, and target of all that is in a tree. */
    private static List<String> listing(Path tree) throws IOException {
        try (var paths = Files.walk(tree)) {
            List<String> lines = new ArrayList<>();
            for (Path path : paths.sorted().toList()) {
                var attributes = Files.readAttributes(path, "posix:*", LinkOption.NOFOLLOW_LINKS);
                boolean link = Files.isSymbolicLink(path);
                lines.add(tree.relativize(path) + " " + attributes.get("permissions") + " "
                        + (link ? Files.readSymbolicLink(path) : "") + " "
                        + ((FileTime) attributes.get("lastModifiedTime")).to(java.util.concurrent.TimeUnit.SECONDS));
            }
            return lines;
        }
    }

    @Test
    void copyOfMissingDirectoryFails() {
        assertThatThrownBy(() -> connection.upload(here.resolve("missing"), newRemoteDirectory(), soon()))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("missing");
    }

    @Test
    void copyObeysDeadlineAndInterrupt() throws Exception {
        Path tree = Files.createDirectories(here.resolve("tree"));
        Files.writeString(tree.resolve("file"), "x");
        String there = newRemoteDirectory();
        assertThatThrownBy(() -> connection.upload(tree, there, Deadline.after(Duration.ZERO)))
                .isInstanceOf(ConnectionException.class);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> connection.upload(tree, there, soon())).isInstanceOf(InterruptedException.class);
    }

    private static final int EXCHANGED_FILES = 100;

    /** How many copies are made while a directory is exchanged. Few where copies are slow: all are read and written by the same code. */
    protected int exchangedCopies() {
        return 8;
    }

    /** A directory with many files of one content, at a place in a tree. */
    private static Path many(Path tree, String place, String content) throws IOException {
        Path directory = Files.createDirectories(tree.resolve(place));
        for (int i = 0; i < EXCHANGED_FILES; i++) {
            Files.writeString(directory.resolve("file" + i), content);
        }
        return directory;
    }

    /** Each is exchanged for a link to a directory outside that has the same in it, again and again while it is copied. */
    @ParameterizedTest
    @CsvSource({"sub, sub", "sub/deep/er, sub", "a/sub, a/sub"})
    void uploadDoesNotReadThroughDirectoryReplacedByLink(String place, String exchanged) throws Exception {
        Path tree = Files.createDirectories(here.resolve("tree"));
        Path outside = here.resolve("outside");
        many(tree, place, "inside");
        many(outside, exchanged.equals(place) ? "" : place.substring(exchanged.length() + 1), "secret");
        String there = newRemoteDirectory();
        try (Exchange exchange = new Exchange(tree.resolve(exchanged), outside)) {
            for (int i = 0; i < exchangedCopies(); i++) {
                exchange.awaitMore();
                try {
                    connection.upload(tree, there + "/" + i, soon());
                } catch (ConnectionException e) {
                    // what is exchanged may be missing for a moment
                }
            }
        }
        connection.upload(tree, there + "/last", soon());
        CommandResult found = connection.run(Command.of("grep", "-rl", "secret", there), soon());
        assertThat(found.stdoutText()).isEmpty();
        assertThat(connection
                        .run(Command.of("cat", there + "/last/" + place + "/file0"), soon())
                        .stdoutText())
                .isEqualTo("inside");
    }

    @ParameterizedTest
    @CsvSource({"sub, sub", "sub/deep/er, sub", "a/sub, a/sub"})
    void downloadDoesNotWriteThroughDirectoryReplacedByLink(String place, String exchanged) throws Exception {
        Path tree = Files.createDirectories(here.resolve("tree"));
        many(tree, place, "sent");
        String there = newRemoteDirectory();
        connection.upload(tree, there, soon());
        Path back = here.resolve("back");
        connection.download(there, back, soon());
        Path outside = here.resolve("outside");
        Path below = Files.createDirectories(
                outside.resolve(exchanged.equals(place) ? "" : place.substring(exchanged.length() + 1)));
        try (Exchange exchange = new Exchange(back.resolve(exchanged), outside)) {
            for (int i = 0; i < exchangedCopies(); i++) {
                exchange.awaitMore();
                try {
                    connection.download(there, back, soon());
                } catch (ConnectionException e) {
                    // what is exchanged may be in the way
                }
            }
        }
        assertThat(below).isEmptyDirectory();
    }

    /** A link that is in the place of a directory, or above one, is replaced and not followed. */
    @ParameterizedTest
    @ValueSource(strings = {"sub", "sub/deep", "sub/deep/er"})
    void linkInPlaceOfDirectoryIsReplaced(String place) throws Exception {
        Path tree = Files.createDirectories(here.resolve("tree"));
        many(tree, "sub/deep/er", "sent");
        String there = newRemoteDirectory();
        connection.upload(tree, there, soon());
        Path outside = Files.createDirectories(here.resolve("outside"));
        Files.setLastModifiedTime(outside, FileTime.from(Instant.ofEpochSecond(1_000_000_000)));
        Path link = here.resolve("back").resolve(place);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, outside);
        connection.download(there, here.resolve("back"), soon());
        assertThat(here.resolve("back/sub/deep/er/file0")).hasContent("sent");
        assertThat(Files.isSymbolicLink(link)).isFalse();
        assertThat(outside).isEmptyDirectory();
        assertThat(Files.getLastModifiedTime(outside).toMillis()).isEqualTo(1_000_000_000_000L);
    }
}
