package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot come is not waited for, what is the same is said once, and a failed test is one in every output. */
@Timeout(120)
class NoWaitingTest {
    private static final String SEND = "printf 'result %d\\n%s' \"${#r}\" \"$r\" >&$ATEX_TEST_CONTROL";

    @TempDir
    private Path directory;

    private static String result(String json) {
        return "r='" + json + "'; " + SEND;
    }

    private void thirty(Tree tree) throws Exception {
        for (int i = 0; i < 30; i++) {
            tree.test("t" + i, "true");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"built-in", "openssh"})
    void misspelledHostsEndRunAtOnce(String transport) throws Exception {
        thirty(Tree.in(directory.resolve("tree")));
        Atex.Result result = Atex.in(directory)
                .call(
                        "run",
                        "--root",
                        "tree",
                        "--output",
                        "run",
                        "--provision",
                        "ssh,hosts=one.invalid;two.invalid,transport=" + transport)
                .expect(2);
        assertThat(result.err()).containsOnlyOnce("'one.invalid'").containsOnlyOnce("'two.invalid'");
        assertThat(directory.resolve("run")).doesNotExist();
        Atex.Result checked = Atex.in(directory)
                .call("check", "--provision", "ssh,hosts=one.invalid;two.invalid,transport=" + transport)
                .expect(3);
        assertThat(checked.out()).contains("one.invalid", "two.invalid", "error", "is it spelled correctly?");
    }

    @Test
    void prepareFailingOnAllMachinesEndsRun() throws Exception {
        Tree tree = Tree.in(directory.resolve("tree"));
        thirty(tree);
        tree.file(
                "plan.fmf",
                "discover:\n  how: fmf\nprepare:\n  how: shell\n  script: |\n    echo first line\n    echo second line\n    exit 7\n"
                        + "execute:\n  how: tmt\n");
        Atex.Result result = Atex.in(directory)
                .call("run", "--root", "tree", "--plan", "/plan", "--output", "run", "--provision", "local,max=2")
                .expect(3);
        String problems = result.out().substring(result.out().indexOf("Problems:"));
        assertThat(problems)
                .contains("3 times: set-up of ")
                .containsOnlyOnce("Output:")
                .doesNotContain("\\n");
        assertThat(problems.lines().map(String::strip)).contains("first line", "second line");
        assertThat(Tree.own(directory.resolve("run"))).hasSize(30);
        assertThat(Tree.own(directory.resolve("run")).values())
                .allSatisfy(line -> assertThat(line.note()).contains("exit code 7"));
    }

    @Test
    void failedSubtestFailsTestUnlessIgnored() throws Exception {
        Tree.in(directory.resolve("tree"))
                .file("a.fmf", "test: |\n  " + result("{\"name\": \"sub\", \"status\": \"FAIL\"}") + "\n")
                .file("b.fmf", "test: |\n  " + result("{\"status\": \"of my own\"}") + "\n")
                .file("c.fmf", "test: |\n  " + result("{\"status\": \"pass\"}") + "; exit 1\n");
        Atex.Result counted = Atex.in(directory)
                .call("run", "--root", "tree", "--output", "run", "--reruns", "1", "--junit", "run.xml")
                .expect(1);
        assertThat(counted.out())
                .contains("3 tests: 1 pass, 1 fail, 1 error", "subtest sub failed", "unknown status 'of my own'")
                .doesNotContain("flaky", "exit code 0");
        assertThat(Tree.own(directory.resolve("run")).get("/b").status()).isEqualTo("of my own");
        assertThat(directory.resolve("run.xml")).content().contains("failures=\"2\"");
        Atex.in(directory).call("compare", "run", "run").expect(0);
        Atex.in(directory)
                .call("report", "run", "--results", "junit=ignored.xml", "--subtests", "ignore")
                .expect(0);
        assertThat(directory.resolve("ignored.xml")).content().contains("fail, which does not count");
        Atex.Result ignored = Atex.in(directory)
                .call("run", "--root", "tree", "--output", "other", "--subtests", "ignore")
                .expect(1);
        assertThat(ignored.out()).contains("3 tests: 2 pass, 1 error");
        Atex.Result compared =
                Atex.in(directory).call("compare", "other", "run").expect(1);
        assertThat(compared.out()).contains("Newly failing:", "/a");
    }

    @Test
    void checkReportsThisHost() throws Exception {
        Atex.Result text =
                Atex.in(directory).call("check", "--provision", "local").expect(0);
        assertThat(text.out()).contains("MACHINE", "local-1", "bash ");
        Atex.Result json = Atex.in(directory).call("check", "--json").expect(0);
        assertThat(json.out()).contains("\"machine\":\"local-1\"", "\"usable\":true", "\"facts\":{");
    }
}
