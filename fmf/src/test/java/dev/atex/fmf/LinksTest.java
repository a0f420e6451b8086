package dev.atex.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.connection.Exchange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Trees with links, some of which lead to private files of the user. */
class LinksTest {
    @TempDir
    private Path directory;

    private Path root;
    private Path secret;

    @BeforeEach
    void makeTree() throws IOException {
        directory = directory.toRealPath();
        root = directory.resolve("checkout/tree");
        write(root.resolve(".fmf/version"), "1\n");
        write(root.resolve("main.fmf"), "v: 1\n/t: {test: 'true'}\n");
        write(root.resolve("sub/inner.fmf"), "inside: true\n");
        secret = directory.resolve("home/kube");
        write(secret.resolve("config.fmf"), "token: s3cret\n");
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void link(String name, Path target) throws IOException {
        Files.createDirectories(root.resolve(name).getParent());
        Files.createSymbolicLink(root.resolve(name), target);
    }

    private Tree load(FollowedLinks links) throws FmfException {
        return Tree.load(root, links);
    }

    private static void assertNoSecret(Tree tree) {
        assertThat(tree.climb(true, false).toString() + tree.top().data()).doesNotContain("kube");
        assertThat(tree.climb(true, false))
                .allSatisfy(node -> assertThat(node.data().toString()).doesNotContain("s3cret"));
    }

    @ParameterizedTest
    @EnumSource(names = {"IN_CHECKOUT", "IN_TREE"})
    void linkToOutsideFileIsReportedAndNotRead(FollowedLinks links) throws Exception {
        link("x.fmf", secret.resolve("config.fmf"));
        Tree tree = load(links);
        assertNoSecret(tree);
        assertThat(tree.find("/x")).isEmpty();
        assertThat(tree.find("/t")).isPresent();
        assertThat(tree.skippedLinks())
                .containsExactly(new SkippedLink(root.resolve("x.fmf"), secret.resolve("config.fmf")));
    }

    @ParameterizedTest
    @EnumSource(names = {"IN_CHECKOUT", "IN_TREE"})
    void linkToOutsideDirectoryIsNotScanned(FollowedLinks links) throws Exception {
        link("down/everything", Path.of("/"));
        link("home", Path.of("../../home"));
        Tree tree = load(links);
        assertNoSecret(tree);
        assertThat(tree.find("/down")).isEmpty();
        assertThat(tree.skippedLinks())
                .containsExactlyInAnyOrder(
                        new SkippedLink(root.resolve("down/everything"), Path.of("/")),
                        new SkippedLink(root.resolve("home"), directory.resolve("home")));
    }

    @Test
    void linkThroughOutsideLinkIsNotFollowed() throws Exception {
        link("one", Path.of("sub/two"));
        link("sub/two", secret);
        Tree tree = load(FollowedLinks.IN_TREE);
        assertNoSecret(tree);
        assertThat(tree.skippedLinks()).hasSize(2);
    }

    @Test
    void directoryNamedInFileMustBeInTree() throws Exception {
        write(root.resolve("names.fmf"), "/out: " + secret + "\n/in: " + root.resolve("sub") + "\n");
        Tree tree = load(FollowedLinks.IN_TREE);
        assertNoSecret(tree);
        assertThat(tree.find("/names/in/inner").orElseThrow().get("inside")).isEqualTo(true);
        assertThat(tree.skippedLinks()).containsExactly(new SkippedLink(root.resolve("names.fmf"), secret));
    }

    @Test
    void linkedConfigIsIgnoredAndLinkedVersionFails() throws Exception {
        write(secret.resolve("version"), "1\n");
        write(secret.resolve("config"), "explore: {include: [.hidden]}\n");
        write(root.resolve(".hidden/x.fmf"), "x: 1\n");
        link(".fmf/config", secret.resolve("config"));
        Tree tree = load(FollowedLinks.IN_CHECKOUT);
        assertThat(tree.find("/.hidden/x")).isEmpty();
        assertThat(tree.skippedLinks()).hasSize(1);
        Files.delete(root.resolve(".fmf/version"));
        link(".fmf/version", secret.resolve("version"));
        assertThatThrownBy(() -> load(FollowedLinks.IN_CHECKOUT))
                .satisfies(Errors.are(LoadException.Kind.FORMAT))
                .hasMessageContaining("leads out of the tree");
        assertThat(load(FollowedLinks.ALL).find("/.hidden/x")).isPresent();
    }

    @Test
    void linksInsideAreFollowed() throws Exception {
        link("again", Path.of("sub"));
        link("y.fmf", Path.of("sub/inner.fmf"));
        for (FollowedLinks links : FollowedLinks.values()) {
            Tree tree = load(links);
            assertThat(tree.find("/again/inner")).isPresent();
            assertThat(tree.find("/y").orElseThrow().get("inside")).isEqualTo(true);
            assertThat(tree.skippedLinks()).isEmpty();
        }
    }

    @Test
    void linksStayInsideCheckoutOrTree() throws Exception {
        write(root.resolveSibling("shared/z.fmf"), "z: 1\n");
        link("shared", Path.of("../shared"));
        assertThat(load(FollowedLinks.IN_CHECKOUT).find("/shared/z")).isEmpty();
        write(root.resolveSibling(".git/config.fmf"), "token: s3cret\n");
        link("config.fmf", Path.of("../.git/config.fmf"));
        Tree tree = load(FollowedLinks.IN_CHECKOUT);
        assertThat(tree.find("/shared/z")).isPresent();
        assertNoSecret(tree);
        assertThat(load(FollowedLinks.IN_TREE).find("/shared/z")).isEmpty();
    }

    @Test
    void allLinksAreFollowedOnRequest() throws Exception {
        link("x.fmf", secret.resolve("config.fmf"));
        link("kube", secret);
        Tree tree = load(FollowedLinks.ALL);
        assertThat(tree.find("/x").orElseThrow().get("token")).isEqualTo("s3cret");
        assertThat(tree.find("/kube/config")).isPresent();
        assertThat(tree.skippedLinks()).isEmpty();
    }

    @Test
    void followReturnsTargetOfPath() throws Exception {
        link("again", Path.of("sub"));
        link("home", secret);
        Tree tree = load(FollowedLinks.IN_TREE);
        assertThat(tree.follow(root.resolve("again"))).contains(root.resolve("sub"));
        assertThat(tree.follow(root.resolve("home"))).isEmpty();
        assertThat(tree.follow(root.resolve("home/config.fmf"))).isEmpty();
        assertThat(tree.follow(root.resolve("../../home"))).isEmpty();
    }

    private static final int LOADS = 40;
    private static final int FILES = 60;

    private static void many(Path place, String text) throws IOException {
        for (int i = 0; i < FILES; i++) {
            write(place.resolve("f" + i + ".fmf"), text);
        }
    }

    /** Repeatedly replaces a directory by a link to an outside one with the same content while it is read. */
    @ParameterizedTest
    @CsvSource({"many, many", "many/deep/er, many", "a/many/deep, a/many"})
    void directoryReplacedByLinkExposesNothingOutside(String place, String exchanged) throws Exception {
        many(root.resolve(place), "inside: true\n");
        Path outside = directory.resolve("outside");
        many(
                outside.resolve(exchanged.equals(place) ? "" : place.substring(exchanged.length() + 1)),
                "token: s3cret\n");
        // its own content is also reachable by another name, through the replaced directory
        link("by-link", root.resolve(place));
        int loaded = 0;
        try (Exchange exchange = new Exchange(root.resolve(exchanged), outside)) {
            for (int i = 0; i < LOADS; i++) {
                exchange.awaitMore();
                for (FollowedLinks links : List.of(FollowedLinks.IN_TREE, FollowedLinks.IN_CHECKOUT)) {
                    try {
                        assertNoSecret(load(links));
                        loaded++;
                    } catch (FmfException e) {
                        // the replaced directory may be missing for a moment
                    }
                }
            }
        }
        assertThat(loaded).isPositive();
        assertThat(load(FollowedLinks.IN_TREE)
                        .find("/" + place + "/f0")
                        .orElseThrow()
                        .data())
                .containsEntry("inside", true);
    }

    @Test
    void deeplyNestedDirectoriesAreRead() throws Exception {
        Path deep = root;
        for (int i = 0; i < 300; i++) {
            deep = deep.resolve("d");
            write(deep.resolve("z.fmf"), "depth: " + i + "\n");
            write(deep.resolve("e/main.fmf"), "beside: " + i + "\n");
        }
        Tree tree = load(FollowedLinks.IN_TREE);
        for (int i : new int[] {0, 200, 299}) {
            String at = "/d".repeat(i + 1);
            assertThat(tree.find(at + "/z").orElseThrow().data()).containsEntry("depth", (long) i);
            assertThat(tree.find(at + "/e").orElseThrow().data()).containsEntry("beside", (long) i);
        }
    }

    @Test
    void interruptDoesNotStopReading() throws Exception {
        Thread.currentThread().interrupt();
        Tree tree = load(FollowedLinks.IN_TREE);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(tree.find("/sub/inner")).isPresent();
    }
}
