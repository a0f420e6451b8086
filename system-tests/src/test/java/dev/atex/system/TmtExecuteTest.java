package dev.atex.system;

import static dev.atex.system.Row.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The steps {@code execute} and {@code report}, and plans that import others. */
@Timeout(300)
class TmtExecuteTest {
    @TempDir
    private Path directory;

    private static Row plan(String name, String text) {
        return row(name).file("t.fmf", "{test: 'true', duration: 1m}\n").plan("discover: {how: fmf}\n" + text);
    }

    @TestFactory
    Stream<DynamicTest> execute() {
        return Rows.of(
                directory,
                plan("how: tmt", "execute: {how: tmt}\n").discover().names("/t"),
                plan("upgrade", "execute: {how: upgrade}\n").dryRun().mistake("'how: upgrade'", "[how]"),
                row("script")
                        .file("here", "")
                        .plan("execute: {script: ls}\n")
                        .run()
                        .prints("/script-00", "here", "plan.fmf"),
                row("scripts are tests")
                        .plan("execute: {script: [echo one, exit 1, echo three]}\n")
                        .run()
                        .exits(1)
                        .prints("/script-00", "one")
                        .result("/script-01", "fail")
                        .prints("/script-02", "three"),
                row("duration of scripts")
                        .plan("execute: {script: sleep 1000, duration: 1s}\n")
                        .run()
                        .exits(1)
                        .result("/script-00", "infra", "test duration timeout reached"),
                plan("script and discover", "execute: {script: x}\n")
                        .dryRun()
                        .mistake("script: a plan must not have both 'discover' and a script"),
                plan("one phase", "execute: [{how: tmt}, {name: x}]\n").dryRun().mistake("only one phase is allowed"),
                row("exit-first")
                        .plan("execute: {script: ['true', 'false', 'true'], exit-first: true}\n")
                        .run()
                        .exits(1)
                        .result("/script-00", "pass")
                        .result("/script-01", "fail")
                        .result("/script-02", "skip"),
                row("exit-first is a boolean")
                        .plan("execute: {script: 'true', exit-first: 'yes'}\n")
                        .dryRun()
                        .mistake("execute: exit-first: expected true or false"),
                row("ignore-duration")
                        .file("t.fmf", "{test: 'sleep 2', duration: 1s}\n")
                        .plan("discover: {how: fmf}\nexecute: {ignore-duration: true}\n")
                        .run()
                        .result("/t", "pass"),
                row("ignore-duration: what is left of the run is the limit")
                        .file("t.fmf", "{test: 'sleep 1000', duration: 1s}\n")
                        .plan("discover: {how: fmf}\nexecute: {ignore-duration: true}\n")
                        .run("--limit", "run=4s")
                        .exits(3)
                        .result("/t", "infra", "cancel requested"),
                row("restraint-compatible")
                        .file("t.fmf", "{test: 'echo $TMT_RESTRAINT_COMPATIBLE $RSTRNT_TASKNAME', duration: 1m}\n")
                        .plan("discover: {how: fmf}\nexecute: {restraint-compatible: true}\n")
                        .run()
                        .prints("/t", "1 /t"),
                row("not restraint-compatible")
                        .file(
                                "t.fmf",
                                "{test: 'echo ${TMT_RESTRAINT_COMPATIBLE:-0} ${RSTRNT_TASKNAME:-none}', duration:"
                                        + " 1m}\n")
                        .plan("discover: {how: fmf}\n")
                        .run()
                        .prints("/t", "0 none"),
                plan("interactive", "execute: {interactive: true}\n")
                        .dryRun()
                        .told("note: 'interactive' of an execute phase is ignored (plan.fmf:2)"),
                plan("isolate", "execute: {isolate: true}\n")
                        .dryRun()
                        .told("note: 'isolate' of an execute phase is ignored (plan.fmf:2)"),
                plan("no-progress-bar", "execute: {no-progress-bar: true}\n")
                        .dryRun()
                        .told("note: 'no-progress-bar' of an execute phase is ignored (plan.fmf:2)"));
    }

    private static Row report(String how) {
        return plan("report " + how, "report: {how: " + how + "}\n")
                .dryRun()
                .told("note: the plan's report '" + how + "' is not created");
    }

    @TestFactory
    Stream<DynamicTest> report() {
        return Rows.of(
                directory,
                plan("display", "report: {how: display}\n").dryRun().out("/t\n"),
                report("html"),
                report("junit"),
                report("polarion"),
                report("reportportal"),
                plan("paths are not written to", "report: {how: html, file: '@DIR@/report.html'}\n")
                        .run()
                        .told("note: the plan's report 'html' is not created")
                        .then(done -> assertThat(done.directory().resolve("report.html"))
                                .doesNotExist()),
                plan("several", "report: [{how: display}, {how: html}, {how: junit, name: j}]\n")
                        .dryRun()
                        .told("note: the plan's report 'html'", "note: the plan's report 'junit'"),
                plan("cleanup, login, reboot", "cleanup: {how: tmt}\nlogin: {when: fail}\nreboot: {step: execute}\n")
                        .run()
                        .result("/t", "pass"));
    }

