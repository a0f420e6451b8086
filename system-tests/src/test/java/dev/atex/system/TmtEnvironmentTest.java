package dev.atex.system;

import static dev.atex.system.Row.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whose variables count, and the files of variables. */
@Timeout(300)
class TmtEnvironmentTest {
    private static final String TESTS = "discover: {how: fmf}\n";

    @TempDir
    private Path directory;

    /** A test that prints A, with a line of its own metadata. */
    private static Row prints(String name, String own, String plan) {
        return row(name).file("t.fmf", "test: 'echo $A'\nduration: 1m\n" + own).plan(TESTS + plan);
    }

    @TestFactory
    Stream<DynamicTest> precedence() {
        String file = "prepare: {script: 'echo A=file >> $TMT_PLAN_ENVIRONMENT_FILE'}\n";
        return Rows.of(
                directory,
                prints("of the guest", "", "provision: {how: local, environment: {A: guest}}\n")
                        .run()
                        .prints("/t", "guest"),
                prints(
                                "the plan wins over the guest",
                                "",
                                "provision: {how: local, environment: {A: guest}}\nenvironment: {A: plan}\n")
                        .run()
                        .prints("/t", "plan"),
                prints("the test wins over the plan, told", "environment:\n  A: test\n", "environment: {A: plan}\n")
                        .run()
                        .told("note: a test's A overrides the plan's (tmt: the plan's counts) (t.fmf:4)")
                        .prints("/t", "test"),
                prints("the same value is not told", "environment: {A: x}\n", "environment: {A: x}\n")
                        .run()
                        .prints("/t", "x"),
                prints("the command line wins over the test", "environment: {A: test}\n", "")
                        .run("-e", "A=line")
                        .prints("/t", "line"),
                prints("the file of the plan wins over the test", "environment: {A: test}\n", file)
                        .run()
                        .prints("/t", "file"),
                prints("the command line wins over the file of the plan", "", file)
                        .run("-e", "A=line")
                        .prints("/t", "line"),
                prints("ours win", "", "environment: {TMT_TEST_NAME: x}\n")
                        .file("t.fmf", "{test: 'echo $TMT_TEST_NAME'}\n")
                        .run()
                        .prints("/t", "/t"),
                prints("a list of mappings", "", "environment: [{A: one}, {A: two}]\n")
                        .run()
                        .prints("/t", "two"));
    }

    private static Row file(String name, String file, String text, String more) {
        return prints(name, "", "environment-file: " + file + "\n" + more).file(file, text);
    }

    @TestFactory
    Stream<DynamicTest> files() {
        return Rows.of(
                directory,
                file("words of a shell", "env", "# comment\nA='1 \"2' B=x\nC=\"a b\" # more\n", "")
                        .run()
                        .prints("/t", "1 \"2"),
                file("nothing is put in", "env", "A='$HOME'\n", "").run().prints("/t", "$HOME"),
                file("a backslash", "env", "A=a\\ b\n", "").run().prints("/t", "a b"),
                file("YAML", "env.yaml", "A: true\n", "").run().prints("/t", "True"),
                file("YAML in capitals", "env.YML", "A: 1.50\n", "").run().prints("/t", "1.5"),
                file("environment wins", "env", "A=file\n", "environment: {A: plan}\n")
                        .run()
                        .prints("/t", "plan"),
                prints("later files win", "", "environment-file: [one, two]\n")
                        .file("one", "A=1\n")
                        .file("two", "A=2\n")
                        .run()
                        .prints("/t", "2"),
                file("from the root of the plan's tree", "sub/env", "A=1\n", "")
                        .file("plan.fmf", "")
                        .file("sub/plan.fmf", TESTS + "environment-file: sub/env\n")
                        .bash("rm tree/plan.fmf; mv tree/sub/plan.fmf tree/plan.fmf")
                        .run()
                        .prints("/t", "1"),
                file("for scripts too", "env", "A=1\n", "prepare: {script: 'echo said $A'}\n")
                        .run()
                        .then(done -> assertThat(done.log("-prepare.log")).contains("said 1")),
                file("empty", "env", "# nothing\n", "")
                        .dryRun()
                        .told("note: a plan's 'environment-file' has no variables (plan.fmf:2)"),
                prints("missing", "", "environment-file: gone\n")
                        .dryRun()
                        .mistake("plan.fmf:2: plan '/plan': environment-file: there is no file 'gone'"),
                prints("outside", "", "environment-file: ../env\n")
                        .beside("env", "A=1\n")
                        .dryRun()
                        .mistake("'../env' leads out of the tree"),
                prints("outside by a link", "", "environment-file: env\n")
                        .beside("env", "A=1\n")
                        .bash("ln -s ../env tree/env")
                        .dryRun()
                        .mistake("'env' leads out of the tree"),
                file("export", "env", "A=1\nexport B=2\n", "").dryRun().mistake("env:2: expected NAME=VALUE"),
                file("no name", "env", "1A=1\n", "").dryRun().mistake("1A"),
                file("a list in YAML", "env.yml", "A: [1]\n", "").dryRun().mistake("env.yml"),
                file("a mapping in YAML", "env.yml", "A: {b: c}\n", "").dryRun().mistake("env.yml"),
                file("no mapping in YAML", "env.yml", "- A\n", "").dryRun().mistake("env.yml"),
                prints("a URL", "", "environment-file: 'https://localhost:1/x'\n")
                        .dryRun()
                        .mistake("[url]"),
                prints("http", "", "environment-file: 'http://localhost:1/x'\n")
                        .dryRun()
                        .mistake("[url]"),
                prints("-e @FILE", "environment: {A: test}\n", "")
                        .beside("vars", "A='from here' B=1\n")
                        .run("-e", "@vars")
                        .prints("/t", "from here"),
                prints("-e @FILE in YAML", "", "")
                        .beside("vars.yaml", "A: false\n")
                        .run("-e", "@vars.yaml")
                        .prints("/t", "False"),
                prints("a bad name in -e", "", "")
                        .dryRun("-e", "A B=1")
                        .mistake("'A B' cannot be the name of a variable"),
                prints("a bad name in -e @FILE", "", "")
                        .beside("vars", "A-B=1\n")
                        .dryRun("-e", "@vars")
                        .mistake("A-B"));
    }
}
