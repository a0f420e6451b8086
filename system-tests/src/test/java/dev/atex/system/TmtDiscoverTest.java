package dev.atex.system;

import static dev.atex.system.Row.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The step {@code discover} of plans. */
@Timeout(300)
class TmtDiscoverTest {
    private static final String SOME = """
        test: echo $TMT_TEST_NAME
        duration: 1m
        /a: {tag: [quick], tier: 1, link: {verifies: 'https://x/1'}}
        /b: {tag: slow, link: [{relates: 'https://x/2'}]}
        /c: {}
        """;

    @TempDir
    private Path directory;

    private static Row plan(String name, String discover) {
        return row(name)
                .file("t.fmf", SOME)
                .plan("discover:\n  " + discover.strip().replace("\n", "\n  ") + "\n");
    }

    /** The plan's tests are those of a repository beside the tree, {@code other}, with two commits. */
    private static Row url(String name, String more) {
        return row(name)
                .beside("other/.fmf/version", "1\n")
                .beside("other/one.fmf", "{test: 'true', duration: 1m}\n")
                .beside("other/sub/.fmf/version", "1\n")
                .beside("other/sub/deep.fmf", "{test: 'true', duration: 1m}\n")
                .git("other")
                .bash("cd other; git tag first; echo '{test: \"true\", duration: 1m}' > two.fmf; git add -A; git"
                        + " commit -q -m two")
                .plan("discover: {how: fmf, url: '@DIR@/other'" + more + "}\n");
    }

    /** Some time after it was fetched there is another commit. */
    private static Row again(String name, String first) {
        return url(name, "").bash(first).discover().names("/one", "/two").then(done -> {
            Row.bash(done.directory(), """
                at=other
                [ ! -e deep ] || at=deep
                cp $at/one.fmf $at/three.fmf
                git -C $at add -A
                git -C $at commit -q -m three
                [ $at = other ] || { rm -r other; git clone -q --depth 1 file://$PWD/deep other; }
                find cache -name FETCH_HEAD -exec touch -d '1 hour ago' {} +
                """);
            assertThat(Atex.in(done.directory())
                            .with(Map.of(
                                    "FMF_CACHE_DIRECTORY",
                                    done.directory().resolve("cache").toString()))
                            .call("discover", "--root", "tree", "--plan", "/plan")
                            .expect(0)
                            .out())
                    .isEqualTo("/one\n/three\n/two\n");
        });
    }

    @TestFactory
    Stream<DynamicTest> selecting() {
        return Rows.of(
                directory,
                plan("how: fmf", "how: fmf").discover().names("/t/a", "/t/b", "/t/c"),
                plan("test", "test: /[ab]$").discover().names("/t/a", "/t/b"),
                plan("a list of tests keeps its order", "test: [/c, /a]")
                        .discover()
                        .names("/t/c", "/t/a"),
                plan(
                                "a mapping in test",
                                "test: [{name: /a, tag: new}, {name: /b, enabled: false}, /c]\nfilter: 'tag: new'")
                        .discover()
                        .names("/t/a"),
                plan("-t narrows", "test: [/c, /a]").discover("-t", "/[ab]$").names("/t/a"),
                plan("-t never adds", "test: [/c, /a]").dryRun("-t", "/b$").mistake("no test is selected"),
                plan("include", "include: [/b, /c]\ntest: [/c, /a]").discover().names("/t/c"),
                plan("exclude", "exclude: /b").discover().names("/t/a", "/t/c"),
                plan("exclude keeps the order", "test: [/c, /b, /a]\nexclude: [/b]")
                        .discover()
                        .names("/t/c", "/t/a"),
                plan("filter", "filter: 'tag: quick'").discover().names("/t/a"),
                plan("all of the filters", "filter: ['tag: quick', 'tier: 2']")
                        .dryRun()
                        .mistake("no test is selected"),
                plan("a test without the key is left out", "filter: 'tier: -2'")
                        .discover()
                        .names("/t/a"),
                plan("a bad filter", "filter: 'tag: ('").dryRun().mistake("discover: filter 'tag: (': "),
                plan("link", "link: 'relates:x/2$'").discover().names("/t/b"),
                plan("link without a relation", "link: ['https://x/']")
                        .discover()
                        .names("/t/a", "/t/b"),
                plan("a bad pattern", "test: '('").dryRun().mistake("plan '/plan': discover: "),
                plan(
                                "adjust-tests",
                                "adjust-tests:\n"
                                        + "  - {enabled: false, when: distro == x}\n"
                                        + "  - {tag: new}\n"
                                        + "filter: 'tag: new'\n"
                                        + "test: /a")
                        .discover()
                        .names("/t/a"),
                plan("adjust-tests with when", "adjust-tests:\n  - {enabled: false, when: distro == x}")
                        .dryRun("-c", "distro=x")
                        .mistake("no test is selected"),
                plan(
                                "adjust-tests changes what runs",
                                "test: /a\nadjust-tests: {environment+: {A: b}, test+: '; echo $A'}")
                        .run()
                        .prints("/t/a", "/t/a", "b"),
                plan("require-test", "test: /a\nrequire-test: [/t/a, /t/b]")
                        .discover()
                        .names("/t/a"),
                plan("require-test that is not there", "require-test: [/t/a, /gone]")
                        .dryRun()
                        .mistake("require-test: there is no test /gone"),
                plan("prune, fmf-id", "prune: true\nfmf-id: false\ntest: /a")
                        .discover()
                        .names("/t/a"),
                plan("sync-repo", "sync-repo: true\ntest: /a")
                        .discover()
                        .names("/t/a")
                        .told("note: a discover phase has 'sync-repo'"),
                plan("dist-git-source", "dist-git-source: true").dryRun().mistake("'dist-git-source'", "[dist-git]"),
                plan("url-content-type", "url: https://x/y.tar\nurl-content-type: archive")
                        .dryRun()
                        .mistake("[archive]"));
    }

