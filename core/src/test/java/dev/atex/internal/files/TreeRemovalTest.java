package dev.atex.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In a directory like {@code /tmp}: every user may make files in it, and none may take away those of others. */
class TreeRemovalTest {
    private static final int ROUNDS = Integer.getInteger("atex.swaps", 60);
    private static final int DEPTH = 1500;

    private Path shared;
    private Path victim;
    private Path tree;

    @BeforeEach
    void make() throws Exception {
        shared = Files.createTempDirectory("removal");
        Files.setAttribute(shared, "unix:mode", 01777);
        victim = Files.createDirectory(shared.resolve("victim"));
        Files.writeString(victim.resolve("canary"), "x");
        tree = Files.createDirectory(shared.resolve("tree"));
    }

    @AfterEach
    void remove() throws Exception {
        run(List.of("rm", "-rf", shared.toString()));
    }

    private static void run(List<String> argv) throws Exception {
        Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(said).isZero();
    }

    /** Deletes a tree, for another process. */
    static final class Delete {
        private Delete() {}

        public static void main(String[] arguments) throws Exception {
            Trees.delete(Path.of(arguments[0]));
        }
    }

    private static List<String> deletion(Path tree, String... options) throws Exception {
        return OtherUser.java(Delete.class, List.of(options), List.of(tree.toString()));
    }

    /** No path here is ever long: what is there goes into the next directory. */
    private static void deepen(Path tree, int depth, String name) throws IOException {
        Path inner = tree.resolve("inner");
        Path outer = tree.resolve("outer");
        Files.createDirectories(inner.resolve("bottom"));
        Files.writeString(inner.resolve("file"), "x");
        for (int i = 0; i < depth; i++) {
            Files.createDirectory(outer);
            Files.move(inner, outer.resolve(name));
            Files.move(outer, inner);
        }
    }

    @Test
    void treeOfOtherUserIsNotTouched() throws Exception {
        OtherUser.assumed();
        Files.writeString(tree.resolve("file"), "x");
        OtherUser.own(tree);
        assertThatThrownBy(() -> Trees.delete(tree))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("belongs to the user");
        assertThat(tree.resolve("file")).exists();
    }

    @Test
    void linkOrPipeOfOtherUserDoesNotBlockRemoval() throws Exception {
        OtherUser.assumed();
        Path link = shared.resolve("link");
        OtherUser.run("ln", "-s", victim.toString(), link.toString());
        Path pipe = shared.resolve("pipe");
        OtherUser.run("mkfifo", pipe.toString());
        for (Path each : List.of(link, pipe)) {
            assertThatThrownBy(() -> Trees.delete(each)).hasMessageContaining("belongs to the user");
            assertThat(Files.exists(each, LinkOption.NOFOLLOW_LINKS)).isTrue();
        }
        assertThat(victim.resolve("canary")).exists();
    }

