package dev.atex.internal.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeLinksTest {
    @TempDir
    private Path temp;

    private Path tree;
    private Path other;

    @BeforeEach
    void createTrees() throws Exception {
        tree = temp.resolve("tree");
        other = temp.resolve("other");
        Files.createDirectories(tree.resolve("a"));
        Files.writeString(tree.resolve("a/log"), "log");
        Files.createSymbolicLink(tree.resolve("link"), Path.of("a"));
    }

    @Test
    void linkedTreeMissesNothingEvenUnderOtherNames() throws Exception {
        assertThat(TreeLinks.missing(tree, other)).isPresent();
        assertThat(TreeLinks.missing(other, tree)).isEmpty();
        Trees.link(tree, other);
        assertThat(TreeLinks.missing(tree, other)).isEmpty();
        Files.move(other.resolve("a"), other.resolve("a~1"));
        Files.move(other.resolve("link"), other.resolve("link~1"));
        assertThat(TreeLinks.missing(tree, other)).isEmpty();
        Files.delete(other.resolve("a~1/log"));
        assertThat(TreeLinks.missing(tree, other)).contains(tree.resolve("a/log"));
        Files.writeString(other.resolve("a~1/log"), "log");
        Files.delete(other.resolve("link~1"));
        assertThat(TreeLinks.missing(tree, other)).isPresent();
    }

    @Test
    void copiedTreeMissesNothingEvenUnderOtherNames() throws Exception {
        Trees.copy(tree, other);
        assertThat(TreeLinks.missing(tree, other)).isEmpty();
        Files.move(other.resolve("a/log"), other.resolve("a/log~1"));
        assertThat(TreeLinks.missing(tree, other)).isEmpty();
        Files.setLastModifiedTime(other.resolve("a/log~1"), FileTime.fromMillis(1_000_000_000_000L));
        assertThat(TreeLinks.missing(tree, other)).contains(tree.resolve("a/log"));
    }

    @Test
    void fileWithOtherNamesIsNoCopy() throws Exception {
        Path file = tree.resolve("a/log");
        Path copy = Files.copy(file, temp.resolve("copy"), StandardCopyOption.COPY_ATTRIBUTES);
        assertThat(TreeLinks.isCopy(file, copy)).isTrue();
        Path second = Files.createLink(temp.resolve("second"), file);
        assertThat(TreeLinks.isCopy(file, copy)).isFalse();
        assertThat(TreeLinks.isCopy(copy, file)).isFalse();
        Files.delete(second);
        Files.writeString(copy, "LOG");
        Files.setLastModifiedTime(copy, Files.getLastModifiedTime(file));
        assertThat(TreeLinks.isCopy(file, copy)).isFalse();
    }

    @Test
    void symbolicLinkToSameTargetIsCopy() throws Exception {
        Path link = tree.resolve("link");
        Path copy = Files.copy(link, temp.resolve("copy"), LinkOption.NOFOLLOW_LINKS);
        assertThat(TreeLinks.isCopy(link, copy)).isTrue();
        assertThat(TreeLinks.isCopy(link, Files.createSymbolicLink(temp.resolve("third"), Path.of("b"))))
                .isFalse();
        assertThat(TreeLinks.isCopy(link, tree.resolve("a/log"))).isFalse();
    }
}
