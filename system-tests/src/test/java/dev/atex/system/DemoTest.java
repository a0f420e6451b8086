package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.atex.run.EventLog;
import dev.atex.run.RunEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README promises about the examples. */
class DemoTest {
    @TempDir
    private Path directory;

    private Atex.Result run(String... args) throws Exception {
        return Atex.in(directory)
                .call(Stream.concat(Stream.of("run", "--root", Atex.DEMO.toString()), Stream.of(args))
                        .toArray(String[]::new));
    }

    @Test
    void firstCommandRunsAllTests() throws Exception {
        Atex.Result result = run("--provision", "local,max=3").expect(1);
        Path run;
        try (Stream<Path> runs = Files.list(directory.resolve("atex-runs"))) {
            run = runs.filter(Files::isDirectory).toList().getFirst();
        }
        assertThat(Tree.own(run).values())
                .extracting(Tree.Line::test, Tree.Line::status)
                .containsExactlyInAnyOrder(
                        tuple("/tests/basics/environment", "pass"),
                        tuple("/tests/basics/fail", "fail"),
                        tuple("/tests/basics/hello", "pass"),
                        tuple("/tests/basics/pass", "pass"),
                        tuple("/tests/basics/prepared", "skip"),
                        tuple("/tests/basics/tty", "pass"),
                        tuple("/tests/control/long", "pass"),
                        tuple("/tests/control/longer", "pass"),
                        tuple("/tests/inherit/product", "pass"),
                        tuple("/tests/inherit/sum", "pass"),
                        tuple("/tests/results/partial", "pass"),
                        tuple("/tests/results/subtests", "pass"),
                        tuple("/tests/results/upload", "pass"));
        assertThat(Tree.results(run)).hasSize(22);
        assertThat(run.resolve("files/local/tests/results/upload/system/random.bin"))
                .hasSize(100_000);
        assertThat(run.resolve("files/local/tests/basics/tty/output.txt")).hasContent("24 80");
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .contains("13 tests on local,max=3, run directory atex-runs/")
                .contains("fail  /tests/basics/fail")
                .contains("13 tests: 11 pass, 1 fail, 1 skip in ")
                .contains("files/local/tests/basics/fail/output.txt")
                .doesNotContain("\u001b");
        assertThat(run.resolve("attempts")).doesNotExist();
        assertThat(directory.resolve("atex-runs/.gitignore")).hasContent("*");
    }

    @Test
    void planPreparesMachine() throws Exception {
        run("--plan", "/plans/all", "-t", "/basics/(prepared|environment)", "-e", "COLOUR=blue", "--output", "run")
                .expect(0);
        Path run = directory.resolve("run");
        assertThat(Tree.own(run).get("/tests/basics/prepared").note()).isEqualTo("prepared by the plan");
        assertThat(run.resolve("files/local/tests/basics/environment/output.txt"))
                .hasContent("GREETING=hello from the test COLOUR=blue");
    }

    @Test
    void rerunKeepsEarlierAttempts() throws Exception {
        Atex.Result result = run(
                        "--plan", "/plans/all", "-t", "/basics/(fail|pass)", "--reruns", "1", "--output", "run")
                .expect(1);
        Path run = directory.resolve("run");
        assertThat(Tree.own(run)).hasSize(2);
        assertThat(result.out()).contains("(attempt 1, will be run again)", "(attempt 2)", "(2 attempts)");
        assertThat(run.resolve("attempts/tests/basics/fail/1/files/output.txt"))
                .content()
                .contains("/no/such/file");
        assertThat(run.resolve("attempts/tests/basics/fail/2")).doesNotExist();
        try (Stream<RunEvent> events = EventLog.read(run.resolve("events.jsonl"))) {
            List<RunEvent> all = events.toList();
            assertThat(all.getFirst()).isInstanceOf(RunEvent.RunStarted.class);
            assertThat(all.getLast()).isInstanceOf(RunEvent.RunFinished.class);
        }
    }

    @Test
    void quickPlanPasses() throws Exception {
        run(
                        "--plan",
                        "/plans/quick",
                        "--exclude",
                        "environment",
                        "--order",
                        "longest",
                        "--platform",
                        "x@y",
                        "--output",
                        "run")
                .expect(0);
        assertThat(Tree.results(directory.resolve("run")))
                .isNotEmpty()
                .allMatch(line -> line.platform().equals("x@y") && line.status().equals("pass"));
    }

    @Test
    void singleFileProgramUsesLibrary() throws Exception {
        Atex.Result result = Atex.in(directory)
                .call("java", Atex.SOURCES.resolve("examples/Nightly.java").toString(), Atex.DEMO.toString(), "out")
                .expect(0);
        assertThat(result.out()).contains("passed");
        assertThat(Tree.own(directory.resolve("out"))).isNotEmpty();
    }

    @Test
    void unicodeNamesAndVariablesWorkInAnyLocale() throws Exception {
        Tree tree = Tree.in(directory.resolve("tree"))
                .test("žluťoučký", "echo \"$WORD $LC_ALL\"; test \"$WORD\" = 測試 -a \"$LC_ALL\" = C");
        Atex.in(directory)
                .with(Map.of("LC_ALL", "C"))
                .call(
                        "run",
                        "--root",
                        tree.directory().toString(),
                        "-t",
                        "žlu",
                        "-e",
                        "WORD=測試",
                        "--output",
                        "výsledky")
                .expect(0);
        assertThat(Tree.own(directory.resolve("výsledky"))).containsKey("/žluťoučký");
        assertThat(directory.resolve("výsledky/files/local/žluťoučký/output.txt"))
                .hasContent("測試 C");
    }
}