    @Test
    void directorySwappedForLinkDoesNotRedirectRemoval() throws Exception {
        OtherUser.assumed();
        Path open = tree.resolve("open");
        Process attacker = new ProcessBuilder(OtherUser.argv(
                        OtherUser.java(Swapper.class, List.of(), List.of(open.toString(), victim.toString()))))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(attacker.getInputStream().read()).isEqualTo('r');
            for (int i = 0; i < ROUNDS; i++) {
                Files.createDirectories(open);
                Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
                while (!Files.exists(open.resolve("swapped"), LinkOption.NOFOLLOW_LINKS)) {
                    Thread.onSpinWait();
                }
                Trees.delete(tree);
                assertThat(tree).doesNotExist();
                assertThat(victim.resolve("canary")).as("round " + i).exists();
            }
        } finally {
            attacker.destroyForcibly();
        }
    }

    /** The owner of a directory may do with it what they like, until it has been taken over. */
    @Test
    void filesOwnedByOtherUsersAreRemoved() throws Exception {
        OtherUser.assumed();
        Path theirs = Files.createDirectories(tree.resolve("theirs/below"));
        Files.createSymbolicLink(theirs.resolve("link"), victim);
        OtherUser.own(tree.resolve("theirs"));
        Files.setPosixFilePermissions(theirs, PosixFilePermissions.fromString("---------"));
        Trees.delete(tree);
        assertThat(tree).doesNotExist();
        assertThat(victim.resolve("canary")).exists();
    }

    @Test
    void onlyRootRemovesFilesInDirectoryOfOtherUser() throws Exception {
        OtherUser.assumed();
        Path theirs = OtherUser.own(tree);
        Path ours = Files.createDirectory(tree.resolve("a"));
        Files.writeString(ours.resolve("kept"), "x");
        Files.createDirectory(theirs.resolve("b-empty"));
        OtherUser.run("mkdir", theirs.resolve("c").toString());
        OtherUser.run("touch", theirs.resolve("c/file").toString());
        Process process = new ProcessBuilder(OtherUser.argv(deletion(theirs)))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(said).contains(ours + ": belongs to the user").doesNotContain("b-empty");
        assertThat(theirs.toFile().list()).containsExactly("a");
        assertThat(ours.resolve("kept")).exists();
    }

    @Test
    void longPathsAreRemoved() throws Exception {
        deepen(tree, DEPTH, "x".repeat(200));
        deepen(Files.createDirectory(tree.resolve("second")), DEPTH, "short");
        Trees.delete(tree);
        assertThat(tree).doesNotExist();
    }

    @Test
    void longPathsOfUnreadableDirectoriesAreRemoved() throws Exception {
        OtherUser.assumed();
        deepen(tree, 2 * TreeRemoval.DEEPEST, "x");
        Path deep = tree.resolve("inner");
        List<Path> all = new ArrayList<>();
        for (Path each = deep; Files.isDirectory(each); each = each.resolve("x")) {
            all.addFirst(each);
        }
        OtherUser.own(tree);
        for (Path each : all) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("---------"));
        }
        Files.setPosixFilePermissions(tree, PosixFilePermissions.fromString("---------"));
        run(OtherUser.argv(deletion(tree)));
        assertThat(tree).doesNotExist();
    }

    @Test
    void removalNeedsFewDescriptors() throws Exception {
        deepen(tree, DEPTH, "x");
        List<String> argv = new ArrayList<>(List.of("prlimit", "--nofile=120:120", "--"));
        argv.addAll(deletion(tree, "-XX:-MaxFDLimit"));
        run(argv);
        assertThat(tree).doesNotExist();
    }

    @Test
    void namesThatAreNotTextAreRemoved() throws Exception {
        Path odd = Path.of(URI.create(tree.toUri() + "odd%ff%fe%0a"));
        Files.createDirectories(odd.resolve("below"));
        Files.writeString(odd.resolve("é"), "x");
        Files.writeString(Path.of(URI.create(tree.toUri() + "%80")), "x");
        ProcessBuilder builder = new ProcessBuilder(deletion(tree)).inheritIO();
        builder.environment().put("LC_ALL", "POSIX");
        assertThat(builder.start().waitFor()).isZero();
        assertThat(tree).doesNotExist();
    }

    @Test
    void mountBelowOddNameIsNotDeleted() throws Exception {
        OtherUser.assumed();
        Path point = Path.of(URI.create(tree.toUri() + "odd%ff/a%20b/point"));
        Files.createDirectories(point);
        Process mount = new ProcessBuilder(
                        "sh",
                        "-c",
                        "cd \"$1\"/odd*/a*/ && exec mount --bind \"$0\" point",
                        victim.toString(),
                        tree.toString())
                .inheritIO()
                .start();
        assumeTrue(mount.waitFor() == 0, "nothing can be mounted here");
        Trees.delete(tree);
        assertThat(tree).doesNotExist();
        assertThat(victim.resolve("canary")).exists();
    }

    @Test
    void rootRemovesImmutableFiles() throws Exception {
        OtherUser.assumed();
        Path locked = Files.createDirectories(tree.resolve("locked/below"));
        Path file = Files.writeString(locked.resolve("file"), "x");
        Path log = Files.writeString(tree.resolve("log"), "x");
        Path single = Files.writeString(shared.resolve("single"), "x");
        Process process = new ProcessBuilder(
                        "chattr",
                        "+i",
                        file.toString(),
                        locked.toString(),
                        locked.getParent().toString(),
                        single.toString())
                .start();
        assumeTrue(process.waitFor() == 0, "this file system has no such flags");
        run(List.of("chattr", "+a", log.toString()));
        Trees.delete(tree);
        assertThat(tree).doesNotExist();
        Trees.delete(single);
        assertThat(single).doesNotExist();
    }

    @Test
    void failureNamesFileAndRestIsRemoved() throws Exception {
        OtherUser.assumed();
        Path kept = Files.createDirectories(tree.resolve("b/kept"));
        Files.writeString(kept.resolve("file"), "x");
        Files.createDirectories(tree.resolve("a/gone"));
        Files.createDirectories(tree.resolve("c/gone"));
        OtherUser.own(tree);
        Files.setAttribute(kept, "unix:uid", 0);
        Process process = new ProcessBuilder(OtherUser.argv(deletion(tree)))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(said).contains(kept + ": belongs to the user");
        assertThat(tree.toFile().list()).containsExactly("b");
        assertThat(kept.resolve("file")).exists();
    }

    @Test
    void filesBelowDirectoryOfOtherOwnerStay() throws Exception {
        OtherUser.assumed();
        Path home = OtherUser.own(Files.createDirectory(shared.resolve("home")));
        Path theirs =
                OtherUser.own(Files.createDirectories(home.resolve("runs/1")).getParent());
        Trees.delete(theirs); // as root on their behalf
        assertThat(theirs).doesNotExist();
    }

    @Test
    void emptyAndDotNamesAreRefused() {
        for (Path each : List.of(tree.resolve(".."), tree.resolve("."))) {
            assertThatThrownBy(() -> Trees.delete(each)).isInstanceOf(FileSystemException.class);
        }
        assertThat(tree).exists();
    }
}
