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

/** The commands and the variables that tests find on a machine. */
@Timeout(300)
class TmtCommandsTest {
    @TempDir
    private Path directory;

    private static Row test(String name, String script) {
        return row(name).test("t", script).run();
    }

    private static Row reboot(String command) {
        return test(command, "echo $TMT_REBOOT_COUNT\n[ $TMT_REBOOT_COUNT -gt 0 ] || { " + command + "; echo never; }")
                .result("/t", "pass")
                .prints("/t", "0", "1");
    }

    @TestFactory
    Stream<DynamicTest> reboots() {
        return Rows.of(
                directory,
                reboot("tmt-reboot -c true"),
                reboot("tmt-reboot -t 60 -c true"),
                reboot("rstrnt-reboot -c true"),
                reboot("rhts-reboot -c true"),
                reboot("tmt-reboot -e -c true"),
                test("tmt-reboot is refused on this host", "tmt-reboot; echo never")
                        .exits(1)
                        .result("/t", "fail")
                        .then(done -> assertThat(done.file("t/output.txt"))
                                .contains("tmt-reboot: ")
                                .doesNotContain("never")),
                test("tmt-reboot -s is refused on this host", "tmt-reboot -s; echo never")
                        .exits(1)
                        .then(done -> assertThat(done.file("t/output.txt"))
                                .contains("tmt-reboot: ")
                                .doesNotContain("never")),
                test("an unknown option", "tmt-reboot -x; echo never").exits(1).result("/t", "fail"));
    }

    private static Row reports(String command, int exit, String status, String... subtests) {
        return test(command, "echo text > file\n" + command + "\ntrue")
                .exits(exit)
                .result("/t", status)
                .subtests("/t", subtests);
    }

    @TestFactory
    Stream<DynamicTest> reports() {
        return Rows.of(
                directory,
                reports("tmt-report-result one PASS", 0, "pass", "/one pass"),
                reports("tmt-report-result /one FAIL", 1, "fail", "/one fail"),
                reports("tmt-report-result one: warn 5", 1, "warn", "/one warn"),
                reports("tmt-report-result one SKIP", 0, "skip", "/one skip"),
                reports("tmt-report-result one Info", 0, "pass", "/one pass"),
                reports(
                        "tmt-report-result one PASS; tmt-report-result two ERROR; tmt-report-result three FAIL",
                        1,
                        "error",
                        "/one pass",
                        "/two error",
                        "/three fail"),
                reports("tmt-report-result / FAIL", 1, "fail"),
                reports("tmt-report-result one PASS; false", 0, "pass", "/one pass"),
                reports("rstrnt-report-result one PASS 3", 0, "pass", "/one pass"),
                reports("rstrnt-report-result -o file one PASS", 0, "pass", "/one pass")
                        .stores("t/one/file.txt", "text\n"),
                reports("rhts-report-result one FAIL file 0", 1, "fail", "/one fail"),
                reports(
                        "tmt-report-result --server s --port 1 -t m -p plugin --no-plugins one PASS",
                        0,
                        "pass",
                        "/one pass"),
                reports("tmt-report-result --message m one PASS", 0, "pass", "/one pass"),
                test("another word", "code=0; tmt-report-result one GOOD || code=$?; echo code $code")
                        .then(done -> assertThat(done.file("t/output.txt")).contains("code 2"))
                        .subtests("/t"),
                test(
                                "the file is appended",
                                "echo a > f; tmt-report-result -o f x PASS; echo b > f; tmt-report-result -o f x PASS")
                        .then(done -> assertThat(Tree.results(done.run()))
                                .anyMatch(line -> line.files().contains("f.txt"))),
                FakeTools.dnf(row("with Beakerlib they are subtests only"), "beakerlib", "beakerlib-redhat")
                        .file("t.fmf", "framework: beakerlib\ntest: |\n  tmt-report-result one PASS\n  exit 1\n")
                        .run()
                        .exits(1)
                        .subtests("/t", "/one pass")
                        .result("/t", "fail"));
    }

    private static Row submits(String command) {
        return test(command, "echo text > file.log\n" + command + "\ncat $TMT_TEST_SUBMITTED_FILES")
                .stores("t/file.log", "text\n")
                .then(done ->
                        assertThat(done.own("/t").files().contains("file.log")).isTrue())
                .then(done -> assertThat(done.file("t/output.txt")).contains("file.log"));
    }

