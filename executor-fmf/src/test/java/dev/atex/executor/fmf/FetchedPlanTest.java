package dev.atex.executor.fmf;

import static dev.atex.executor.fmf.WrittenTree.git;
import static dev.atex.executor.fmf.WrittenTree.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.executor.fmf.discovery.Discovery;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.findings.RefusedException;
import dev.atex.executor.fmf.metadata.Findings;
import dev.atex.executor.fmf.metadata.Origin;
import dev.atex.executor.fmf.plan.Phase;
import dev.atex.executor.fmf.plan.PlanMachine;
import dev.atex.executor.fmf.plan.reader.Expansion;
import dev.atex.executor.fmf.plan.reader.GivenNames;
import dev.atex.executor.fmf.plan.reader.PhaseReader;
import dev.atex.executor.fmf.plan.reader.PlanScope;
import dev.atex.executor.fmf.plan.reader.Provision;
import dev.atex.executor.fmf.plan.reader.SectionReader;
import dev.atex.fmf.Context;
import dev.atex.fmf.Places;
import dev.atex.fmf.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Plans that take something from repositories: themselves, branches, what has changed. */
@Timeout(120)
class FetchedPlanTest {
    @TempDir
    private Path directory;

    private WrittenTree tree;

    @BeforeEach
    void makeTree() throws IOException {
        tree = new WrittenTree(directory);
        tree.file("main.fmf", "/here: {test: 'true'}\n");
    }

    private Discovery plan(String text, String... context) throws IOException {
        tree.file("plan.fmf", text);
        return tree.discovery(context).plan("/plan");
    }

    private void fails(String plan, String message) throws IOException {
        Discovery discovery = plan(plan);
        assertThatThrownBy(discovery::discover)
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining("plan '/plan'")
                .hasMessageContaining(message);
    }

    @Test
    void disabledPlanFetchesNothing() throws Exception {
        Discovery discovery =
                plan("enabled: false\ndiscover: [{how: fmf, name: a, url: /nowhere/at/all}, {how: fmf, name: b}]\n")
                        .onlyLook();
        try (FmfTests tests = discovery.discover()) {
            assertThat(tests.findings()).anyMatch(finding -> finding.kind().equals("disabled"));
            assertThat(tests.names()).containsExactly("/b/here");
        }
    }

    // ---- import