    @TestFactory
    Stream<DynamicTest> elsewhere() {
        return Rows.of(
                directory,
                url("url", "").discover().names("/one", "/two"),
                url("ref", ", ref: first").discover().names("/one"),
                url("ref: HEAD~1", ", ref: HEAD~1").discover().names("/one"),
                url("ref: a commit", ", ref: COMMIT")
                        .bash("sed -i s/COMMIT/$(git -C other rev-parse HEAD~1)/ tree/plan.fmf")
                        .discover()
                        .names("/one"),
                url("ref that is not there", ", ref: gone").dryRun().mistake("gone"),
                url("path", ", path: /sub").discover().names("/deep"),
                url("path and ref, run", ", path: /sub, ref: first").run().result("/deep", "pass"),
                url("path that is not there", ", path: /gone").dryRun().mistake("/gone"),
                url("a shallow repository", "")
                        .bash("git clone -q --depth 1 file://$PWD/other shallow; rm -r other; mv shallow other")
                        .discover()
                        .names("/one", "/two"),
                url("a shallow repository, ref: HEAD~1", ", ref: HEAD~1")
                        .bash("git clone -q --depth 2 file://$PWD/other shallow; rm -r other; mv shallow other")
                        .discover()
                        .names("/one"),
                url("ref: HEAD~1 over a protocol", ", ref: HEAD~1")
                        .bash("sed -i s,@DIR@,file://@DIR@, tree/plan.fmf")
                        .discover()
                        .names("/one"),
                again("fetched again", ""),
                again(
                        "a shallow repository, fetched again",
                        "git clone -q --depth 1 file://$PWD/other shallow; mv other deep; mv shallow other"),
                url("repository, revision", "")
                        .plan("discover: {how: fmf, repository: '@DIR@/other', revision: first}\n")
                        .discover()
                        .names("/one"),
                row("path without url")
                        .beside("here/.fmf/version", "1\n")
                        .beside("here/t.fmf", "test: 'true'\n")
                        .plan("discover: {how: fmf, path: here}\n")
                        .discover()
                        .names("/t"),
                row("an absolute path without url")
                        .beside("here/.fmf/version", "1\n")
                        .beside("here/t.fmf", "{test: 'true', duration: 1m}\n")
                        .plan("discover: {how: fmf, path: '@DIR@/here'}\n")
                        .run()
                        .result("/t", "pass"),
                row("ref without url")
                        .test("t", "true")
                        .plan("discover: {how: fmf, ref: x}\n")
                        .discover()
                        .names("/t")
                        .told("note: a discover phase has a 'ref' without a 'url'"),
                url("ref: @FILE", ", ref: '@sub/ref.fmf'")
                        .bash("cd other; echo 'ref: first' > sub/ref.fmf; git add -A; git commit -q -m ref")
                        .discover()
                        .names("/one"),
                url("ref: @FILE with adjust", ", ref: '@ref.fmf'")
                        .bash("cd other; printf 'ref: main\\n"
                                + "adjust: {ref: first, when: distro == old}\\n"
                                + "' > ref.fmf; git add -A; git commit -q -m ref")
                        .discover("-c", "distro=old")
                        .names("/one"),
                url("ref: @FILE is put in", ", ref: '@ref.fmf'")
                        .bash("cd other; echo 'ref: $WHICH' > ref.fmf; git add -A; git commit -q -m ref")
                        .file(
                                "plan.fmf",
                                "environment: {WHICH: first}\n"
                                        + "discover: {how: fmf, url: '@DIR@/other', ref: '@ref.fmf'}\n")
                        .discover()
                        .names("/one"),
                url("ref: @FILE without ref", ", ref: '@ref.fmf'")
                        .bash("cd other; echo '{}' > ref.fmf; git add -A; git commit -q -m ref")
                        .discover()
                        .names("/one", "/two"),
                url("ref: @FILE where no rule holds", ", ref: '@ref.fmf'")
                        .bash("cd other; echo 'adjust: {ref: first, when: distro == old}' > ref.fmf; git add -A; git"
                                + " commit -q -m ref")
                        .discover()
                        .names("/one", "/two"),
                url("ref: @FILE that is missing", ", ref: '@gone.fmf'").dryRun().mistake("gone.fmf"),
                row("a library's ref: @FILE")
                        .beside("lib/.fmf/version", "1\n")
                        .beside("lib/main.fmf", "/old: {test: x, enabled: false, require: [from-old]}\n")
                        .git("lib")
                        .bash("cd lib; git tag first; echo 'ref: first' > ref.fmf; echo '/new: {test: x}' >"
                                + " main.fmf; git add -A; git commit -q -m two")
                        .file(
                                "t.fmf",
                                "test: ls $TMT_TREE/libs/lib\n"
                                        + "duration: 1m\n"
                                        + "require: [{url: '@DIR@/lib', name: /old, ref: '@ref.fmf'}]\n")
                        .command("requires", "--root", "tree")
                        .out("from-old"));
    }