    @TestFactory
    Stream<DynamicTest> files() {
        return Rows.of(
                directory,
                submits("tmt-file-submit -l file.log"),
                submits("rstrnt-report-log -l file.log"),
                submits("rhts-submit-log -l file.log"),
                submits("rhts_submit_log -T 1 -s server --server x --port 1 -l file.log"),
                test("it replaces", "echo a > f; tmt-file-submit -l f; echo b > f; tmt-file-submit -l f")
                        .stores("t/f", "b\n"),
                test("a file that is not there", "tmt-file-submit -l gone; echo never")
                        .exits(1)
                        .result("/t", "fail")
                        .then(done -> assertThat(done.file("t/output.txt"))
                                .contains("gone")
                                .doesNotContain("never")));
    }

    private static Row aborts(String command) {
        return row(command)
                .test("t", command + "; echo never")
                .test("u", "true")
                .run()
                .exits(1)
                .result("/t", "error", "aborted by tmt-abort")
                .then(done -> assertThat(Tree.own(done.run()).get("/u"))
                        .satisfiesAnyOf(
                                line -> assertThat(line).isNull(),
                                line -> assertThat(line.status()).isEqualTo("skip")));
    }

    @TestFactory
    Stream<DynamicTest> others() {
        return Rows.of(
                directory,
                aborts("tmt-abort"),
                aborts("rstrnt-abort"),
                aborts("rhts-abort"),
                row("outside of a test")
                        .test("t", """
                            for c in tmt-report-result tmt-file-submit tmt-abort tmt-reboot; do
                              code=0; env -u ATEX_TEST_CONTROL $c 2> said || code=$?
                              echo "$c $code $(test -s said && echo said)"
                            done
                            """)
                        .run()
                        .prints(
                                "/t",
                                "tmt-report-result 1 said",
                                "tmt-file-submit 1 said",
                                "tmt-abort 1 said",
                                "tmt-reboot 1 said"));
    }

