package dev.atex.system;

import static dev.atex.system.Row.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What all plans and phases have, and what is put into their texts. */
@Timeout(300)
class TmtPlanKeysTest {
    private static final String TESTS = "discover: {how: fmf}\n";

    @TempDir
    private Path directory;

    private static Row plan(String name, String text) {
        return row(name).file("t.fmf", "{test: 'true', duration: 1m}\n").plan(text);
    }

    /** A plan whose prepare scripts say something, which its log has as lines. */
    private static Row prepared(String name, String text, String... lines) {
        return plan(name, text)
                .then(done -> assertThat(done.log("-prepare.log").lines().filter(line -> line.startsWith("said ")))
                        .containsExactly(lines));
    }

    @TestFactory
    Stream<DynamicTest> plans() {
        return Rows.of(
                directory,
                row("a plan has discover, execute or import")
                        .file(
                                "main.fmf",
                                "/d: {discover: {how: fmf}}\n/e: {execute: {script: x}}\n/n: {prepare: {script: x}}\n")
                        .test("t", "true")
                        .command("plans", "--root", "tree")
                        .then(done -> assertThat(done.result().out().lines().skip(1))
                                .extracting(line -> line.split(" ")[0])
                                .containsExactly("/d", "/e")),
                plan("enabled: false", TESTS + "enabled: false\n")
                        .dryRun()
                        .mistake("plan '/plan' is disabled in an empty context (plan.fmf:2) [disabled]"),
                plan("enabled: false is allowed", TESTS + "enabled: false\n")
                        .dryRun("--allow", "disabled")
                        .out("/t\n")
                        .told("allowed: plan '/plan' is disabled"),
                plan("enabled: false by adjust", TESTS + "adjust: {when: distro == old, enabled: false}\n")
                        .dryRun("-c", "distro=old")
                        .mistake("plan '/plan' is disabled in the context distro=old"),
                plan(
                                "enabled: true by adjust",
                                TESTS + "enabled: false\nadjust: {when: distro == new, enabled: true}\n")
                        .dryRun("-c", "distro=new")
                        .out("/t\n"),
                plan("enabled is no text", TESTS + "enabled: 'false'\n")
                        .dryRun()
                        .mistake("plan.fmf:2: plan '/plan': enabled: expected true or false, not 'false'"),
                plan("adjust of the plan sees only -c", """
                    discover: {how: fmf}
                    context: {distro: new}
                    adjust: {when: distro == new, prepare: {script: echo said never}}
                    """)
                        .run()
                        .then(done -> assertThat(done.log("-prepare.log")).isEmpty()),
                plan("adjust of the plan with -c", """
                    discover: {how: fmf}
                    adjust: {when: distro == new, discover+: {test: /none}}
                    """)
                        .dryRun("-c", "distro=new")
                        .mistake("no test is selected"),
                row("context is for tests")
                        .file(
                                "t.fmf",
                                "test: 'true'\n"
                                        + "/a: {adjust: {when: distro == new, enabled: false}}\n"
                                        + "/b: {adjust: {when: distro == old, enabled: false}}\n")
                        .plan(TESTS + "context: {distro: new}\n")
                        .discover()
                        .names("/t/b"),
                row("-c wins over context")
                        .file(
                                "t.fmf",
                                "test: 'true'\n"
                                        + "/a: {adjust: {when: distro == new, enabled: false}}\n"
                                        + "/b: {adjust: {when: distro == old, enabled: false}}\n")
                        .plan(TESTS + "context: {distro: new}\n")
                        .discover("-c", "distro=old")
                        .names("/t/a"),
                prepared(
                                "context is for when",
                                TESTS
                                        + "context: {distro: [a, b]}\n"
                                        + "prepare: [{script: echo said yes, when: distro == b}, {script: echo said"
                                        + " no, when: distro == c}]\n",
                                "said yes")
                        .run()
                        .told("note: a prepare phase is off: its 'when' does not hold in this context"),
                plan("keys without effect", TESTS + "gate: x\nid: y\nlink: 'https://x'\ntag: t\ntier: 1\nsummary: s\n")
                        .discover()
                        .names("/t"),
                plan("unknown keys", TESTS + "prepar: {script: x}\nown-thing: 1\nextra-thing: 2\n")
                        .discover()
                        .names("/t")
                        .told("note: a plan has an unknown key 'prepar' (did you mean 'prepare'?) (plan.fmf:2)"),
                plan("unknown keys of phases", """
                    discover: {how: fmf, tests: /t}
                    prepare:
                      - {how: shell, scrpt: x, script: y}
                      - {how: shell, scrpt: x, script: z}
                    execute: {exit-frst: true}
                    """)
                        .discover()
                        .names("/t")
                        .told(
                                "note: a discover phase has an unknown key 'tests' (did you mean 'test'?) (plan.fmf:1)",
                                "note: a prepare phase has an unknown key 'scrpt' (did you mean 'script'?) (2 times,"
                                        + " first plan.fmf:3)",
                                "note: an execute phase has an unknown key 'exit-frst' (did you mean 'exit-first'?)"),
                plan("strict", TESTS + "prepar: {script: x}\n")
                        .dryRun("--strict")
                        .mistake("did you mean 'prepare'?"),
                plan("strict, but allowed", TESTS + "prepar: {script: x}\n")
                        .dryRun("--strict", "--allow", "unknown-key")
                        .told("note: a plan has an unknown key 'prepar'"),
                plan("told lines are kept", TESTS + "prepar: {script: x}\n")
                        .run()
                        .told("note: a plan has an unknown key 'prepar'")
                        .out("Metadata: note: a plan has an unknown key 'prepar'")
                        .then(done -> assertThat(done.run().resolve("events.jsonl"))
                                .content()
                                .contains("\"kind\":\"unknown-key\"")),
                plan("lint", TESTS + "prepar: {script: x}\nenabled: true\nown-thing: 1\n")
                        .lint()
                        .exits(1)
                        .out("plan.fmf:2: note: a plan has an unknown key 'prepar'", "'own-thing'"));
    }

