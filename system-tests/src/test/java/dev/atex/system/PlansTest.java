package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several plans in one call, and the commands that look at plans. */
class PlansTest {
    private SharedDirectory shared;
    private Path directory;
    private SharedJvm atex;

    @BeforeEach
    void makeTree() throws IOException {
        shared = SharedDirectory.take();
        directory = shared.path();
        atex = shared.jvm();
        Tree.in(directory.resolve("tree"))
                .test("good", "echo $WHO >>" + directory + "/log; true")
                .test("bad", "echo $WHO >>" + directory + "/log; false")
                .file("unused.fmf", "test: \"true\"\nduration: 1m\n")
                .file("plans.fmf", """
                        discover: {how: fmf, test: [/good]}
                        /one: {environment: {WHO: one}, prepare: {how: shell, script: "true"}}
                        /two: {environment: {WHO: two}, discover: {how: fmf, test: [/good, /bad]}}
                        /none: {discover: {how: fmf, test: [/nothing]}}
                        /off: {enabled: false}
                        """);
    }

    @AfterEach
    void giveBack() throws IOException {
        shared.giveBack();
    }

    private Atex.Result run(String... args) throws Exception {
        String[] all = new String[args.length + 3];
        System.arraycopy(new String[] {"run", "--root", "tree"}, 0, all, 0, 3);
        System.arraycopy(args, 0, all, 3, args.length);
        return atex.call(all);
    }

    private List<String> log() throws IOException {
        return Files.readAllLines(directory.resolve("log"));
    }

    @Test
    void planRegexRunsEachMatchInOwnDirectory() throws Exception {
        Atex.Result result = run("--plan", "^/plans/", "--output", "out").expect(1);
        assertThat(log()).containsExactlyInAnyOrder("one", "two", "two");
        assertThat(log().getFirst()).isEqualTo("one");
        assertThat(Tree.own(directory.resolve("out/plans-one"))).containsOnlyKeys("/good");
        assertThat(Tree.own(directory.resolve("out/plans-two"))).containsOnlyKeys("/good", "/bad");
        assertThat(result.out().lines().toList().reversed().subList(0, 3).reversed())
                .satisfiesExactly(
                        line -> assertThat(line).matches("PLAN +ENDED +DIRECTORY"),
                        line -> assertThat(line).matches("/plans/one +passed +out/plans-one"),
                        line -> assertThat(line).matches("/plans/two +failed +out/plans-two"));
        assertThat(result.err())
                .isEqualTo("note: test pattern '/nothing' of plan '/plans/none' selects nothing (plans.fmf:4)\n"
                        + "note: no test is selected: plan '/plans/none': the tree of " + directory.resolve("tree")
                        + " has 3 tests, none of which matches the plan's 'test', 'include' and 'exclude'"
                        + " (the plan is left out)\n");
        assertThat(atex.call("runs", "--in", "out").expect(0).out().lines()).hasSize(3);
        // One of them can be gone on with, and run again.
        assertThat(atex.call("resume", "out/plans-one").expect(0).out()).contains("is already complete");
        atex.call("rerun", "out/plans-two", "--failed", "--output", "again").expect(1);
        assertThat(Tree.own(directory.resolve("again"))).containsOnlyKeys("/bad");
    }

    @Test
    void namedPlansRunInGivenOrder() throws Exception {
        run("--plan", "/plans/two", "--plan", "/plans/one", "--exclude", "bad").expect(0);
        assertThat(log()).containsExactly("two", "one");
        assertThat(atex.call("runs").expect(0).out().lines()).hasSize(3);
        assertThat(directory.resolve("atex-runs/.gitignore")).hasContent("*");
    }

    @Test
    void singleMatchingPlanIsOrdinaryRun() throws Exception {
        run("--plan", "/on[e]$", "--output", "out").expect(0);
        assertThat(Tree.own(directory.resolve("out"))).containsOnlyKeys("/good");
        assertThat(Files.readString(directory.resolve("out/run.json"))).contains("\"plan\":[\"/plans/one\"]");
    }