    @TestFactory
    Stream<DynamicTest> variables() {
        return Rows.of(
                directory,
                test(
                                "TMT_TEST_DATA is empty, its files are kept",
                                "test -z \"$(ls -A $TMT_TEST_DATA)\"; mkdir $TMT_TEST_DATA/d; echo x >"
                                        + " $TMT_TEST_DATA/d/f")
                        .stores("t/d/f", "x\n"),
                row("TMT_TEST_DATA is kept when cut off")
                        .file("t.fmf", "{test: 'echo x > $TMT_TEST_DATA/f; sleep 1000', duration: 10s}\n")
                        .run()
                        .exits(1)
                        .stores("t/f", "x\n"),
                test(
                                "TMT_TEST_DATA is kept over reboots",
                                "echo $TMT_REBOOT_COUNT >> $TMT_TEST_DATA/f; [ $TMT_REBOOT_COUNT -gt 0 ] || tmt-reboot"
                                        + " -c true")
                        .stores("t/f", "0\n1\n"),
                row("TMT_TEST_DATA is new for each attempt")
                        .test("t", "ls $TMT_TEST_DATA; touch $TMT_TEST_DATA/f; exit 1")
                        .run("--reruns", "1")
                        .exits(1)
                        .prints("/t"),
                row("links and pipes are no files of a test")
                        .test("t", "cd $TMT_TEST_DATA; ln -s /etc/hostname link; mkfifo pipe; echo x > f")
                        .run()
                        .then(done -> assertThat(done.own("/t").files()).isEqualTo(List.of("output.txt", "f"))),
                row("TMT_PLAN_DATA")
                        .test("t", "cat $TMT_PLAN_DATA/prepared; echo test > $TMT_PLAN_DATA/x")
                        .plan("discover: {how: fmf}\n"
                                + "prepare: {script: 'echo p > $TMT_PLAN_DATA/prepared'}\n"
                                + "finish: {script: 'cp $TMT_PLAN_DATA/x $TMT_PLAN_DATA/y'}\n")
                        .run()
                        .prints("/t", "p")
                        .then(done -> assertThat(done.run().resolve("plan-data/local-1/y"))
                                .hasContent("test")),
                test("TMT_PLAN_DATA without a plan", "test -n \"$TMT_PLAN_DATA\"; touch $TMT_PLAN_DATA/x")
                        .result("/t", "pass"),
                test("TMT_TREE", "test $TMT_TREE = $PWD; ls $TMT_TREE").prints("/t", "t.fmf"),
                test("TMT_TEST_NAME", "echo $TMT_TEST_NAME").prints("/t", "/t"),
                row("TMT_TEST_METADATA")
                        .file("t.fmf", "{test: 'cat $TMT_TEST_METADATA', duration: 1m, own-key: x, tag: [a]}\n")
                        .run("-c", "distro=fedora")
                        .then(done -> assertThat(done.file("t/output.txt"))
                                .contains("name: /t", "own-key: x", "context:", "distro:", "fedora")),
                row("TMT_PLAN_ENVIRONMENT_FILE")
                        .test("t", "echo $A; echo A=test > $TMT_PLAN_ENVIRONMENT_FILE")
                        .test("u", "echo $A")
                        .plan("discover: {how: fmf}\n"
                                + "prepare: {script: 'echo A=prepared > $TMT_PLAN_ENVIRONMENT_FILE'}\n")
                        .run()
                        .prints("/t", "prepared")
                        .prints("/u", "test"),
                test(
                                "counts",
                                "echo $TMT_REBOOT_COUNT $REBOOTCOUNT $RSTRNT_REBOOTCOUNT $TMT_TEST_RESTART_COUNT; ["
                                        + " $REBOOTCOUNT -gt 0 ] || tmt-reboot -c true")
                        .prints("/t", "0 0 0 0", "1 1 1 1"),
                row("topology in bash")
                        .file(
                                "t.fmf",
                                "test: '. $TMT_TOPOLOGY_BASH; echo \"${TMT_GUEST[name]} ${TMT_GUEST[role]}"
                                        + " $TMT_GUEST_NAMES ${TMT_GUESTS[server.role]} $TMT_ROLE_NAMES"
                                        + " ${TMT_ROLES[big]}\"'\n"
                                        + "duration: 1m\n")
                        .plan("discover: {how: fmf}\nprovision: {how: local, name: server, role: big}\n")
                        .run()
                        .prints("/t", "server big server big big server"),
                row("topology in YAML")
                        .test("t", "python3 -c \"\nimport sys\nprint(open('$TMT_TOPOLOGY_YAML').read())\n\"")
                        .file("t.fmf", "{test: 'cat $TMT_TOPOLOGY_YAML', duration: 1m}\n")
                        .plan("discover: {how: fmf}\nprovision: {how: local, name: server, role: big}\n")
                        .run()
                        .then(done -> assertThat(done.file("t/output.txt"))
                                .contains(
                                        "guest:",
                                        "guest-names:",
                                        "guests:",
                                        "role-names:",
                                        "roles:",
                                        "name: server",
                                        "role: big")),
                row("TMT_PLAN_SOURCE_SCRIPT")
                        .test("t", "echo $A; f")
                        .plan("discover: {how: fmf}\n"
                                + "prepare: [{script: 'test -e $TMT_PLAN_SOURCE_SCRIPT; echo \"export A=sourced;"
                                + " f() { echo function; }\" > $TMT_PLAN_SOURCE_SCRIPT'}, {script: echo said"
                                + " $A}]\n")
                        .run()
                        .prints("/t", "sourced", "function")
                        .then(done -> assertThat(done.log("-prepare.log")).contains("said sourced")),
                row("TMT_TEST_SERIAL_NUMBER")
                        .test("a", "echo $TMT_TEST_SERIAL_NUMBER")
                        .test("b", "echo $TMT_TEST_SERIAL_NUMBER")
                        .run()
                        .prints("/a", "1")
                        .prints("/b", "2"),
                row("TMT_TEST_ITERATION_ID")
                        .test("t", "echo $TMT_TEST_ITERATION_ID >> @DIR@/ids; exit 1")
                        .run("--reruns", "1")
                        .exits(1)
                        .then(done -> assertThat(done.directory().resolve("ids"))
                                .content()
                                .matches("(?s)(\\S+)-1\\n(?!\\1-1\\n)\\S+-1\\n")),
                test(
                                "TMT_TEST_INVOCATION_PATH",
                                "test $TMT_TEST_INVOCATION_PATH = ${TMT_TEST_DATA%/*}; test -s"
                                        + " $TMT_TEST_INVOCATION_PATH/metadata.yaml")
                        .result("/t", "pass"),
                FakeTools.dnf(row("BEAKERLIB_DIR"), "beakerlib", "beakerlib-redhat")
                        .file(
                                "t.fmf",
                                "{test: 'echo $BEAKERLIB_DIR; echo $TMT_TEST_INVOCATION_PATH', framework: beakerlib}\n")
                        .run()
                        .then(done -> assertThat(done.file("t/output.txt")).matches("(\\S+)\\n\\1\\n")),
                test(
                                "not set",
                                "env | grep -E '^(TMT_VERSION|TMT_SOURCE_DIR|TMT_TEST_PIDFILE|TMT_REBOOT_REQUEST)=' ||"
                                        + " echo none; test -n \"$ATEX_VERSION\"")
                        .prints("/t", "none"));
    }
}
