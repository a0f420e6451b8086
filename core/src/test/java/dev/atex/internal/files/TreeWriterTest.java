package dev.atex.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What another host sends ends in the tree, or not at all. */
class TreeWriterTest {
    private static final FileTime THEN = FileTime.fromMillis(1_000_000_000_000L);

    @TempDir
    private Path directory;

    private Path outside;
    private TreeWriter tree;

    @BeforeEach
    void make() throws IOException {
        outside = Files.createDirectory(directory.resolve("outside"));
        Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("r-x------"));
        tree = new TreeWriter(directory.resolve("tree"));
    }

    @AfterEach
    void delete() throws IOException {
        tree.close();
        Trees.delete(directory.resolve("tree")); // may be deeper than others can delete
    }

    private void file(String name) throws IOException, InterruptedException {
        tree.file(
                TreePaths.sent(name),
                file -> assertThat(file.write(StandardCharsets.UTF_8.encode("x")))
                        .isOne(),
                0644,
                THEN);
    }

    private void link(String name) throws IOException {
        tree.symbolicLink(TreePaths.sent(name), outside, THEN);
    }

    private void hardLink(String name, String other) throws IOException {
        tree.hardLink(TreePaths.sent(name), TreePaths.sent(other));
    }

    private void assertUntouched() throws IOException {
        assertThat(outside).isEmptyDirectory();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(outside)))
                .isEqualTo("r-x------");
        assertThat(directory.resolve("tree")).isDirectory();
        try (var entries = Files.list(directory)) {
            assertThat(entries).containsExactlyInAnyOrder(outside, directory.resolve("tree"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "./", "x/..", "../evil", "/tmp/../tmp/evil", "a/../../evil"})
    void nameOutsideOfTreeIsRefused(String name) throws Exception {
        assertThatThrownBy(() -> file(name)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> link(name)).isInstanceOf(IOException.class);
        file("real");
        assertThatThrownBy(() -> hardLink(name, "real")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> hardLink("link", name)).isInstanceOf(IOException.class);
        tree.finish();
        tree.close();
        assertUntouched();
    }

    @Test
    void writerDoesNotWriteThroughLink() throws Exception {
        link("link");
        assertThatThrownBy(() -> file("link/evil")).hasMessageContaining("is not a directory");
        tree.finish();
        tree.close();
        assertUntouched();
    }

    @Test
    void permissionsAreNotSetOnTargetOfLink() throws Exception {
        tree.directory(Path.of("d"), 0777, THEN);
        link("d");
        tree.finish();
        tree.close();
        assertUntouched();
    }

    @Test
    void impossibleNamesAreReported() {
        assertThatThrownBy(() -> file("a\0b"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a name that files here cannot have");
        assertThatThrownBy(() -> TreePaths.target("x\0y")).isInstanceOf(IOException.class);
    }

    @Test
    void allModeBitsAreKept() throws Exception {
        tree.directory(Path.of(""), 0750, THEN);
        tree.directory(Path.of("d"), 03751, THEN);
        tree.file(Path.of("d/program"), _ -> {}, 06751, THEN);
        tree.finish();
        tree.close();
        assertThat(mode("")).isEqualTo(0750);
        assertThat(Files.getLastModifiedTime(directory.resolve("tree"))).isEqualTo(THEN);
        assertThat(mode("d")).isEqualTo(03751);
        assertThat(mode("d/program")).isEqualTo(06751);
        assertThat(Files.getLastModifiedTime(directory.resolve("tree/d"))).isEqualTo(THEN);
        assertThat(Files.getLastModifiedTime(directory.resolve("tree/d/program")))
                .isEqualTo(THEN);
    }

    private int mode(String name) throws IOException {
        return (Integer) Files.getAttribute(directory.resolve("tree").resolve(name), "unix:mode") & 07777;
    }

    @Test
    void entriesAreReplacedButContentOfDirectoriesIsKept() throws Exception {
        file("file");
        link("link");
        tree.directory(Path.of("empty"), 0755, THEN);
        tree.directory(Path.of("full"), 0755, THEN);
        file("full/spared");
        file("link");
        link("file");
        file("empty");
        tree.directory(Path.of("file"), 0755, THEN);
        assertThatThrownBy(() -> file("full")).isInstanceOf(IOException.class);
        tree.finish();
        tree.close();
        assertThat(directory.resolve("tree/link")).isRegularFile();
        assertThat(directory.resolve("tree/empty")).isRegularFile();
        assertThat(directory.resolve("tree/file")).isDirectory();
        assertThat(directory.resolve("tree/full/spared")).hasContent("x");
        assertUntouched();
    }

    @Test
    void hardLinksAreCreatedEvenOverThemselves() throws Exception {
        tree.directory(Path.of("d"), 0755, THEN);
        file("d/a");
        hardLink("b", "d/a");
        hardLink("b", "d/a");
        file("c"); // and nothing was left where files are prepared
        assertThat(Files.isSameFile(directory.resolve("tree/b"), directory.resolve("tree/d/a")))
                .isTrue();
    }

    @Test
    void fileWithFailedContentIsMissingAndNextIsWritten() throws Exception {
        assertThatThrownBy(() -> tree.file(
                        Path.of("a"),
                        _ -> {
                            throw new IOException("broken");
                        },
                        0644,
                        THEN))
                .hasMessage("broken");
        file("b");
        tree.close();
        assertThat(Trees.entries(directory.resolve("tree"))).containsExactly(directory.resolve("tree/b"));
    }
}
