package dev.atex.system;

import static dev.atex.system.Row.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The other keys of tests, and the order in which tests run. */
@Timeout(300)
class TmtTestKeysTest {
    private static final String SOME =
            "/: {inherit: false}\ntest: 'true'\n/a: {}\n/b: {order: 10}\n/c: {order: -1}\n/d: {}\n";

    @TempDir
    private Path directory;

    @TestFactory
    Stream<DynamicTest> order() {
        return Rows.of(
                directory,
                row("by order, then by name")
                        .file("main.fmf", "test: 'true'\n/a: {}\n/b: {order: 10}\n/c: {order: -1}\n/d: {}\n")
                        .discover()
                        .names("/c", "/b", "/a", "/d"),
                row("order is kept by a run")
                        .file("main.fmf", "test: 'echo $TMT_TEST_NAME >> @DIR@/log'\n/a: {}\n/b: {order: 10}\n")
                        .run()
                        .then(done ->
                                assertThat(done.directory().resolve("log")).hasContent("/b\n/a"))
                        .told(),
                row("order must be a number")
                        .file("t.fmf", "test: 'true'\norder: first\n")
                        .discover()
                        .names("/t")
                        .told("mistake: test '/t': order: expected a whole number, not 'first' (t.fmf:2)"),
                row("discover phases by their order")
                        .file("t.fmf", SOME)
                        .plan("discover: [{test: /a, order: 90}, {test: /b, name: mine}, {test: /d}]\n")
                        .discover()
                        .names("/mine/t/b", "/default-2/t/d", "/default-0/t/a"),
                row("pattern by pattern")
                        .file("t.fmf", SOME)
                        .plan("discover: {test: ['/[bcd]$', /a]}\n")
                        .discover()
                        .names("/t/c", "/t/b", "/t/d", "/t/a"),
                row("found twice, run twice")
                        .file("t.fmf", "test: 'echo $TMT_TEST_NAME $TMT_TEST_SERIAL_NUMBER'\n/a: {}\n/b: {}\n")
                        .plan("discover: {test: [/a, /b, /a]}\n")
                        .run("--one-machine")
                        .prints("/t/a", "/t/a 1")
                        .prints("/t/b", "/t/b 2")
                        .prints("/t/a#2", "/t/a 3"),
                row("shell tests by order, then as written")
                        .plan("discover: {how: shell, tests: [{name: z, test: x}, {name: y, test: x}, {name: first,"
                                + " test: x, order: 1}]}\n")
                        .discover()
                        .names("/first", "/z", "/y"),
                row("scripts as written")
                        .plan("execute: {script: [one, two, three]}\n")
                        .discover()
                        .names("/script-00", "/script-01", "/script-02"),
                row("told where it is only that of starting")
                        .file("t.fmf", SOME)
                        .plan("discover: {test: [/d, /a]}\n")
                        .command("run", "--root", "tree", "--dry-run", "--plan", "/plan", "--provision", "local,max=2")
                        .told("note: the tests have an order of their own, but may run at the same time"),
                row("not told on one machine")
                        .file("t.fmf", SOME)
                        .plan("discover: {test: [/d, /a]}\n")
                        .command("run", "--root", "tree", "--dry-run", "--plan", "/plan", "--one-machine")
                        .out("/t/d\n/t/a\n"));
    }