    @Test
    void importedPlanUsesOwnTreeAndInheritsFromImporter() throws Exception {
        Path other = tree.repository(
                "other",
                Map.of(
                        "tests.fmf",
                        "test: 'true'\n/x: {}\n/y: {adjust: {when: distro == mine, enabled: false}}\n",
                        "vars",
                        "FROM_FILE=1\n",
                        "plans.fmf",
                        """
                        discover: {how: fmf}
                        environment-file: vars
                        environment: {A: theirs, B: theirs}
                        context: {distro: theirs, other: o}
                        /one: {prepare: {script: $@distro $@other}}
                        /two: {enabled: false}
                        """));
        String importing = """
                environment: {A: mine}
                context: {distro: mine}
                plan: {import: {url: "%s", name: /plans/o}}
                """.formatted(other);
        try (FmfTests tests = plan(importing).discover()) {
            assertThat(tests.names()).containsExactly("/tests/x");
            assertThat(tests.plan().name()).isEqualTo("/plan");
            assertThat(tests.plan().environment()).isEqualTo(Map.of("FROM_FILE", "1", "A", "mine", "B", "theirs"));
            assertThat(((Phase.Scripts) tests.plan().prepare().getFirst()).scripts())
                    .containsExactly("mine o");
            assertThat(tests.root().resolve("vars")).exists();
        }
        String alone = importing.replace("name: ", "inherit-environment: false, inherit-context: false, name: ");
        try (FmfTests tests = plan(alone).discover()) {
            assertThat(tests.plan().environment()).containsEntry("A", "theirs");
            assertThat(tests.names()).containsExactly("/tests/x", "/tests/y");
        }
        String adjusted = importing.replace("name: ", "adjust-plans: {environment+: {C: $A}}, name: ");
        try (FmfTests tests = plan(adjusted).discover()) {
            assertThat(tests.plan().environment()).containsEntry("C", "mine");
        }
        fails(importing.replace("/plans/o", "/nothing"), "there is: /plans/one, /plans/two");
        fails(
                importing.replace("/plans/o", "/plans").replace("import: {", "import: {scope: single-plan-only, "),
                "several plans");
        fails(importing + "prepare: {script: x}\n", "prepare: a plan that imports another has no steps of its own");
        fails("plan: {import: {name: /x}}\n", "it needs a 'url' and the 'name'");
        fails("plan: {import: {url: /no/such, name: /x}}\n", "plan.fmf:1: plan '/plan': import: cannot fetch /no/such");
        assertThatThrownBy(
                        () -> plan(importing.replace("/plans/o", "/plans/two")).discover())
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("plans.fmf:6 (" + other + "): plan '/plan' is disabled");
        assertThatThrownBy(() -> plan(importing + "enabled: false\n").discover())
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> plan(importing
                                .replace("/plans/o", "/plans")
                                .replace("import: {", "import: {scope: all-plans, "))
                        .discover())
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.kinds()).containsExactly("import"));
    }

    @Test
    void circularImportsAreRefused() throws Exception {
        Path other = tree.repository("other", Map.of("x", ""));
        WrittenTree.commit(other, Map.of("plan.fmf", "plan: {import: {url: '" + other + "', name: /plan}}\n"));
        fails("plan: {import: {url: '" + other + "', name: /plan}}\n", "plans import each other");
    }

    // ---- branches

    @Test
    void fileSelectsBranch() throws Exception {
        Path other = tree.repository(
                "other",
                Map.of(
                        "tests.fmf",
                        "/main: {test: 'true'}\n",
                        "which.yml",
                        "ref: $@distro\nadjust: {when: distro == none, ref: }\n"));
        git(other, "checkout", "-q", "-b", "fedora");
        WrittenTree.commit(other, Map.of("tests.fmf", "/branch: {test: 'true'}\n"));
        git(other, "checkout", "-q", "main");
        String plan = "discover: {url: '" + other + "', ref: '@which.yml'}\n";
        assertThat(names(plan(plan, "distro=fedora"))).containsExactly("/tests/branch");
        assertThat(names(plan(plan, "distro=none"))).containsExactly("/tests/main");
        assertThat(names(plan(plan + "context: {distro: fedora}\n"))).containsExactly("/tests/branch");
        fails(
                plan.replace("which", "no"),
                "there is no 'no.yml' in " + other + " at its default branch (look at 'ref')");
        fails(plan.replace("@which.yml", "@../../etc/hostname"), "etc/hostname");
        fails(plan.replace("@which.yml", "@.git/config"), "leads out of the repository");
        tree.file("main.fmf", "/here: {test: 'true', require: {url: '" + other + "', ref: '@which.yml', nick: n}}\n");
        try (FmfTests tests = plan("discover: {}\n", "distro=fedora").discover()) {
            assertThat(tests.tests().getFirst().mistake()).isEmpty();
            assertThat(Files.readString(tests.root().resolve("libs/n/tests.fmf")))
                    .contains("/branch");
        }
    }

    @Test
    void newCommitsOfRepositoryAreFound() throws Exception {
        Path other = tree.repository("other", Map.of("main.fmf", "/t: {test: 'true'}\n"));
        String plan = "discover: {url: '" + other + "', %s}\n";
        assertThat(names(plan(plan.formatted("ref: main")))).containsExactly("/t");
        WrittenTree.commit(
                other, Map.of("which.yml", "ref: later\n", "below/.fmf/version", "1\n", "below/x.fmf", "test: x\n"));
        git(other, "tag", "v1");
        git(other, "checkout", "-q", "-b", "later");
        WrittenTree.commit(other, Map.of("main.fmf", "/later: {test: 'true'}\n"));
        git(other, "checkout", "-q", "main");
        assertThat(names(plan(plan.formatted("ref: v1")))).containsExactly("/t");
        assertThat(names(plan(plan.formatted("ref: later")))).containsExactly("/later");
        WrittenTree.commit(
                other, Map.of("newer.yml", "ref: later\n", "new/.fmf/version", "1\n", "new/x.fmf", "test: x\n"));
        assertThat(names(plan(plan.formatted("ref: '@newer.yml'")))).containsExactly("/later");
        WrittenTree.commit(other, Map.of("newest/.fmf/version", "1\n", "newest/y.fmf", "test: x\n"));
        assertThat(names(plan(plan.formatted("ref: main, path: newest")))).containsExactly("/y");
    }

    @Test
    void missingPathInRepositoryIsReported() throws Exception {
        Path other = tree.repository("other", Map.of("main.fmf", "/t: {test: 'true'}\n"));
        git(other, "tag", "v1");
        String plan = "discover: {url: '" + other + "', %s}\n";
        fails(
                plan.formatted("path: /no/such"),
                "url: there is no '/no/such' in " + other + " at its default branch (look at 'path')");
        fails(
                plan.formatted("ref: v1, path: /main.fmf/x"),
                "there is no '/main.fmf/x' in " + other + " at v1 (look at 'path')");
        fails(
                plan.formatted("ref: nothing"),
                "cannot fetch " + other + " at nothing: there is no branch, tag or commit 'nothing' in it");
        tree.file("main.fmf", "/here: {test: 'true', require: {url: '" + other + "', path: /gone, nick: n}}\n");
        try (FmfTests tests = plan("discover: {how: fmf}\n").discover()) {
            assertThat(tests.tests().getFirst().mistake().orElseThrow()).contains("there is no '/gone' in " + other);
        }
    }

    @Test
    void oldNamesOfUrlAndRefAreAccepted() throws Exception {
        Path other = tree.repository("other", Map.of("main.fmf", "/t: {test: 'true'}\n"));
        assertThat(names(plan("discover: {repository: '" + other + "', revision: main}\n")))
                .containsExactly("/t");
    }

    @Test
    void pathWithoutUrlIsLocalDirectory() throws Exception {
        Path other = tree.repository("other", Map.of("main.fmf", "/t: {test: 'true'}\n"));
        assertThat(names(plan("discover: {path: '" + other + "'}\n"))).containsExactly("/t");
        fails("discover: {path: /no/such}\n", "discover: path: ");
    }

    @Test
    void shellTestsRunInFilesOfRepository() throws Exception {
        Path plain = directory.resolve("plain");
        WrittenTree.write(plain, "run.sh", "true\n");
        git(plain.toAbsolutePath(), "-c", "init.defaultBranch=main", "init", "-q");
        WrittenTree.commit(plain, Map.of());
        Discovery discovery =
                plan("discover: {how: shell, url: '" + plain + "', tests: [{name: t, test: ./run.sh}]}\n");
        try (FmfTests tests = discovery.discover()) {
            assertThat(tests.names()).containsExactly("/t");
            assertThat(tests.root().resolve("run.sh")).exists();
        }
    }

    @Test
    void fetchedPlanCannotNameThisHost() throws Exception {
        Path other = tree.repository("other", Map.of("plan.fmf", "discover: {path: /etc}\n"));
        PlanScope scope = new PlanScope(
                "/p",
                new Origin(Tree.of(Map.of("x", "")).top(), other, "elsewhere", new Places()),
                false,
                Context.empty(),
                new Expansion(Map.of(), Context.empty()),
                new GivenNames(Set.of()),
                Set.of(),
                new Findings(false));
        assertThatThrownBy(() -> new SectionReader(scope).read(Map.of("discover", Map.of("path", "/etc"))))
                .hasMessageContaining("is a directory of this host");
        assertThatThrownBy(() -> new SectionReader(scope).read(Map.of("discover", Map.of("url", other.toString()))))
                .hasMessageContaining("a repository on this host");
        Map<String, Object> playbook = Map.of("how", "ansible", "playbook", "file:///etc/x.yml");
        assertThatThrownBy(() -> new PhaseReader(scope).read(Map.of("prepare", playbook), "prepare"))
                .hasMessageContaining("is a file of this host");
        Map<String, Object> script = Map.of("script", "x", "url", other.toString());
        assertThatThrownBy(() -> new PhaseReader(scope).read(Map.of("prepare", script), "prepare"))
                .hasMessageContaining("a repository on this host");
        Map<String, Object> host = Map.of("how", "connect", "guest", "h", "key", "/root/.ssh/id");
        assertThat(Provision.read(scope, Map.of("provision", host)).machine())
                .isInstanceOf(PlanMachine.Unavailable.class);
    }

    // ---- what has changed

    @Test
    void modifiedOnlySelectsChangedTests() throws Exception {
        Path root = tree.root();
        tree.file("a/main.fmf", "test: 'true'\n")
                .file("b/main.fmf", "test: 'true'\n")
                .file("bb/main.fmf", "test: 'true'\n")
                .file("main.fmf", "")
                .file("plan.fmf", "discover: {modified-only: true}\n");
        git(root, "-c", "init.defaultBranch=main", "init", "-q");
        WrittenTree.commit(root, Map.of());
        git(root, "checkout", "-q", "-b", "topic");
        try (FmfTests tests = tree.discovery().plan("/plan").discover()) {
            assertThat(tests.names()).isEmpty();
            assertThat(tests.isNothingModified()).isTrue();
            assertThat(WrittenTree.shown(tests.findings())).containsExactly("NOTE nothing-modified plan.fmf:1");
        }
        WrittenTree.commit(root, Map.of("a/file", "x"));
        assertThat(names(tree.discovery().plan("/plan"))).containsExactly("/a");
        WrittenTree.commit(root, Map.of("b/file", "x"));
        // as the reference has it: by the beginning of the name
        assertThat(names(tree.discovery().plan("/plan"))).containsExactly("/a", "/b", "/bb");
        tree.file("plan.fmf", "discover: {modified-only: true, modified-ref: 'topic~1', test: [/bb, /a]}\n");
        assertThat(names(tree.discovery().plan("/plan"))).containsExactly("/bb", "/a", "/b");
        tree.file("plan.fmf", "discover: {modified-only: true, modified-ref: nowhere}\n");
        assertThatThrownBy(() -> tree.discovery().plan("/plan").discover())
                .hasMessageContaining("plan.fmf:1: plan '/plan': discover: modified-only: there is no branch");
    }

    @Test
    void nonUtf8NamesAreAccepted() throws Exception {
        Path root = tree.root();
        tree.file("a/main.fmf", "test: 'true'\n")
                .file("b/main.fmf", "test: 'true'\n")
                .file("main.fmf", "");
        git(root, "-c", "init.defaultBranch=main", "init", "-q");
        WrittenTree.commit(root, Map.of());
        git(root, "checkout", "-q", "-b", "topic");
        Process script = new ProcessBuilder("sh", "-c", "printf x > \"$(printf 'a/caf\\351')\"")
                .directory(root.toFile())
                .start();
        assertThat(script.waitFor()).isZero();
        WrittenTree.commit(root, Map.of());
        assertThat(names(plan("discover: {modified-only: true}\n"))).containsExactly("/a");
    }

    @Test
    void changesSinceAnotherRepository() throws Exception {
        Path root = tree.root();
        tree.file("a/main.fmf", "test: 'true'\n")
                .file("b/main.fmf", "test: 'true'\n")
                .file("main.fmf", "");
        git(root, "-c", "init.defaultBranch=main", "init", "-q");
        WrittenTree.commit(root, Map.of());
        Path upstream = directory.resolve("upstream");
        git(directory, "clone", "-q", root.toString(), upstream.toString());
        WrittenTree.commit(root, Map.of("b/file", "x"));
        String plan = "discover: {modified-only: true, modified-url: '" + upstream + "'%s}\n";
        assertThat(names(plan(plan.formatted("")))).containsExactly("/b");
        assertThat(names(plan(plan.formatted(", modified-ref: main")))).containsExactly("/b");
        assertThat(names(plan(plan.formatted(", modified-ref: reference/main"))))
                .containsExactly("/b");
        Path elsewhere = directory.resolve("elsewhere");
        git(directory, "clone", "-q", root.toString(), elsewhere.toString());
        WrittenTree.commit(elsewhere, Map.of("a/file", "x"));
        String fetched = "discover: {url: '%s', modified-only: true, modified-url: '%s'}\n";
        assertThat(names(plan(fetched.formatted(elsewhere, root)))).containsExactly("/a");
    }

    @Test
    void gitConfigurationOfTreeRunsNothing() throws Exception {
        Path root = tree.root();
        tree.file("a/main.fmf", "test: 'true'\n").file("main.fmf", "");
        git(root, "-c", "init.defaultBranch=main", "init", "-q");
        WrittenTree.commit(root, Map.of());
        git(root, "checkout", "-q", "-b", "topic");
        WrittenTree.commit(root, Map.of("a/file", "x"));
        Path trace = directory.resolve("trace");
        String command = "touch " + trace + "; false";
        for (String key : List.of(
                "core.fsmonitor",
                "core.pager",
                "core.sshCommand",
                "diff.external",
                "uploadpack.packObjectsHook",
                "log.showSignature",
                "gpg.program",
                "credential.helper",
                "core.gitProxy")) {
            git(root, "config", key, key.equals("log.showSignature") ? "true" : "!" + command);
        }
        WrittenTree.write(root, ".gitattributes", "* diff=evil filter=evil\n");
        git(root, "config", "diff.evil.textconv", command);
        git(root, "config", "filter.evil.smudge", command);
        assertThat(names(plan("discover: {modified-only: true}\n"))).containsExactly("/a");
        assertThat(trace).doesNotExist();
    }

    @Test
    void treeWithoutRepositoryHasNoChanges() throws Exception {
        fails("discover: {modified-only: true}\n", "modified-only: the tree is not in a git repository");
    }

    @Test
    void failedComparisonIsReportedInOneLine() throws Exception {
        Path root = tree.root();
        tree.file("a/main.fmf", "test: 'true'\n").file("main.fmf", "");
        git(root, "-c", "init.defaultBranch=main", "init", "-q");
        WrittenTree.commit(root, Map.of());
        Path gone = directory.resolve("gone");
        tree.file("plan.fmf", "discover: {modified-only: true, modified-url: '" + gone + "'}\n");
        assertThatThrownBy(() -> tree.discovery().plan("/plan").discover())
                .hasMessageContaining("plan.fmf:1: plan '/plan': discover: modified-only: cannot fetch " + gone + ": ")
                .message()
                .doesNotContain("\n", "Command", "non-zero");
    }

    @Test
    void missingDirectoryIsReported() throws Exception {
        fails("discover: {path: /no/such/directory}\n", "path: there is no directory '/no/such/directory'");
    }
}
