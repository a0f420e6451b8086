package dev.atex.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeMergeTest {
    private static final Path TOP = Path.of("");

    @TempDir
    private Path directory;

    private Path from;
    private Path to;
    private Path outside;

    @BeforeEach
    void make() throws Exception {
        from = Files.createDirectories(directory.resolve("from"));
        to = Files.createDirectories(directory.resolve("private")).resolve("to");
        outside = Files.createDirectories(directory.resolve("outside"));
        Files.createDirectories(from.resolve("sub"));
        Files.writeString(from.resolve("sub/file"), "new");
    }

    private void copy(Path source, Path target) throws Exception {
        try (TreeMerge merge = new TreeMerge(to)) {
            merge.copy(from, source, target, path -> path.endsWith("left-out"));
        }
        assertThat(directory.resolve("private")).isDirectoryContaining(path -> path.equals(to));
        assertThat(Trees.entries(directory.resolve("private"))).hasSize(1);
    }

    @Test
    void permissionsTimesAndLinksAreKept() throws Exception {
        FileTime time = FileTime.fromMillis(1_000_000_000_000L);
        Files.createSymbolicLink(from.resolve("link"), Path.of("sub/file"));
        Files.writeString(from.resolve("left-out"), "x");
        Files.setPosixFilePermissions(from.resolve("sub/file"), PosixFilePermissions.fromString("r-xr-x--x"));
        Files.setLastModifiedTime(from.resolve("sub/file"), time);
        Files.setPosixFilePermissions(from.resolve("sub"), PosixFilePermissions.fromString("r-xr-xr-x"));
        Files.setLastModifiedTime(from.resolve("sub"), time);
        copy(TOP, TOP);
        copy(TOP, TOP); // over what is there
        assertThat(to.resolve("sub/file")).hasContent("new");
        assertThat(Files.getPosixFilePermissions(to.resolve("sub/file")))
                .isEqualTo(PosixFilePermissions.fromString("r-xr-x--x"));
        assertThat(Files.getPosixFilePermissions(to.resolve("sub")))
                .isEqualTo(PosixFilePermissions.fromString("r-xr-xr-x"));
        assertThat(Files.getLastModifiedTime(to.resolve("sub/file"))).isEqualTo(time);
        assertThat(Files.getLastModifiedTime(to.resolve("sub"))).isEqualTo(time);
        assertThat(Files.readSymbolicLink(to.resolve("link"))).isEqualTo(Path.of("sub/file"));
        assertThat(to.resolve("left-out")).doesNotExist();
    }

    @Test
    void mergeDoesNotWriteThroughLinks() throws Exception {
        Files.createDirectories(to);
        Files.createSymbolicLink(to.resolve("sub"), outside);
        assertThatThrownBy(() -> copy(TOP, TOP))
                .isInstanceOf(ClashException.class)
                .hasMessageContaining("'sub'");
        assertThatThrownBy(() -> copy(TOP, Path.of("sub/below"))).isInstanceOf(ClashException.class);
        try (TreeMerge merge = new TreeMerge(to)) {
            assertThatThrownBy(() -> merge.link(Path.of("sub/x"), Path.of("y"))).isInstanceOf(ClashException.class);
        }
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void mergeDoesNotReadThroughLinks() throws Exception {
        Files.writeString(outside.resolve("secret"), "x");
        Files.createSymbolicLink(from.resolve("out"), outside);
        assertThatThrownBy(() -> copy(Path.of("out"), TOP)).hasMessageContaining("not followed");
        assertThatThrownBy(() -> copy(Path.of("../outside"), TOP)).hasMessageContaining("leads out");
        copy(TOP, TOP);
        assertThat(Files.isSymbolicLink(to.resolve("out"))).isTrue();
    }

    @Test
    void linkReplacesExistingEntry() throws Exception {
        copy(TOP, TOP);
        try (TreeMerge merge = new TreeMerge(to)) {
            merge.link(Path.of("sub"), Path.of("elsewhere"));
        }
        assertThat(Files.exists(to.resolve("sub"), LinkOption.NOFOLLOW_LINKS)).isTrue();
        assertThat(Files.readSymbolicLink(to.resolve("sub"))).isEqualTo(Path.of("elsewhere"));
        Files.writeString(from.resolve("elsewhere"), "x");
        Files.delete(to.resolve("sub"));
        Files.writeString(to.resolve("sub"), "a file");
        assertThatThrownBy(() -> copy(TOP, TOP))
                .isInstanceOf(ClashException.class)
                .hasMessageContaining("a file");
    }
}