    @Test
    void errorInAnyPlanPreventsFirstRun() throws Exception {
        Files.writeString(directory.resolve("tree/zz.fmf"), "discover: {how: fmf, test: '('}\n");
        run("--plan", "/plans/one", "--plan", "/zz", "--output", "out").expect(2);
        assertThat(directory.resolve("out")).doesNotExist();
        assertThat(directory.resolve("log")).doesNotExist();
        assertThat(run("--plan", "/plans/", "--results", "junit=x.xml")
                        .expect(2)
                        .err())
                .contains("atex report RUN");
        assertThat(run("--plan", "/off$").expect(2).err()).contains("are not enabled", "/plans/off");
    }

    @Test
    void dryRunOfSeveralPlansRunsNothing() throws Exception {
        String out = run("--plan", "/plans/(one|two)", "--dry-run").expect(0).out();
        assertThat(out).contains("plan /plans/one:\n/good\n1 test would be run on local", "plan /plans/two:\n");
        assertThat(directory.resolve("log")).doesNotExist();
        assertThat(directory.resolve("atex-runs")).doesNotExist();
    }

    /** A repository that is not there is said of its plan, without the place of a cache, and the others are listed. */
    @Test
    void dryRunContinuesAfterUnreadablePlan() throws Exception {
        String gone = directory.resolve("gone").toString();
        Files.writeString(directory.resolve("tree/aa.fmf"), "discover: {how: fmf, url: '" + gone + "'}\n");
        Atex own = Atex.in(directory)
                .with(Map.of("FMF_CACHE_DIRECTORY", directory.resolve("cache").toString()));
        String[] dry = {"run", "--root", "tree", "--plan", "^/(aa|plans/(one|two))$", "--dry-run"};
        Atex.Result result = own.call(dry).expect(2);
        assertThat(result.out()).contains("plan /plans/one:\n/good\n", "plan /plans/two:\n");
        assertThat(result.err())
                .contains("atex: aa.fmf:1: plan '/aa': discover: url: cannot fetch " + gone + ": ")
                .doesNotContain("Cloning into", "cache");
        Atex.Result listed = own.call("plans", "--root", "tree").expect(0);
        assertThat(listed.out().lines()).anyMatch(line -> line.matches("/aa +yes .*cannot be read"));
        assertThat(listed.out()).contains("/plans/one ");
        assertThat(listed.err()).startsWith("atex: aa.fmf:1: plan '/aa': discover: url: cannot fetch " + gone);
    }

    /** Plans that do not match are not read, whatever is wrong in them. */
    @Test
    void discoverListsReadablePlansAndReportsUnreadableOnes() throws Exception {
        Files.writeString(directory.resolve("tree/aa.fmf"), "discover: {how: fmf, test: '('}\n");
        Files.writeString(directory.resolve("tree/zz.fmf"), "discover: {how: fmf}\nprepare: 5\n");
        for (String command : List.of("discover", "requires")) {
            Atex.Result result = atex.call(command, "--root", "tree", "--plan", "^/(aa|zz|plans/(two|none))$")
                    .expect(2);
            assertThat(result.out()).isEqualTo(command.equals("discover") ? "/good\n/bad\n" : "");
            assertThat(result.err().lines().filter(line -> line.startsWith("atex: ")))
                    .satisfiesExactly(
                            line -> assertThat(line).startsWith("atex: aa.fmf:1: plan '/aa': discover: test"),
                            line -> assertThat(line).startsWith("atex: zz.fmf:2: plan '/zz': prepare: "));
            assertThat(result.err()).contains("plan '/plans/none': ", "(the plan is left out)");
        }
        Atex.Result others = atex.call("discover", "--root", "tree", "--plan", "^/plans/(one|two)$")
                .expect(0);
        assertThat(others.out()).isEqualTo("/good\n/bad\n");
        assertThat(others.err()).isEmpty();
        assertThat(atex.call("discover", "--root", "tree", "--plan", "/plans/two", "--plan", "/aa")
                        .expect(2)
                        .out())
                .isEqualTo("/good\n/bad\n");
        assertThat(atex.call("discover", "--root", "tree", "--plan", "^/aa$")
                        .expect(2)
                        .out())
                .isEmpty();
        assertThat(atex.call("discover", "--root", "tree", "--plan", "^/(plans/none|off)$")
                        .expect(2)
                        .err())
                .startsWith("note: ")
                .contains("atex: no test is selected: plan '/plans/none'");
    }