    private static Row changed(String name, String more) {
        return row(name)
                .file("a/main.fmf", "test: 'true'\n")
                .file("b/main.fmf", "test: 'true'\n")
                .plan("discover: {how: fmf, modified-only: true" + more + "}\n")
                .git("tree")
                .bash("cd tree; git checkout -q -b work; echo x > b/file; git add -A; git commit -q -m two");
    }

    @TestFactory
    Stream<DynamicTest> modified() {
        return Rows.of(
                directory,
                changed("modified-only", "").discover().names("/b"),
                changed("modified-ref", ", modified-ref: HEAD")
                        .discover()
                        .told(
                                "note: nothing has changed that a discover phase with 'modified-only' has tests for",
                                "atex: no test is affected by the changes (plan '/plan': modified-only): nothing to do"),
                changed("modified-ref: HEAD~1", ", modified-ref: HEAD~1")
                        .discover()
                        .names("/b"),
                changed("modified-url", ", modified-url: '@DIR@/origin'")
                        .bash("git clone -q tree origin; cd origin; git checkout -q main; git branch -q -D work")
                        .discover()
                        .names("/b")
                        .then(done -> assertThat(done.directory().resolve("tree/.git/config"))
                                .content()
                                .doesNotContain("reference")),
                changed("a shallow tree", ", modified-ref: HEAD~1")
                        .bash("git clone -q --depth 2 file://$PWD/tree shallow; rm -r tree; mv shallow tree")
                        .discover()
                        .names("/b"),
                changed("a shallow modified-url", ", modified-url: '@DIR@/origin'")
                        .bash("git -C tree checkout -q main; git clone -q --depth 1 file://$PWD/tree origin; git -C"
                                + " tree checkout -q work")
                        .discover()
                        .names("/b"),
                changed("together with test", ", test: /a").discover().names("/a", "/b"),
                changed("each once", ", test: [/b, /a]")
                        .discover()
                        .then(done -> assertThat(done.result().out().lines()).containsExactlyInAnyOrder("/a", "/b")),
                changed("nothing has changed is no failure", "")
                        .bash("cd tree; git checkout -q main")
                        .run()
                        .told(
                                "note: nothing has changed that a discover phase with 'modified-only' has tests for",
                                "atex: no test is affected by the changes (plan '/plan': modified-only): nothing to do"),
                row("without git")
                        .file("a/main.fmf", "test: 'true'\n")
                        .plan("discover: {how: fmf, modified-only: true}\n")
                        .dryRun()
                        .mistake("modified-only: the tree is not in a git repository"));
    }