    @TestFactory
    Stream<DynamicTest> phases() {
        return Rows.of(
                directory,
                prepared("a mapping without how", TESTS + "prepare: {script: echo said it}\n", "said it")
                        .run(),
                prepared(
                                "a list, by order, equal ones as written",
                                TESTS + """
                                    prepare:
                                      - {script: echo said last, order: 90}
                                      - {script: echo said second}
                                      - {script: [echo said third, echo said fourth], how: shell}
                                      - {script: echo said first, order: -5}
                                    """,
                                "said first",
                                "said second",
                                "said third",
                                "said fourth",
                                "said last")
                        .run(),
                plan("finish by order", TESTS + "finish: [{script: echo said b, order: 60}, {script: echo said a}]\n")
                        .run()
                        .then(done -> assertThat(
                                        done.log("-finish.log").lines().filter(line -> line.startsWith("said")))
                                .containsExactly("said a", "said b")),
                plan("discover without how", "discover: {test: /t}\n")
                        .discover()
                        .names("/t"),
                plan("discover without how, with tests", "discover: {tests: [{name: own, test: x}]}\n")
                        .discover()
                        .names("/own"),
                plan("execute and report without how", TESTS + "execute: {exit-first: false}\nreport: {name: x}\n")
                        .discover()
                        .names("/t"),
                plan("order is a number", TESTS + "prepare:\n - {script: a, order: first}\n")
                        .dryRun()
                        .mistake("plan.fmf:3: plan '/plan': prepare: order: expected a whole number, not 'first'"),
                plan("two phases of one name", TESTS + "prepare:\n - {script: x, name: a}\n - {script: x, name: a}\n")
                        .dryRun()
                        .mistake("plan.fmf:4: plan '/plan': prepare: two phases"),
                plan("an unknown how of prepare", TESTS + "prepare: {how: other}\n")
                        .dryRun()
                        .mistake("a prepare phase with 'how: other' is not supported", "[how]"),
                plan("an unknown how of finish", TESTS + "finish: {how: other}\n")
                        .dryRun()
                        .mistake("a finish phase with 'how: other' is not supported", "[how]"),
                plan("an unknown how of discover", "discover: {how: other}\n")
                        .dryRun()
                        .mistake("a discover phase with 'how: other' is not supported", "[how]"),
                plan("an unknown how of discover is allowed, and nothing is left", "discover: {how: other}\n")
                        .dryRun("--allow", "how")
                        .mistake("allowed: a discover phase with 'how: other'", "no test is selected"),
                plan("one of two discover phases is left", "discover: [{how: other}, {how: fmf}]\n")
                        .dryRun("--allow", "how")
                        .told("allowed: a discover phase with 'how: other'")
                        .out("/default-1/t\n"),
                plan("an unknown how of execute", TESTS + "execute: {how: other}\n")
                        .dryRun()
                        .mistake("an execute phase with 'how: other' is not supported", "[how]"),
                plan("allowed", TESTS + "prepare: [{how: other}, {script: echo said it}]\n")
                        .run("--allow", "how")
                        .told("allowed: a prepare phase with 'how: other'")
                        .then(done -> assertThat(done.log("-prepare.log")).contains("said it"))
                        .then(done -> assertThat(done.run().resolve("run.json"))
                                .content()
                                .contains("\"allow\":[\"how\"]")),
                prepared("when: one of several", """
                    discover: {how: fmf}
                    prepare:
                      - {script: echo said a, when: [distro == other, distro == fedora]}
                      - {script: echo said b, when: distro == other}
                      - {script: echo said c, when: unknown == x}
                    """, "said a")
                        .run("-c", "distro=fedora")
                        .told("note: a prepare phase is off: its 'when' does not hold in this context (2 times,"
                                + " first plan.fmf:4)"),
                plan("when of finish", TESTS + "finish: {script: echo said, when: distro == x}\n")
                        .run()
                        .told("note: a finish phase is off")
                        .then(done -> assertThat(done.log("-finish.log")).isEmpty()),
                plan("when of discover", "discover: [{test: /t, when: distro == x}, {name: two}]\n")
                        .discover()
                        .names("/two/t")
                        .told("note: a discover phase is off"),
                plan("when that is no rule", TESTS + "prepare:\n  script: a\n  when: '=='\n")
                        .dryRun()
                        .mistake("plan.fmf:4: plan '/plan': prepare: when: "),
                prepared(
                                "where: name, role, another", """
                                discover: {how: fmf}
                                provision: {how: local, name: server, role: big}
                                prepare:
                                  - {script: echo said a, where: server}
                                  - {script: echo said b, where: [client, big]}
                                  - {script: echo said c, where: client}
                                """,
                                "said a", "said b")
                        .run()
                        .told("note: a prepare phase is off: its 'where' names other machines (plan.fmf:6)"),
                prepared("where: default-0", TESTS + "prepare: {script: echo said a, where: default-0}\n", "said a")
                        .run(),
                plan("where of discover", "discover: [{test: /t, where: other}, {name: two}]\n")
                        .discover()
                        .names("/two/t")
                        .told("note: a discover phase is off: its 'where' names other machines"),
                plan(
                                "name, summary, because, note",
                                TESTS + "prepare: {script: 'true', name: n, summary: s, because: b, note: x}\n")
                        .discover()
                        .names("/t"));
    }