    /** The plan imports one of a repository beside the tree. */
    private static Row imports(String name, String keys, String more) {
        return row(name)
                .test("own", "true")
                .beside("other/.fmf/version", "1\n")
                .beside("other/t.fmf", "{test: 'echo $A', duration: 1m}\n")
                .beside("other/setup.sh", "echo said $A\n")
                .beside("other/plans.fmf", """
                    discover: {how: fmf}
                    environment: {A: theirs}
                    context: {distro: theirs}
                    /first: {prepare: {script: 'echo said $A; . ./setup.sh'}}
                    /second: {discover: {how: shell, tests: [{name: second, test: 'true'}]}}
                    /off: {enabled: false}
                    """)
                .git("other")
                .plan("plan: {import: {url: '@DIR@/other', " + keys + "}}\n" + more);
    }

    @TestFactory
    Stream<DynamicTest> imported() {
        return Rows.of(
                directory,
                imports("url and name", "name: /plans/second", "").discover().names("/second"),
                imports("its tree is the plan's tree", "name: /plans/first", "")
                        .run()
                        .prints("/t", "theirs")
                        .then(done -> assertThat(
                                        done.log("-prepare.log").lines().filter(line -> line.startsWith("said ")))
                                .containsExactly("said theirs", "said theirs")),
                imports("a pattern, from the start", "name: /plans/f", "")
                        .discover()
                        .names("/t"),
                imports("a pattern is not searched for", "name: first", "")
                        .dryRun()
                        .mistake("first"),
                imports("first-plan-only", "name: /plans/, scope: first-plan-only", "")
                        .discover()
                        .names("/t"),
                imports("single-plan-only", "name: /plans/, scope: single-plan-only", "")
                        .dryRun()
                        .mistake("/plans/first", "/plans/second"),
                imports("single-plan-only, and it is", "name: /plans/s, scope: single-plan-only", "")
                        .discover()
                        .names("/second"),
                imports("all-plans", "name: /plans/, scope: all-plans", "")
                        .dryRun()
                        .mistake("[import]"),
                imports("importing only names", "name: /plans/second, importing: become-parent", "")
                        .discover()
                        .names("/second"),
                imports("ref", "name: /plans/second, ref: first", "")
                        .bash("cd other; git tag first; git rm -q plans.fmf; git commit -q -m two")
                        .discover()
                        .names("/second"),
                imports("ref: @FILE", "name: /plans/second, ref: '@ref.fmf'", "")
                        .bash("cd other; git tag first; git rm -q plans.fmf; echo 'ref: first' > ref.fmf; git add"
                                + " -A; git commit -q -m two")
                        .discover()
                        .names("/second"),
                imports("path", "name: /p, path: /sub", "")
                        .bash("cd other; mkdir -p sub/.fmf; echo 1 > sub/.fmf/version; echo 'execute: {script: x}' >"
                                + " sub/p.fmf; git add -A; git commit -q -m two")
                        .discover()
                        .names("/script-00"),
                imports("no url", "name: /plans/second", "")
                        .plan("plan: {import: {name: /plans/second}}\n")
                        .dryRun()
                        .mistake("url"),
                imports("no name", "scope: first-plan-only", "").dryRun().mistake("name"),
                imports("no steps beside it", "name: /plans/second", "prepare: {script: x}\n")
                        .dryRun()
                        .mistake("prepare"),
                imports("the importing plan's environment wins", "name: /plans/first", "environment: {A: mine}\n")
                        .run()
                        .prints("/t", "mine"),
                imports(
                                "inherit-environment: false",
                                "name: /plans/first, inherit-environment: false",
                                "environment: {A: mine}\n")
                        .run()
                        .prints("/t", "theirs"),
                imports("the importing plan's context wins", "name: /plans/second", "context: {distro: mine}\n")
                        .bash("cd other; printf 'discover: {how: fmf, when: distro == mine}\\n"
                                + "' > plans.fmf; git add -A; git commit -q -m two")
                        .plan("plan: {import: {url: '@DIR@/other', name: /plans}}\ncontext: {distro: mine}\n")
                        .discover()
                        .names("/t"),
                imports("adjust-plans", "name: /plans/first, adjust-plans: [{environment: {A: adjusted}}]", "")
                        .run()
                        .prints("/t", "adjusted"),
                imports("a disabled one here", "name: /plans/second", "enabled: false\n")
                        .dryRun()
                        .mistake("is disabled", "[disabled]"),
                imports("as root here only when told", "name: /plans/first", "")
                        .with("ATEX_PROVISION", "")
                        .command("run", "--root", "tree", "--plan", "/plan", "--output", "run")
                        .mistake("would run on this host as root: 1 prepare script"));
    }
}
