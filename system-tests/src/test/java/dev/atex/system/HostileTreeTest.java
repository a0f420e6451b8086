package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.internal.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Trees and libraries with links to what is the user's, with the packaged command: nothing there is written, read or sent. */
@Timeout(300)
class HostileTreeTest {
    private static final String SECRET = "the-token-of-the-user";

    @TempDir
    private Path directory;

    private Path ssh;
    private Path secrets;
    private Path library;
    private Path run;
    private Tree tree;
    private Atex atex;

    @BeforeEach
    void makeTrees() throws Exception {
        directory = directory.toRealPath();
        Path home = Files.createDirectory(directory.resolve("home"));
        ssh = Files.createDirectories(home.resolve(".ssh"));
        Files.writeString(ssh.resolve("authorized_keys"), "mine\n");
        secrets = Files.createDirectories(home.resolve("secrets"));
        Files.createDirectories(secrets.resolve("below"));
        Files.writeString(secrets.resolve("token"), SECRET + "\n");
        Files.writeString(secrets.resolve("below/main.fmf"), "require: " + SECRET + "\n");
        Files.writeString(secrets.resolve("kubeconfig"), "token: " + SECRET + "\n");
        run = directory.resolve("run");
        tree = Tree.in(directory.resolve("tree"));
        library = Tree.in(directory.resolve("foo"))
                .file("main.fmf", "recommend: []\n")
                .file("authorized_keys", "theirs\n")
                .directory();
        git("-c", "init.defaultBranch=master", "init", "-q");
        commit();
        requires("{url: '" + library + "'}");
        atex = Atex.in(directory)
                .with(Map.of(
                        "HOME", home.toString(),
                        "FMF_CACHE_DIRECTORY", directory.resolve("cache").toString(),
                        "XDG_STATE_HOME", directory.resolve("state").toString()));
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

    /** A test that shows all that its machine was sent, and follows no link for that. */
    private void requires(String libraries) throws IOException {
        tree.file(
                "main.fmf",
                "/t: {test: 'find . -ls; find . -type f -exec tail -n +1 {} +', require: " + libraries + "}\n");
    }

    private Atex.Call start(String... more) throws IOException {
        return atex.start(Stream.concat(
                        Stream.of("run", "--root", "tree", "--output", run.toString(), "--provision", "local"),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    private String refused(String... messages) throws Exception {
        Atex.Result result = start().end().expect(2);
        assertThat(result.err()).contains(messages).doesNotContain("Exception", "\tat ", SECRET);
        assertThat(result.out()).doesNotContain(SECRET);
        assertThat(run.resolve("results.jsonl")).doesNotExist();
        isUntouched();
        return result.err();
    }

    /** A library that cannot be had is the mistake of the test that requires it. */
    private void isMistakeOfTheTest(String... messages) throws Exception {
        Atex.Result result = start().end().expect(3);
        assertThat(result.err()).contains(messages).doesNotContain("Exception", "\tat ", SECRET);
        assertThat(result.out()).contains("1 test: 1 infra").doesNotContain(SECRET);
        isUntouched();
    }

    private void isUntouched() throws IOException {
        try (Stream<Path> files = Files.list(ssh)) {
            assertThat(files).containsExactly(ssh.resolve("authorized_keys"));
        }
        assertThat(ssh.resolve("authorized_keys")).hasContent("mine\n");
    }

    /** What the machine was sent. */
    private String sent() throws Exception {
        Atex.Result result = start().end().expect(0);
        isUntouched();
        String sent = Files.readString(run.resolve("files/local/t/output.txt"));
        assertThat(sent).contains("libs/foo").doesNotContain(SECRET);
        assertThat(result.out() + result.err()).doesNotContain(SECRET, "Exception");
        return sent;
    }

    // ---- writing through links

    @Test
    void libraryIsOnlyWrittenToCopyOfTree() throws Exception {
        assertThat(sent()).contains("./libs/foo/authorized_keys", "theirs");
        assertThat(tree.directory().resolve("libs")).doesNotExist();
    }

    @Test
    void linkInPlaceOfLibraryIsRefused() throws Exception {
        Files.createDirectories(tree.directory().resolve("libs"));
        Files.createSymbolicLink(tree.directory().resolve("libs/foo"), ssh);
        refused("libs/foo");
    }

    @Test
    void linkAboveLibraryIsRefused() throws Exception {
        Path elsewhere = Files.createDirectory(directory.resolve("home/libs"));
        Files.createSymbolicLink(elsewhere.resolve("foo"), ssh);
        Files.createSymbolicLink(tree.directory().resolve("libs"), elsewhere);
        refused("libs");
    }

    @Test
    void linkBelowLibraryIsRefused() throws Exception {
        Files.createDirectories(tree.directory().resolve("libs/foo"));
        Files.createSymbolicLink(tree.directory().resolve("libs/foo/sub"), ssh);
        Files.createDirectory(library.resolve("sub"));
        Files.writeString(library.resolve("sub/authorized_keys"), "theirs\n");
        commit();
        refused("libs/foo/sub");
    }

    @Test
    void linkFromOneLibraryForAnotherIsRefused() throws Exception {
        Files.createSymbolicLink(library.resolve("sub"), ssh);
        commit();
        Path other = Tree.in(directory.resolve("other"))
                .file("sub/main.fmf", "recommend: []\n")
                .file("sub/authorized_keys", "theirs\n")
                .directory();
        requires("[{url: '" + library + "'}, {path: '" + other + "', nick: foo, name: /sub}]");
        refused("libs/foo/sub");
    }

    // ---- reading through links

    @Test
    void metadataLinkOutOfLibraryIsTestError() throws Exception {
        Files.createSymbolicLink(library.resolve("keys"), secrets);
        Files.writeString(library.resolve("keys.fmf"), "recommend: []\n");
        commit();
        requires("{url: '" + library + "', name: /keys}");
        isMistakeOfTheTest("/keys", "leads out of the tree");
    }

    @Test
    void nodeBelowLinkOutOfLibraryIsMissing() throws Exception {
        Files.createSymbolicLink(library.resolve("keys"), secrets);
        commit();
        requires("{url: '" + library + "', name: /keys/below}");
        isMistakeOfTheTest("/keys/below");
    }

    @Test
    void linkInLibraryIsCopiedAsLink() throws Exception {
        Files.createSymbolicLink(library.resolve("keys"), secrets);
        Files.createSymbolicLink(library.resolve("token"), secrets.resolve("token"));
        commit();
        assertThat(sent())
                .contains("./libs/foo/keys -> " + secrets, "./libs/foo/token -> " + secrets.resolve("token"))
                .doesNotContain("./libs/foo/keys/");
    }

    @Test
    void linkedMetadataOfLibraryIsNotRead() throws Exception {
        Files.createSymbolicLink(library.resolve("x.fmf"), secrets.resolve("below/main.fmf"));
        commit();
        assertThat(sent()).contains("theirs");
        requires("{url: '" + library + "', name: /x}");
        assertThat(atex.call("requires", "--root", "tree", "--follow-links").out())
                .doesNotContain(SECRET);
    }

    // ---- links of the user's own tree

    /** Two tests, the second one's metadata outside of the tree; both wait for a file. */
    private void aLinkedTest() throws IOException {
        tree.file("main.fmf", "duration: 1h\ntest: touch $GATE/begun; until [ -e $GATE/go ]; do sleep 0.05; done\n")
                .file("a.fmf", "summary: a\n");
        Files.createSymbolicLink(tree.directory().resolve("x.fmf"), secrets.resolve("kubeconfig"));
    }

    private void assertToldOnce(String err) {
        assertThat(err.lines().filter(line -> line.contains("x.fmf")))
                .singleElement()
                .asString()
                .startsWith("note: ")
                .contains(secrets.resolve("kubeconfig").toString(), "--follow-links");
    }

    @Test
    void metadataLinkOutOfTreeIsReportedAndNotRead() throws Exception {
        aLinkedTest();
        Atex.Result shown = atex.call("show", "--root", "tree").expect(0);
        assertToldOnce(shown.err());
        assertThat(shown.out()).contains("/a").doesNotContain("/x", SECRET);
        Files.createFile(directory.resolve("go"));
        Atex.Result ran = start("-e", "GATE=" + directory).end().expect(0);
        assertToldOnce(ran.err());
        assertThat(Tree.own(run)).containsOnlyKeys("/a");
    }

    @Test
    void followLinksReadsMetadataLinkOutOfTree() throws Exception {
        aLinkedTest();
        Atex.Result shown =
                atex.call("show", "--root", "tree", "--follow-links").expect(0);
        assertThat(shown.out()).contains("/a", "/x", "token: " + SECRET);
        assertThat(shown.err()).isEmpty();
    }

    @Test
    void resumeAndRerunKeepFollowLinks() throws Exception {
        aLinkedTest();
        Atex.Call call = start("--follow-links", "-e", "GATE=" + directory);
        Watch.untilThereIs(directory.resolve("begun"));
        call.signal("KILL");
        call.end().expect(137);
        Map<?, ?> manifest = (Map<?, ?>) Json.parse(Files.readString(run.resolve("run.json")));
        assertThat(((Map<?, ?>) manifest.get("options")).get("follow-links")).isEqualTo(List.of());
        assertThat(manifest.get("tests")).isEqualTo(List.of("/a", "/x"));
        Files.createFile(directory.resolve("go"));
        Atex.Result resumed = atex.call("resume", run.toString()).expect(0);
        assertThat(resumed.out()).contains("2 tests: 2 pass");
        assertThat(resumed.err()).doesNotContain("warning");
        assertThat(Tree.own(run)).containsOnlyKeys("/a", "/x");
        atex.call("rerun", run.toString(), "--output", "again").expect(0);
        assertThat(Tree.own(directory.resolve("again"))).containsOnlyKeys("/a", "/x");
    }
}