    @Test
    void environmentFileIsReadFromUrl() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                asked.add(exchange.getRequestURI().toString());
                byte[] text = "WHO=there\n".getBytes(StandardCharsets.UTF_8);
                boolean is = exchange.getRequestURI().getPath().equals("/vars");
                exchange.sendResponseHeaders(is ? 200 : 404, is ? text.length : -1);
                if (is) {
                    exchange.getResponseBody().write(text);
                }
            }
        });
        server.start();
        try {
            String host = "127.0.0.1:" + server.getAddress().getPort();
            Path plan = directory.resolve("tree/aa.fmf");
            String text = "discover: {how: fmf, test: /good}\nenvironment-file: http://me:secret@" + host + "%s\n";
            Files.writeString(plan, text.formatted("/vars?token=secret"));
            String[] allowed = {"--plan", "/aa", "--allow", "url"};
            assertThat(run("--plan", "/aa").expect(2).err()).contains("[url]").doesNotContain("secret");
            for (String looking : List.of("discover", "plans", "show")) {
                atex.call(looking, "--root", "tree", "--plan", "/aa", "--allow", "url")
                        .expect(0);
            }
            atex.call("lint", "--root", "tree", "--plan", "/aa");
            assertThat(asked).isEmpty();
            assertThat(run(allowed).expect(0).err()).contains("(aa.fmf:2)").doesNotContain("secret");
            assertThat(log()).containsExactly("there");
            assertThat(asked).containsExactly("/vars?token=secret");
            Files.writeString(plan, text.formatted("/gone?token=secret"));
            assertThat(run("--plan", "/aa", "--allow", "url", "--dry-run")
                            .expect(2)
                            .err())
                    .isEqualTo("atex: aa.fmf:2: plan '/aa': environment-file: http://" + host
                            + "/gone: the answer is 404\n");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void notesComeBeforeNoTestSelected() throws Exception {
        Files.writeString(
                directory.resolve("tree/aa.fmf"),
                "discover: {how: fmf, when: distro == x}\nprepare: {scrpt: x, script: y}\n");
        List<String> said = run("--plan", "/aa").expect(2).err().lines().toList();
        assertThat(said)
                .satisfiesExactly(
                        line -> assertThat(line).contains("unknown key 'scrpt'"),
                        line -> assertThat(line).contains("a discover phase is off"),
                        line -> assertThat(line)
                                .isEqualTo("atex: no test is selected: plan '/aa': a discover phase is off or not"
                                        + " supported (in an empty context, see --context), see the notes above"));
        Files.writeString(directory.resolve("tree/aa.fmf"), "discover: {how: fmf, filter: 'tag:x'}\n");
        assertThat(run("--plan", "/aa").expect(2).err())
                .contains(": the plan selects 3 tests, none of which meets the plan's 'filter' and 'link'");
        // what is refused, and allowed, is no reason
        Files.writeString(directory.resolve("tree/aa.fmf"), "discover: {test: /nothing}\nfinish: {how: other}\n");
        assertThat(run("--plan", "/aa", "--allow", "how").expect(2).err())
                .contains("none of which matches the plan's 'test'");
    }

    @Test
    void plansListsSelectedTests() throws Exception {
        List<String> lines =
                atex.call("plans", "--root", "tree").expect(0).out().lines().toList();
        assertThat(lines.getFirst()).matches("PLAN +ENABLED +TESTS +PREPARE +FINISH +MACHINE +OUTCOME");
        assertThat(lines).anyMatch(line -> line.matches("/plans/one +yes +1 +1 +0 +any +runs"));
        assertThat(lines).anyMatch(line -> line.matches("/plans/two +yes +2 +0 +0 +any +runs"));
        assertThat(lines).anyMatch(line -> line.matches("/plans/none +yes +0 +0 +0 +any +no tests"));
        assertThat(lines).anyMatch(line -> line.matches("/plans/off +no +.*refused \\(disabled\\)"));
        assertThat(python(
                        atex.call("plans", "--root", "tree", "--plan", "two", "--json")
                                .expect(0)
                                .out(),
                        "[(p['name'], p['enabled'], sorted(p['tests']), p['prepare']) for p in data]"))
                .isEqualTo("[('/plans/two', True, ['/bad', '/good'], 0)]");
    }

    @Test
    void emptySelectionInPlanListsItsTests() throws Exception {
        assertThat(run("--plan", "/plans/one", "--exclude", "^/good$").expect(2).err())
                .contains("plan '/plans/one': ", ": the plan selects 1 test, none of which meets --exclude '^/good$'")
                .contains("There is: /good");
    }

    @Test
    void lintReportsUnselectedTestsAndEmptyPlans() throws Exception {
        Atex.Result result = atex.call("lint", "--root", "tree").expect(1);
        assertThat(result.out())
                .contains(
                        "no plan selects test '/unused' in this context [unselected]",
                        "plan '/plans/none' selects no tests [empty-plan]");
        assertThat(python(
                        atex.call("lint", "--root", "tree", "--json").expect(1).out(),
                        "sorted(set((f['severity'], f['kind']) for f in data))"))
                .isEqualTo(
                        "[('hint', 'disabled'), ('note', 'empty-plan'), ('note', 'no-match'), ('note', 'unselected')]");
    }

    @Test
    void lintExitsWithTwoForMistakes() throws Exception {
        Files.writeString(directory.resolve("tree/zz.fmf"), "discover: {how: fmf, test: '('}\n");
        assertThat(atex.call("lint", "--root", "tree").expect(2).out()).contains("mistake: ");
        Files.writeString(directory.resolve("tree/zz.fmf"), "test: [\n  }\n");
        assertThat(atex.call("lint", "--root", "tree").expect(2).out()).contains("zz.fmf:2:3");
    }

    @Test
    void lintPrintsEqualFindingsInOneLine() throws Exception {
        Tree.in(directory.resolve("many"))
                .file("a.fmf", "test: 'true'\n/a: {extra-x: 1}\n/b: {extra-x: 1}\n")
                .file("b.fmf", "test: 'true'\n/a: {extra-x: 1}\n/b: {extra-x: 1}\n/c: {extra-x: 1}\n")
                .file("p.fmf", "discover: {how: fmf, test: /a/a}\n");
        assertThat(atex.call("lint", "--root", "many").expect(1).out()).isEqualTo("""
                        a.fmf:3: note: no plan selects test '/a/b' in this context [unselected] (4 times, also '/b/a', '/b/b', '/b/c')
                        a.fmf:2: hint: a test has a key 'extra-x' that atex does not use [own-key] (5 times, also a.fmf:3, b.fmf:2, b.fmf:3, ...)
                        4 notes, 5 hints (--json lists each place)
                        """);
        assertThat(python(
                        atex.call("lint", "--root", "many", "--json").expect(1).out(),
                        "(len(data), len(set(f['place'] for f in data if f['kind'] == 'own-key')))"))
                .isEqualTo("(9, 5)");
    }

    @Test
    void lintListsAllErrorsOfMerging() throws Exception {
        Files.writeString(
                directory.resolve("tree/merge.fmf"), "test: 'true'\ntag: [x]\n/a: {tag+: 5}\n/b: {tag+: 6}\n");
        Files.writeString(directory.resolve("tree/rule.fmf"), "test: 'true'\nadjust: 5\n");
        Files.writeString(directory.resolve("tree/test.fmf"), "test: 'true'\nduration: 5z\n");
        assertThat(atex.call("lint", "--root", "tree").expect(2).out())
                .contains("merge.fmf:3:", "merge.fmf:4:", "rule.fmf:2:", "test.fmf:2: ", "4 mistakes");
    }

    @Test
    void lintExitsWithOneForRefusals() throws Exception {
        Tree.in(directory.resolve("refused"))
                .test("a", "true")
                .file(
                        "plan.fmf",
                        "discover: {how: fmf}\n/beaker:\n  provision: {how: beaker}\n/verify:\n  prepare: {how: verify-installation}\n");
        assertThat(atex.call("lint", "--root", "refused").expect(1).out())
                .contains("refused: ", "[provision]", "[how]", "2 refused\n");
        assertThat(atex.call("lint", "--help").expect(0).out()).contains("reports or refuses (note, refused)");
    }

    @Test
    void lintOfCleanTreeExitsWithZero() throws Exception {
        Tree.in(directory.resolve("clean")).test("a", "true").file("p.fmf", "discover: {how: fmf}\n");
        assertThat(atex.call("lint", "--root", "clean").expect(0).out()).isEqualTo("No problems found.\n");
        assertThat(atex.call("lint", "--root", "clean", "--json")
                        .expect(0)
                        .out()
                        .strip())
                .isEqualTo("[]");
    }

    /** What one test leaves behind the next one finds, though the first one failed. */
    @Test
    void oneMachineRunsTestsInOrder() throws Exception {
        String log = directory.resolve("order").toString();
        Tree.in(directory.resolve("ordered"))
                .test("a", "echo a >>" + log + "; false")
                .test("b", "echo b >>" + log)
                .test("c", "echo c >>" + log);
        Atex.Result result = atex.call(
                        "run", "--root", "ordered", "--provision", "local,max=3", "--one-machine", "--output", "out")
                .expect(1);
        assertThat(Path.of(log)).hasContent("a\nb\nc");
        assertThat(result.out().lines().filter(line -> line.contains(" on local-1")))
                .hasSize(3);
        assertThat(Files.readString(directory.resolve("out/run.json"))).contains("\"one-machine\":[]");
    }

    @Test
    void envOptionReadsFile() throws Exception {
        Files.writeString(directory.resolve("variables"), "WHO=file\n# nothing\nOTHER=x\n");
        // The command line wins over the plan.
        run("--plan", "/plans/one", "-e", "@variables", "-e", "OTHER=y", "--output", "out")
                .expect(0);
        assertThat(log()).containsExactly("file");
        assertThat(Files.readString(directory.resolve("out/run.json")))
                .contains("\"@" + directory.resolve("variables") + "\"");
        assertThat(run("-e", "A B=1").expect(2).err())
                .contains("--env 'A B=1': 'A B' cannot be the name of a variable");
    }

    /** Testing Farm wants a token; to say what would be run needs none. */
    @Test
    void dryRunNeedsNoToken() throws Exception {
        Atex without = Atex.in(directory).with(Map.of("TESTING_FARM_API_TOKEN", ""));
        String[] run = {"run", "--root", "tree", "--provision", "testingfarm,compose=Fedora-42"};
        assertThat(without.call(run).expect(2).err()).contains("there is no token");
        String[] said = java.util.Arrays.copyOf(run, run.length + 1);
        said[run.length] = "--dry-run";
        assertThat(without.call(said).expect(0).out())
                .contains("3 tests would be run on testingfarm,compose=Fedora-42");
        said[4] = "testingfarm,max=2";
        assertThat(without.call(said).expect(2).err()).contains("compose");
        said[4] = "testingfarm,compos=x";
        assertThat(without.call(said).expect(2).err()).contains("did you mean 'compose'?");
    }

    /** By another JSON parser than ours. */
    private static String python(String json, String expression) throws IOException, InterruptedException {
        Path file = Files.createTempFile("atex-system-", ".json");
        try {
            Files.writeString(file, json);
            Process process = new ProcessBuilder(
                            "python3",
                            "-c",
                            "import json,sys\ndata = json.load(open(sys.argv[1]))\nprint(" + expression + ")",
                            file.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes());
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            return said.strip();
        } finally {
            Files.delete(file);
        }
    }
}
