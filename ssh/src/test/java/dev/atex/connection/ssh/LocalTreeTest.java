package dev.atex.connection.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What another host sends ends in the tree, or not at all. */
class LocalTreeTest {
    private static final FileTime THEN = FileTime.fromMillis(1_000_000_000_000L);

    @TempDir
    private Path directory;

    private Path outside;
    private LocalTree tree;

    @BeforeEach
    void make() throws IOException {
        outside = Files.createDirectory(directory.resolve("outside"));
        Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("r-x------"));
        tree = new LocalTree(directory.resolve("tree"));
    }

    private void file(String name) throws IOException {
        tree.file(name, out -> out.write("x".getBytes(StandardCharsets.UTF_8)), 0644, THEN);
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
    void aNameThatIsNotBelowTheTreeIsRefused(String name) throws Exception {
        assertThatThrownBy(() -> file(name)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> tree.symbolicLink(name, outside.toString(), THEN))
                .isInstanceOf(IOException.class);
        file("real");
        assertThatThrownBy(() -> tree.hardLink(name, "real")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> tree.hardLink("link", name)).isInstanceOf(IOException.class);
        tree.finish();
        assertUntouched();
    }

    @Test
    void nothingIsWrittenThroughALink() throws Exception {
        tree.symbolicLink("link", outside.toString(), THEN);
        assertThatThrownBy(() -> file("link/evil")).hasMessageContaining("is not a directory");
        tree.finish();
        assertUntouched();
    }

    @Test
    void permissionsAreNotGivenToWhatALinkPointsTo() throws Exception {
        tree.directory("d", 0777, THEN);
        tree.symbolicLink("d", outside.toString(), THEN);
        tree.finish();
        assertUntouched();
    }

    @Test
    void namesThatFilesCannotHaveAreSaid() {
        assertThatThrownBy(() -> file("a\0b"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a name that files here cannot have");
        assertThatThrownBy(() -> tree.symbolicLink("a", "x\0y", THEN)).isInstanceOf(IOException.class);
    }
}
