package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.executor.fmf.discovery.Discovery;
import dev.atex.executor.fmf.discovery.DiscoverySupport;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.execution.TestVariables;
import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.findings.Finding;
import dev.atex.executor.fmf.findings.RefusedException;
import dev.atex.executor.fmf.machine.Environment;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.fmf.Context;
import dev.atex.fmf.RepositoryCache;
import dev.atex.fmf.Yaml;
import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sections, plans and libraries that lie in other repositories, which are git repositories of this host. */
@Timeout(120)
class FetchedTest {
    @TempDir
    private Path directory;

    private Path tree;
    private Path other;
    private String usual;

    @BeforeEach
    void makeTrees() throws Exception {
        usual = System.getProperty("java.io.tmpdir");
        System.setProperty( // others of this machine fetch, too
                "java.io.tmpdir",
                Files.createDirectory(directory.resolve("tmp")).toString());
        tree = repository("tree");
        write(tree, "main.fmf", "/here: {test: 'true', tag: mine}\n");
        other = repository("other");
        write(other, "tests/main.fmf", """
            test: ./run.sh
            /quick: {tag: quick}
            /slow:
                tag: slow
                adjust: {when: distro == fedora, enabled: false}
            """);
        write(other, "tests/run.sh", "exit 0\n");
        write(other, "deep/.fmf/version", "1\n");
        write(other, "deep/down.fmf", "test: 'true'\n");
        commit(other);
        git(other, "checkout", "-q", "-b", "later");
        write(other, "tests/late.fmf", "test: 'true'\n");
        commit(other);
        git(other, "checkout", "-q", "master");
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        List<Path> left = copies();
        System.setProperty("java.io.tmpdir", usual);
        assertThat(left).isEmpty();
    }