    @TestFactory
    Stream<DynamicTest> keys() {
        return Rows.of(
                directory,
                row("path")
                        .file("sub/dir/here", "")
                        .file("t.fmf", "{test: 'ls', path: /sub/dir}\n")
                        .run()
                        .prints("/t", "here"),
                row("path without /")
                        .file("sub/dir/here", "")
                        .file("t.fmf", "test: ls\npath: sub/dir\n")
                        .run()
                        .told("note: a test's 'path' does not begin with '/': it is relative to the root of the tree"
                                + " (t.fmf:2)")
                        .prints("/t", "here"),
                row("no path")
                        .file("sub/here", "")
                        .file("sub/t.fmf", "{test: ls}\n")
                        .run()
                        .prints("/sub/t", "here", "t.fmf"),
                row("path is missing")
                        .file("t.fmf", "{test: 'true', path: /sub}\n")
                        .test("other", "true")
                        .run()
                        .exits(3)
                        .told("mistake: test '/t': path '/sub' is no directory of the tree (t.fmf:1)")
                        .result("/t", "infra", "path '/sub' is no directory")
                        .result("/other", "pass"),
                row("framework shell")
                        .file("t.fmf", "{test: 'false; echo not reached', framework: shell}\n")
                        .run()
                        .exits(1)
                        .result("/t", "fail")
                        .prints("/t"),
                FakeTools.dnf(row("framework beakerlib: without -e"), "beakerlib", "beakerlib-redhat")
                        .file("t.fmf", "{test: 'false; false | true; echo reached', framework: beakerlib}\n")
                        .run()
                        .result("/t", "pass")
                        .prints("/t", "reached"),
                row("framework another")
                        .file("t.fmf", "test: 'true'\nframework: other\n")
                        .discover()
                        .names("/t")
                        .told("mistake: test '/t': framework: "),
                row("require of a file")
                        .file("data/x", "")
                        .file("t.fmf", "test: ls /dev/null ../tests/data\nrequire: {type: file, pattern: /data/*}\n")
                        .run()
                        .prints("/t", "/dev/null", "", "../tests/data:", "x"),
                row("a pattern that matches nothing")
                        .file("t.fmf", "test: 'true'\nrequire:\n  - {type: file, pattern: /data/*}\n")
                        .discover()
                        .names("/t")
                        .told("note: a test requires files by a pattern that nothing matches"),
                row("destination of a library")
                        .file("lib/main.fmf", "test: ./x.sh\nenabled: false\n")
                        .file(
                                "t.fmf",
                                "test: 'true'\nrequire: [{type: library, nick: n, name: /lib, destination: /opt}]\n")
                        .discover()
                        .names("/t")
                        .told(
                                "note: a library's 'destination' is ignored: it is copied to where rlImport looks (t.fmf:2)"),
                row("a library that is recommended")
                        .file("t.fmf", "test: 'true'\nrecommend: [{type: library, url: 'https://x/y', name: /z}]\n")
                        .dryRun()
                        .mistake("[library]", "recommend: a library can only be required"),
                row("recommend of another type passes")
                        .file("t.fmf", "test: 'true'\nrecommend: [{type: file, pattern: /t.fmf}]\n")
                        .dryRun()
                        .out("/t\n"),
                row("tty")
                        .file("t.fmf", "{test: 'tty >/dev/null; test -t 1; echo $TERM $(stty size)', tty: true}\n")
                        .run()
                        .then(done -> assertThat(done.file("t/output.txt")).contains("vt100 24 80")),
                row("no tty")
                        .file("t.fmf", "{test: '! test -t 1; cat'}\n")
                        .run()
                        .result("/t", "pass"),
                row("restart-on-exit-code")
                        .file("t.fmf", """
                            restart-on-exit-code: [3, 7]
                            restart-max-count: 2
                            test: |
                              echo $TMT_TEST_RESTART_COUNT $TMT_REBOOT_COUNT
                              echo $TMT_TEST_RESTART_COUNT >> $TMT_TEST_DATA/counts
                              exit $((TMT_TEST_RESTART_COUNT == 0 ? 3 : TMT_TEST_RESTART_COUNT == 1 ? 7 : 0))
                            """)
                        .run()
                        .result("/t", "pass")
                        .prints("/t", "0 0", "1 0", "2 0")
                        .stores("t/counts", "0\n1\n2\n"),
                row("one restart more than restart-max-count")
                        .file("t.fmf", "{test: 'echo x; exit 3', restart-on-exit-code: 3}\n")
                        .run()
                        .exits(1)
                        .result("/t", "error", "maximum restart attempts exceeded")
                        .prints("/t", "x", "x"),
                row("restart-max-count is bounded")
                        .file("t.fmf", "test: 'true'\nrestart-on-exit-code: 3\nrestart-max-count: 11\n")
                        .discover()
                        .names("/t")
                        .told("mistake: test '/t': restart-max-count: "),
                row("restart-with-reboot is told")
                        .file("t.fmf", "test: 'true'\nrestart-on-exit-code: 3\nrestart-with-reboot: true\n")
                        .discover()
                        .names("/t")
                        .told("note: a test's 'restart-with-reboot' is done by 'reboot -f'"),
                row("enabled")
                        .file(
                                "main.fmf",
                                "test: 'true'\n/off: {enabled: false}\n/zero: {enabled: 0}\n/on: {enabled: true}\n")
                        .discover()
                        .names("/on"),
                row("enabled is no text")
                        .file("t.fmf", "test: 'true'\nenabled: 'false'\n")
                        .discover()
                        .names("/t")
                        .told("mistake: test '/t': enabled: expected true or false, not 'false' (t.fmf:2)"),
                row("manual")
                        .file(
                                "main.fmf",
                                "test: 'true'\n/hand: {manual: true}\n/one: {manual: 1}\n/on: {manual: false}\n")
                        .discover()
                        .names("/on"),
                row("tag, tier, component are for filters")
                        .file(
                                "main.fmf",
                                "test: 'true'\n/a: {tag: [x, y], tier: 1, component: c}\n/b: {tag: x, tier: '1'}\n")
                        .discover("--filter", "tag:x & tier:1 & component:c")
                        .names("/a"),
                row("tier is text")
                        .file("main.fmf", "test: 'true'\n/a: {tier: 1}\n/b: {tier: '1'}\n/c: {tier: 2}\n")
                        .discover("--filter", "tier:1")
                        .names("/a", "/b"),
                row("environment")
                        .file("t.fmf", "{test: 'echo $A $B', environment: {A: 1, B: x y}}\n")
                        .run()
                        .prints("/t", "1 x y"),
                row("environment as a list")
                        .file("t.fmf", "{test: 'echo $A $B', environment: [{A: 1}, {B: 2}]}\n")
                        .run()
                        .prints("/t", "1 2"),
                row("keys without effect")
                        .file(
                                "t.fmf",
                                "{test: 'true', id: x, link: 'https://x', author: a, contact: c, summary: s,"
                                        + " description: d, relevancy: r, extra-thing: 1, own-thing: 2}\n")
                        .discover()
                        .names("/t"),
                row("a story is no test")
                        .file("main.fmf", "/story: {story: x, test: 'true'}\n/on: {test: 'true'}\n")
                        .discover()
                        .names("/on"),
                row("a misspelt key")
                        .file("main.fmf", "test: 'true'\n/a:\n    duraton: 5m\n/b: {duraton: 5m}\n/c: {requires: x}\n")
                        .discover()
                        .names("/a", "/b", "/c")
                        .told(
                                "note: a test has an unknown key 'duraton' (did you mean 'duration'?) (2 times, first"
                                        + " main.fmf:3)",
                                "note: a test has an unknown key 'requires' (did you mean 'require'?) (main.fmf:5)"),
                row("unknown keys are for lint")
                        .file("plan.fmf", "discover: {how: fmf}\n")
                        .file("t.fmf", "test: 'true'\nwhere: x\nserialnumber: 1\nown-thing: 1\nextra-x: 1\n")
                        .lint()
                        .out("'where'", "'serialnumber'", "'own-thing'"),
                row("strict")
                        .file("t.fmf", "test: 'true'\nduraton: 5m\n")
                        .dryRun("--strict")
                        .mistake("did you mean 'duration'?"),
                row("only what is selected is told")
                        .file("a.fmf", "test: 'true'\nduraton: 5m\n")
                        .test("b", "true")
                        .discover("-t", "/b")
                        .names("/b"));
    }