    @TestFactory
    Stream<DynamicTest> expansion() {
        return Rows.of(
                directory,
                row("variables in discover")
                        .file("t.fmf", "test: 'true'\n/a: {}\n/b: {}\n")
                        .plan("environment: {WHICH: /a, $X: y}\ndiscover: {test: '${WHICH}$'}\n")
                        .discover()
                        .names("/t/a")
                        .told(),
                row("dimensions in discover")
                        .file("t.fmf", "test: 'true'\n/a: {}\n/b: {}\n")
                        .plan("discover: {test: '/$@which$'}\n")
                        .discover("-c", "which=b")
                        .names("/t/b"),
                prepared("in scripts only known dimensions", """
                    discover: {how: fmf}
                    environment: {A: one}
                    prepare: {script: 'echo "said $A $@arch $@{arch} $@nothing $B."'}
                    """, "said one x,y x,y nothing .")
                        .run("-c", "arch=x,y"),
                prepared("-e is put in, and this shell's variables are not", """
                    discover: {how: fmf}
                    environment: {A: $GIVEN, B: $HOME_OF_NOBODY}
                    prepare: {script: 'echo "said $A $B"'}
                    """, "said given $HOME_OF_NOBODY")
                        .with("HOME_OF_NOBODY", "wrong")
                        .run("-e", "GIVEN=given"),
                prepared("never twice", """
                    discover: {how: fmf}
                    environment: {A: $B, B: $C, C: c}
                    prepare: {script: 'echo "said $A $B $C"'}
                    """, "said $C c c").run(),
                plan("what is unknown stays", "discover: {test: '/t$|$UNKNOWN'}\n")
                        .discover()
                        .names("/t"),
                row("not in tests")
                        .file("t.fmf", "{test: 'echo \"$A ${A:-none}\"', duration: 1m}\n")
                        .plan(TESTS + "environment: {B: b}\n")
                        .run()
                        .prints("/t", " none"),
                plan(
                                "in provision",
                                TESTS
                                        + "environment: {IMAGE: 'debian:12'}\n"
                                        + "provision: {how: container, image: $IMAGE}\n")
                        .with("ATEX_PROVISION", "")
                        .dryRun()
                        .out("podman,image=debian:12"),
                plan("not in names of keys", TESTS + "environment: {A: 'true'}\n$A: x\n")
                        .discover()
                        .names("/t"));
    }
}