    private static List<Path> copies() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("atex-fetched-"))
                    .toList();
        }
    }

    // ---- sections and plans

    @Test
    void sectionsHaveTreesOfOtherRepositories() throws Exception {
        plan("""
            discover:
              - {name: own, filter: "tag:mine"}
              - {name: remote, url: "%s", test: quick}
              - {name: later, url: "%s", ref: later, exclude: [quick, slow]}
              - {name: deep, url: "%s", path: /deep}
            """.formatted(other, other, other));
        try (FmfTests tests = discovery().plan("/plan").discover()) {
            assertThat(tests.names())
                    .containsExactly("/own/here", "/remote/tests/quick", "/later/tests/late", "/deep/down");
            assertThat(tests.find("/remote/tests/quick").orElseThrow().directory())
                    .isEqualTo("remote/tests");
            Path root = tests.root();
            assertThat(root.resolve("remote/tests/run.sh")).exists();
            assertThat(root.resolve("remote/tests/late.fmf")).doesNotExist();
            assertThat(root.resolve("later/tests/late.fmf")).exists();
            assertThat(root.resolve("deep/down.fmf")).exists();
            assertThat(root.resolve("remote/.git")).doesNotExist();
        }
    }

    @Test
    void contextAndSelectionApplyToFetchedTrees() throws Exception {
        plan("discover: {url: '" + other + "'}");
        assertThat(names(discovery().plan("/plan"))).containsExactly("/tests/quick", "/tests/slow");
        assertThat(names(discovery().plan("/plan").context(Context.of(Map.of("distro", "fedora")))))
                .containsExactly("/tests/quick");
        assertThat(names(discovery().plan("/plan").filters(List.of("tag:slow"))))
                .containsExactly("/tests/slow");
        assertThat(names(discovery().plan("/plan").excludes(List.of("slow")))).containsExactly("/tests/quick");
    }

    @Test
    void treeOfIdentifierIsFetched() throws Exception {
        write(other, "plan.fmf", "discover: {filter: 'tag:quick'}\n");
        commit(other);
        Map<String, String> identifier = Map.of("url", other.toString(), "ref", "master", "name", "/plan");
        try (FmfTests tests = Discovery.in(identifier).cache(cache()).discover()) {
            assertThat(tests.names()).containsExactly("/tests/quick");
            assertThat(tests.root().resolve("tests/run.sh")).exists();
        }
        assertThat(names(Discovery.in(Map.of("path", other.resolve("deep").toString()))))
                .containsExactly("/down");
        assertThatThrownBy(() -> Discovery.in(Map.of("ref", "x"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void failedFetchNamesRepository() throws Exception {
        fails("discover: {url: /no/such/repository}", "discover: url: cannot fetch /no/such/repository: ");
        fails("discover: {url: '%s', ref: nowhere}", "at nowhere: ");
        fails("discover: {url: '%s', ref: '--upload-pack=x'}", "begins with a dash");
        fails("discover: {url: '..'}", "is not a repository address");
        fails("discover: {url: '%s', path: ../..}", "leads out of the repository");
        fails("discover: {url: '%s', path: /nowhere}", "nowhere");
        fails("discover: {url: '%s', ref: 1.0}", "discover: ref: expected a string, not '1.0'");
        Path bare = repository("bare");
        Trees.delete(bare.resolve(".fmf"));
        write(bare, "file", "x");
        commit(bare);
        fails("discover: {url: '" + bare + "'}", "there is no fmf tree: " + bare);
        write(other, "tests/broken.fmf", "a: [\n");
        commit(other);
        RepositoryCache.at(directory.resolve("cache")).clean();
        fails("discover: {url: '%s'}", "broken.fmf");
    }

    private void fails(String plan, String message) throws Exception {
        plan(plan.formatted(other));
        assertThatThrownBy(() -> discovery().plan("/plan").discover())
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("/plan");
    }

    // ---- libraries

    @Test
    void librariesOfAllFormsAreFetchedWithRequirements() throws Exception {
        Path foo = repository("libs/foo");
        write(foo, "bar/main.fmf", "require: [bar-package]\nrecommend: nice\n");
        write(foo, "bar/lib.sh", "true\n");
        write(foo, ".unrelated", "x");
        commit(foo);
        Path shared = repository("shared");
        write(shared, "main.fmf", "require: {type: file, pattern: /x}\n");
        write(shared, "lib.sh", "true\n");
        commit(shared);
        Path plain = repository("plain");
        write(plain, "one/main.fmf", "require: plain-package\n");
        write(plain, "one/lib.sh", "true\n");
        write(tree, "lib/own/main.fmf", "require: own-package\n");
        write(tree, "lib/own/lib.sh", "true\n");
        write(tree, "main.fmf", """
            /t:
                test: 'true'
                require:
                  - first
                  - library(foo/bar)
                  - library(foo/gone)
                  - library(nowhere/x)
                  - {url: "%s", nick: common}
                  - {type: library, path: "%s", name: /one}
                  - {nick: own, name: /lib/own}
                  - {type: file, pattern: /y}
                  - last
                recommend: [thing]
            """.formatted(shared, plain));
        try (FmfTests tests = discovery().discover()) {
            FmfTest test = tests.tests().getFirst();
            assertThat(test.data().get("require"))
                    .isEqualTo(List.of(
                            "first",
                            "bar-package",
                            "library(foo/gone)",
                            "library(nowhere/x)",
                            Map.of("type", "file", "pattern", "/x"),
                            "plain-package",
                            "own-package",
                            Map.of("type", "file", "pattern", "/y"),
                            "last"));
            String metadata = new TestVariables(
                            test, new Environment(Map.of(), Map.of()), Optional.empty(), Map.of(), 1, "", Map.of())
                    .metadata();
            assertThat(((Map<?, ?>) Yaml.read(metadata)).get("require"))
                    .as("what rlImport --all looks for")
                    .isEqualTo(List.of(
                            "library(foo/bar)",
                            Map.of("url", shared.toString(), "nick", "common"),
                            Map.of("type", "library", "path", plain.toString(), "name", "/one"),
                            Map.of("nick", "own", "name", "/lib/own"),
                            "first",
                            "bar-package",
                            "library(foo/gone)",
                            "library(nowhere/x)",
                            Map.of("type", "file", "pattern", "/x"),
                            "plain-package",
                            "own-package",
                            Map.of("type", "file", "pattern", "/y"),
                            "last"));
            assertThat(metadata).contains("name: /t\n").doesNotContain("extra-");
            assertThat(test.recommends()).containsExactly("nice", "thing");
            assertThat(tests.packages()).contains("bar-package", "plain-package", "own-package", "nice");
            assertThat(tests.warnings()).isEmpty();
            Path libs = tests.root().resolve("libs");
            assertThat(libs.resolve("foo/bar/lib.sh")).exists();
            assertThat(libs.resolve("foo/.unrelated")).doesNotExist();
            assertThat(libs.resolve("common/lib.sh")).exists();
            assertThat(libs.resolve("plain/one/lib.sh")).exists();
            assertThat(Files.readSymbolicLink(libs.resolve("own/lib/own"))).isEqualTo(Path.of("../../../lib/own"));
            assertThat(libs.resolve("own/lib/own/lib.sh")).exists();
        }
    }

    @Test
    void circularLibraryRequirementsEnd() throws Exception {
        Path foo = repository("libs/foo");
        write(foo, "a/main.fmf", "require: ['library(foo/b)', a-package]\n");
        write(foo, "b/main.fmf", "require: ['library(foo/a)', {nick: foo, name: /c}]\n");
        write(foo, "c/main.fmf", "require: c-package\n");
        commit(foo);
        write(tree, "main.fmf", "/t: {test: 'true', require: ['library(foo/a)']}\n/u: {test: 'true'}\n");
        try (FmfTests tests = discovery().discover()) {
            assertThat(tests.find("/t").orElseThrow().requires()).containsExactly("c-package", "a-package");
            assertThat(tests.find("/u").orElseThrow().requires()).isEmpty();
            for (String name : List.of("a", "b", "c")) {
                assertThat(tests.root().resolve("libs/foo/" + name)).isDirectory();
            }
        }
    }

    @Test
    void sectionsHaveSeparateLibraries() throws Exception {
        Path foo = repository("libs/foo");
        write(foo, "bar/main.fmf", "require: x\n");
        commit(foo);
        write(other, "lib/main.fmf", "require: y\n");
        write(other, "tests/main.fmf", "/t: {test: 'true', require: ['library(foo/bar)', {nick: in, name: /lib}]}\n");
        commit(other);
        plan("discover: [{name: one, url: '%s'}, {name: two, test: here}]".formatted(other));
        try (FmfTests tests = discovery().plan("/plan").discover()) {
            assertThat(tests.find("/one/tests/t").orElseThrow().requires()).containsExactly("x", "y");
            assertThat(tests.root().resolve("one/libs/foo/bar")).isDirectory();
            assertThat(tests.root().resolve("one/libs/in/lib/main.fmf")).exists();
            assertThat(tests.root().resolve("two/libs")).doesNotExist();
        }
    }

    @Test
    void rootOfTreeCanBeLibrary() throws Exception {
        write(tree, "main.fmf", "require: root-package\n/t: {test: 'true', require: {nick: me}}\n");
        try (FmfTests tests = discovery().discover()) {
            assertThat(tests.tests().getFirst().requires()).containsExactly("root-package");
            Path link = tests.root().resolve("libs/me");
            assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of(".."));
            assertThat(link.resolve("main.fmf")).exists();
        }
    }

    @Test
    void librariesCanBeDisabled() throws Exception {
        write(tree, "main.fmf", "/t: {test: 'true', require: [{url: /no/such}, 'library(foo/bar)']}\n");
        try (FmfTests tests = discovery().libraries(false).discover()) {
            assertThat(tests.tests().getFirst().requires()).containsExactly("library(foo/bar)");
        }
    }

    @Test
    void errorsInLibrariesAreReported() throws Exception {
        libraryFails("{url: /no/such}", "cannot fetch /no/such: ");
        libraryFails("{url: '" + other + "', name: /nowhere}", "there is no '/nowhere' in the tree of " + other);
        libraryFails("{url: '" + other + "', name: nowhere}", "name: 'nowhere' must begin with '/'");
        libraryFails("{url: '" + other + "', nick: ..}", "nick: '..' cannot be the name of a directory");
        libraryFails("{url: '" + other + "', nick: a/b}", "nick: 'a/b' cannot be the name of a directory");
        libraryFails("{path: relative}", "path: 'relative' must be absolute");
        libraryFails("{path: /no/such}", "{path: /no/such}: there is no directory '/no/such'");
        libraryFails("{name: /here}", "a library needs a 'url', or a 'path', or, in the same tree, a 'nick'");
        libraryFails("{nick: x, name: /nowhere}", "there is no '/nowhere' in this tree");
        libraryFails("{type: library, url: 5}", "url: expected a string, not '5'");
        libraryFails("[{url: '" + other + "', nick: x}, {nick: x}]", "it is copied to libs/x, where another one is");
        write(tree, "main.fmf", "/t: {test: 'true', recommend: 'library(foo/bar)'}\n");
        assertThatThrownBy(() -> discovery().discover()).isInstanceOfSatisfying(RefusedException.class, e -> {
            assertThat(e.kinds()).containsExactly("library");
            assertThat(e).hasMessageContaining("main.fmf:1: recommend: a library can only be required");
        });
        try (FmfTests tests = discovery().allow(List.of("library")).discover()) {
            assertThat(tests.tests()).extracting(FmfTest::mistake).containsExactly(Optional.empty());
            assertThat(tests.findings()).extracting(Finding::kind).containsExactly("library");
        }
    }

    private void libraryFails(String requirement, String message) throws Exception {
        write(tree, "main.fmf", "/here: {test: 'true'}\n/t: {test: 'true', require: " + requirement + "}\n");
        try (FmfTests tests = discovery().discover()) {
            assertThat(tests.find("/here").orElseThrow().mistake()).isEmpty();
            assertThat(tests.find("/t").orElseThrow().mistake().orElseThrow())
                    .doesNotContain(tree.toString())
                    .startsWith("test '/t': require: ")
                    .contains(message);
            assertThat(tests.findings()).singleElement().satisfies(finding -> {
                assertThat(finding.severity()).isEqualTo(Finding.Severity.MISTAKE);
                assertThat(finding.place()).contains("main.fmf:2");
            });
        }
    }

    @Test
    void libraryPathsStayInTree() throws Exception {
        Path precious = Files.createDirectories(directory.resolve("precious"));
        Files.createSymbolicLink(tree.resolve("libs"), precious);
        write(tree, "main.fmf", "/t: {test: 'true', require: {url: '" + other + "'}}\n");
        try (FmfTests tests = discovery().discover()) {
            assertThatThrownBy(tests::root).isInstanceOf(IOException.class).hasMessageContaining("symbolic link");
        }
        assertThat(precious).isEmptyDirectory();
    }

    @Test
    void failedLibraryFetchIsErrorOfItsTest() throws Exception {
        Path foo = repository("libs/foo");
        write(foo, "main.fmf", "a: [\n");
        commit(foo);
        libraryFails("'library(foo/bar)'", "require: library(foo/bar): the tree of ");
    }

    // ---- tools

    private Discovery discovery() {
        return DiscoverySupport.libraryBase(
                Discovery.in(tree).cache(cache()), directory.resolve("libs").toString() + "/");
    }

    private RepositoryCache cache() {
        return RepositoryCache.at(directory.resolve("cache"));
    }

    private static List<String> names(Discovery discovery) throws Exception {
        try (FmfTests tests = discovery.discover()) {
            return tests.names();
        }
    }

    private void plan(String text) throws IOException {
        write(tree, "plan.fmf", text + "\n");
    }

    private Path repository(String name) throws Exception {
        Path made = Files.createDirectories(directory.resolve(name));
        git(made, "-c", "init.defaultBranch=master", "init", "-q");
        write(made, ".fmf/version", "1\n");
        return made;
    }

    private static void commit(Path repository) throws Exception {
        git(repository, "add", "-A");
        git(repository, "-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-q", "-m", "x");
    }

    private static void git(Path repository, String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of("git", "-C", repository.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
    }

    private static void write(Path where, String file, String text) throws IOException {
        Path path = where.resolve(file);
        if (!Files.isDirectory(path.getParent(), LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(path.getParent());
        }
        Files.writeString(path, text);
    }

    @Test
    void missingLibraryIsShownAsWritten() throws Exception {
        String written = "{type: library, url: /no/such/one, name: /lib, nick: 'a b'}";
        libraryFails(written, "test '/t': require: " + written + ": cannot fetch /no/such/one: ");
        libraryFails("{name: /lib, nick: x}", "{name: /lib, nick: x}: there is no '/lib' in this tree");
    }
}