    @TestFactory
    Stream<DynamicTest> shell() {
        return Rows.of(
                directory,
                row("tests of a plan")
                        .file("here", "")
                        .file("sub/x", "")
                        .plan("""
                            discover:
                              how: shell
                              tests:
                                - {name: one, test: ls, duration: 1m}
                                - {name: /two, test: ls; echo $A, path: /sub, environment: {A: a}}
                                - {name: off, test: x, enabled: false}
                                - {name: adjusted, test: x, adjust: {test: echo adjusted}}
                            """)
                        .run()
                        .prints("/one", "here", "plan.fmf", "sub")
                        .prints("/two", "x", "a")
                        .prints("/adjusted", "adjusted")
                        .then(done -> assertThat(Tree.own(done.run())).hasSize(3)),
                url("tests of a plan in another tree", "")
                        .plan("discover: {how: shell, url: '@DIR@/other', ref: first, tests: [{name: x, test: ls}]}\n")
                        .run()
                        .prints("/x", "one.fmf", "sub"),
                row("keep-git-metadata")
                        .plan("discover: {how: shell, keep-git-metadata: true, tests: [{name: x, test: ls}]}\n")
                        .discover()
                        .names("/x")
                        .told("note: a discover phase has 'keep-git-metadata'"),
                row("a mistake in one of them")
                        .plan("discover: {how: shell, tests: [{name: x, test: 'true', duration: 5q}, {name: y, test:"
                                + " 'true'}]}\n")
                        .run()
                        .exits(3)
                        .told("mistake: test '/x': duration '5q'")
                        .result("/x", "infra")
                        .result("/y", "pass"),
                row("without a name")
                        .plan("discover: {how: shell, tests: [{test: x}]}\n")
                        .dryRun()
                        .mistake("tests: number 1 needs a 'name'"));
    }

    @TestFactory
    Stream<DynamicTest> names() {
        return Rows.of(
                directory,
                plan("several phases", "- {name: one, test: /a}\n- {test: /b}")
                        .discover()
                        .names("/one/t/a", "/default-1/t/b"),
                plan("several unnamed phases", "- {test: /a}\n- {test: /b}")
                        .discover()
                        .names("/default-0/t/a", "/default-1/t/b"),
                plan("inactive phases count", "- {test: /a, when: x == y}\n- {test: /b}")
                        .discover()
                        .names("/default-1/t/b")
                        .told("note: a discover phase is off"),
                plan("a single phase with a name is told", "name: one\ntest: /a")
                        .discover()
                        .names("/one/t/a")
                        .told("note: tests are below '/one', the name of the only discover phase"),
                plan("a single phase in a list", "- {test: /a}").discover().names("/t/a"),
                row("TMT_TREE with several phases")
                        .file("t.fmf", "{test: 'ls $TMT_TREE', duration: 1m}\n")
                        .plan("discover: [{name: one}, {name: two, test: /none}]\n")
                        .run()
                        .told("note: test pattern '/none' of plan '/plan' selects nothing")
                        .prints("/one/t", "one", "two"),
                url("the plan's own tree at TMT_TREE", "")
                        .file("setup.sh", "echo said it\n")
                        .plan("discover: [{name: one, url: '@DIR@/other'}, {name: two, url: '@DIR@/other'}]\n"
                                + "prepare: {script: bash setup.sh}\n")
                        .run()
                        .then(done -> assertThat(done.log("-prepare.log")).contains("said it")));
    }
}
