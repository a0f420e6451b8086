package dev.atex.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atex.concurrent.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreesTest {
    @TempDir
    private Path directory;

    private Path outside;
    private Path tree;

    @BeforeEach
    void make() throws Exception {
        outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("precious"), "x");
        tree = Files.createDirectory(directory.resolve("tree"));
    }

    private static void mount(Object... words) throws Exception {
        List<String> argv = new ArrayList<>(List.of("mount"));
        for (Object word : words) {
            argv.add(word.toString());
        }
        Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assumeTrue(process.waitFor() == 0, "nothing can be mounted here: " + said);
    }

    @Test
    void contentOfMountInTreeIsNotDeleted() throws Exception {
        Path point = Files.createDirectories(tree.resolve("some dir/é \\ point"));
        mount("--bind", outside, point);
        mount("--bind", outside, point); // twice at the same place
        Path inner = Files.createDirectories(tree.resolve("tmpfs"));
        mount("-t", "tmpfs", "none", inner);
        Path below = Files.createDirectory(inner.resolve("below"));
        mount("--bind", outside, below);
        Trees.delete(tree);
        assertThat(tree).doesNotExist();
        assertThat(outside.resolve("precious")).hasContent("x");
        assertThat(Mounts.in(directory)).isEmpty();
    }

    /** Deletes a tree in another process, which finds programs in this directory first. */
    private static void deleteWith(Path programs, Path tree) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        TreesTest.class.getName(),
                        tree.toString())
                .inheritIO();
        builder.environment().merge("PATH", programs.toString(), (before, first) -> first + ":" + before);
        assertThat(builder.start().waitFor()).isZero();
    }

    public static void main(String[] arguments) throws Exception {
        Trees.delete(Path.of(arguments[0]));
    }

    @Test
    void ctrlCDoesNotEndUnmounting() throws Exception {
        Path point = Files.createDirectories(tree.resolve("point"));
        mount("--bind", outside, point);
        Path programs = Files.createDirectory(directory.resolve("programs"));
        Path session = directory.resolve("session");
        Path umount = Files.writeString(programs.resolve("umount"), """
                #!/bin/sh
                read -r _ _ _ _ _ session _ < /proc/$$/stat
                echo "$(( session == $$ ))" > '%s'
                PATH=${PATH#*:} exec umount "$@"
                """.formatted(session));
        Files.setPosixFilePermissions(umount, PosixFilePermissions.fromString("rwxr-xr-x"));
        deleteWith(programs, tree);
        assertThat(session).hasContent("1");
        assertThat(tree).doesNotExist();
        assertThat(outside.resolve("precious")).hasContent("x");
    }

    @Test
    void treeThatIsMountPointIsDeleted() throws Exception {
        mount("--bind", outside, tree);
        Trees.delete(tree);
        assertThat(tree).doesNotExist();
        assertThat(outside.resolve("precious")).hasContent("x");
    }

    @Test
    void readOnlyDirectoriesAndLinksAreDeletedWithoutLinkTargets() throws Exception {
        Path deep = Files.createDirectories(tree.resolve("a/b"));
        Files.createSymbolicLink(deep.resolve("link"), outside);
        Files.setPosixFilePermissions(deep, PosixFilePermissions.fromString("---------"));
        Trees.delete(tree);
        assertThat(tree).doesNotExist();
        assertThat(outside.resolve("precious")).hasContent("x");
        Trees.delete(tree); // not there
    }

    @Test
    void interruptEndsDeletionOfLargeTree() throws Exception {
        Path file = Files.writeString(tree.resolve("file"), "x");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Trees.deleteInterruptibly(tree)).isInstanceOf(InterruptedException.class);
        assertThat(file).exists();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        Trees.deleteInterruptibly(tree);
        assertThat(tree).doesNotExist();
        Trees.deleteInterruptibly(tree); // not there
    }

    @Test
    void deadlineEndsDeletionOfLargeTree() throws Exception {
        Path file = Files.writeString(tree.resolve("file"), "x");
        assertThatThrownBy(() -> Trees.deleteInterruptibly(tree, Deadline.after(Duration.ZERO)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not deleted in time");
        assertThat(file).exists();
    }

    @Test
    void uninterruptibleDeletionIgnoresInterrupts() throws Exception {
        Files.writeString(tree.resolve("file"), "x");
        Thread.currentThread().interrupt();
        Trees.delete(tree);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(tree).doesNotExist();
    }
}
