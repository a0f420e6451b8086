package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.executor.fmf.discovery.Discovery;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.fmf.RepositoryCache;
import dev.atex.internal.files.ClashException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Trees and libraries with links to where nothing of theirs should be read or written. */
@Timeout(120)
class HostileTreeTest {
    @TempDir
    private Path directory;

    private Path tree;
    private Path ssh;
    private Path library;

    @BeforeEach
    void makeTrees() throws Exception {
        directory = directory.toRealPath();
        ssh = Files.createDirectories(directory.resolve("home/.ssh"));
        Files.writeString(ssh.resolve("authorized_keys"), "mine\n");
        tree = directory.resolve("tree");
        write(tree, ".fmf/version", "1\n");
        write(tree, "main.fmf", "/t: {test: 'true', require: {url: '" + directory.resolve("foo") + "'}}\n");
        library = directory.resolve("foo");
        write(library, ".fmf/version", "1\n");
        write(library, "main.fmf", "require: package\n");
        write(library, "authorized_keys", "theirs\n");
        git("-c", "init.defaultBranch=master", "init", "-q");
        commit();
    }

    private static void write(Path where, String file, String text) throws IOException {
        Files.createDirectories(where.resolve(file).getParent());
        Files.writeString(where.resolve(file), text);
    }

    private void commit() throws Exception {
        git("add", "-A");
        git("-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-q", "-m", "x");
    }

    private void git(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git", "-C", library.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
    }

    private Discovery discovery() {
        return Discovery.in(tree).cache(RepositoryCache.at(directory.resolve("cache")));
    }

    private void isRefused() throws Exception {
        try (FmfTests tests = discovery().discover()) {
            assertThatThrownBy(tests::checkFiles)
                    .isInstanceOf(ClashException.class)
                    .hasMessageContaining("libs/foo");
        }
        assertThat(ssh.resolve("authorized_keys")).hasContent("mine\n");
    }

    @Test
    void libraryIsNotCopiedThroughLink() throws Exception {
        Files.createDirectories(tree.resolve("libs"));
        Files.createSymbolicLink(tree.resolve("libs/foo"), ssh);
        isRefused();
    }

    @Test
    void libraryIsNotCopiedThroughLinkBelowIt() throws Exception {
        Files.createDirectories(tree.resolve("libs/foo"));
        Files.createSymbolicLink(tree.resolve("libs/foo/sub"), ssh);
        write(library, "sub/authorized_keys", "theirs\n");
        commit();
        isRefused();
    }

    @Test
    void libraryIsNotCopiedThroughLinkOfOtherLibrary() throws Exception {
        Files.createSymbolicLink(library.resolve("sub"), ssh);
        write(library, "sub.fmf", "require: package\n");
        commit();
        Path other = directory.resolve("other");
        write(other, ".fmf/version", "1\n");
        write(other, "sub/main.fmf", "require: package\n");
        write(other, "sub/authorized_keys", "theirs\n");
        write(
                tree,
                "main.fmf",
                "/t: {test: 'true', require: [{url: '" + library + "'}, {path: '" + other
                        + "', nick: foo, name: /sub}]}\n");
        isRefused();
    }

    @Test
    void linkToFileIsReplacedAndFileIsNoDirectory() throws Exception {
        Files.createDirectories(tree.resolve("libs/foo"));
        Files.createSymbolicLink(tree.resolve("libs/foo/authorized_keys"), ssh.resolve("authorized_keys"));
        try (FmfTests tests = discovery().discover()) {
            Path copied = tests.root().resolve("libs/foo/authorized_keys");
            assertThat(copied).hasContent("theirs\n");
            assertThat(Files.isSymbolicLink(copied)).isFalse();
        }
        assertThat(ssh.resolve("authorized_keys")).hasContent("mine\n");
        Files.delete(tree.resolve("libs/foo/authorized_keys"));
        Files.delete(tree.resolve("libs/foo"));
        write(tree, "libs/foo", "a file");
        isRefused();
    }

    @Test
    void libraryBehindLinkOutOfRepositoryIsNotCopied() throws Exception {
        Files.createSymbolicLink(library.resolve("keys"), ssh);
        write(library, "keys.fmf", "require: package\n");
        commit();
        write(tree, "main.fmf", "/t: {test: 'true', require: {url: '" + library + "', name: /keys}}\n");
        try (FmfTests tests = discovery().discover()) {
            assertThat(tests.tests().getFirst().mistake().orElseThrow()).contains("leads out of the tree");
            assertThat(tests.root().resolve("libs/foo/keys")).doesNotExist();
        }
    }

    @Test
    void linksOutOfTreesAreReported() throws Exception {
        Files.createSymbolicLink(library.resolve("x.fmf"), ssh.resolve("authorized_keys"));
        commit();
        Files.createSymbolicLink(tree.resolve("keys"), ssh);
        try (FmfTests tests = discovery().discover()) {
            assertThat(tests.warnings()).hasSize(2);
            assertThat(tests.warnings().getFirst())
                    .contains(tree.resolve("keys").toString(), ssh.toString());
            assertThat(tests.warnings().getLast()).contains("x.fmf", ssh.toString());
        }
        // never for what was fetched
        try (FmfTests tests = discovery().followLinks(true).discover()) {
            assertThat(tests.warnings()).singleElement().asString().contains("x.fmf");
        }
    }
}