    private static Row checked(String name, String check) {
        return row(name)
                .file("t.fmf", "test: 'true'\nduration: 1m\ncheck: " + check + "\n")
                .run();
    }

    private static Row journal(String name, String check, String text) {
        return FakeTools.tool(
                        checked(name, check),
                        "journalctl",
                        "echo \"$@\" >> @DIR@/called\n"
                                + "[[ $* == *show-cursor* ]] && echo '-- cursor: s=1' || [[ $* == *'-n 0'* ]] || cat"
                                + " @DIR@/journal")
                .beside("journal", text);
    }

    @TestFactory
    Stream<DynamicTest> checks() {
        return Rows.of(
                directory,
                checked("watchdog", "watchdog")
                        .told("note: a test's check 'watchdog' is not supported: its result is 'skip' (t.fmf:3)")
                        .subtests("/t", "check/watchdog skip")
                        .result("/t", "pass"),
                checked("unknown", "other")
                        .exits(3)
                        .told("mistake: test '/t': check: ")
                        .result("/t", "infra", "TestSetupError(check: "),
                checked("a pattern that only Python has", "{how: dmesg, failure-pattern: '(?i)x'}")
                        .exits(3)
                        .told("mistake: test '/t': check: ")
                        .result("/t", "infra", "cannot be translated for bash"),
                checked("a watchdog that is off", "[{how: watchdog, enabled: false}]")
                        .subtests("/t"),
                checked("dmesg", "dmesg")
                        .then(done -> assertThat(Tree.results(done.run()))
                                .filteredOn(line -> "check/dmesg".equals(line.subtest()))
                                .singleElement()
                                .satisfies(line -> assertThat(
                                                line.status().equals("pass")
                                                        ? line.files().equals(List.of("dmesg.txt"))
                                                        : line.status().equals("skip") && line.note() != null)
                                        .as("%s", line)
                                        .isTrue())),
                checked("not enabled", "[{how: dmesg, enabled: false}, {how: journal, enabled: false}]")
                        .subtests("/t"),
                journal("a name", "journal", "nothing\n").subtests("/t", "check/journal pass"),
                journal("a list", "[journal, {how: watchdog, enabled: false}]", "nothing\n")
                        .subtests("/t", "check/journal pass"),
                journal("journal fails", "{how: journal}", "x Call Trace: y\n")
                        .exits(1)
                        .subtests("/t", "check/journal fail")
                        .result("/t", "fail", "check/journal: fail")
                        .then(done -> assertThat(done.file("t/check/journal/journal.txt"))
                                .contains("x Call Trace: y")),
                journal(
                                "keys of journal",
                                "{how: journal, failure-pattern: [bad], ignore-pattern: known, dmesg: true, unit: u,"
                                        + " identifier: i, priority: err}",
                                "Call Trace:\nbad but known\n")
                        .subtests("/t", "check/journal pass")
                        .then(done -> assertThat(done.directory().resolve("called"))
                                .content()
                                .contains("--after-cursor s=1 -k -u u -t i -p err")),
                journal("result: info", "{how: journal, result: info}", "Call Trace:\n")
                        .subtests("/t", "check/journal info")
                        .result("/t", "pass"),
                journal("result: xfail", "{how: journal, result: xfail}", "Call Trace:\n")
                        .subtests("/t", "check/journal pass")
                        .result("/t", "pass"),
                journal("result: xfail that passes", "{how: journal, result: xfail}", "nothing\n")
                        .exits(1)
                        .subtests("/t", "check/journal fail")
                        .result("/t", "fail"),
                FakeTools.tool(
                                checked("coredump", "{how: coredump, ignore-pattern: /known$}"),
                                "coredumpctl",
                                "[[ $1 == list ]] && printf 'now /bin/known\\nnow /bin/other\\n'")
                        .exits(1)
                        .subtests("/t", "check/coredump fail"),
                checked("avc without SELinux", "avc")
                        .file("t.fmf", "{test: 'true', check: avc}\n")
                        .then(done -> assertThat(Tree.results(done.run()))
                                .filteredOn(line -> "check/avc".equals(line.subtest()))
                                .extracting(Tree.Line::status, Tree.Line::note)
                                .containsExactly(org.assertj.core.groups.Tuple.tuple("skip", "SELinux is not enabled")))
                        .result("/t", "pass"),
                journal("does not count for custom results", "journal\nresult: custom", "Call Trace:\n")
                        .file(
                                "t.fmf",
                                "test: 'echo \"[{name: /, result: pass}]\" > $TMT_TEST_DATA/results.yaml'\n"
                                        + "result: custom\n"
                                        + "check: journal\n")
                        .subtests("/t", "check/journal fail")
                        .result("/t", "pass"),
                journal("before result", "journal\nresult: xfail", "Call Trace:\n")
                        .subtests("/t", "check/journal fail")
                        .result("/t", "pass", "test failed as expected"));
    }
}
