package dev.atex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.cli.command.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands print and return, in this process; runs are tested with the packaged command. */
class CommandLineTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path directory;

    @BeforeEach
    void makeTree() throws IOException {
        write(".fmf/version", "1\n");
        write("main.fmf", """
                require: [base]
                /one:
                  test: "true"
                  tag: quick
                  duration: 10m
                  extra-priority: -1
                /two:
                  test: "false"
                  require+: [extra]
                  recommend: [nice]
                  duration: 1h
                /three:
                  test: "true"
                  enabled: false
                  adjust:
                    enabled: true
                    when: arch == s390x
                """);
        write("plans.fmf", "/smoke:\n  discover: {how: fmf, filter: 'tag:quick'}\n/big:\n  discover: {how: fmf}\n");
    }

    private void write(String file, String text) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private int run(String... args) {
        return run(false, Map.of(), args);
    }

    private int run(boolean interactive, Map<String, String> environment, String... args) {
        out.reset();
        err.reset();
        return Cli.run(new Terminal(stream(out), stream(err), environment, interactive), args);
    }

    private int inTree(String command, String... args) {
        return run(Stream.concat(Stream.of(command, "--root", directory.toString()), Stream.of(args))
                .toArray(String[]::new));
    }

    private static PrintStream stream(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** A mistake of the user's: one message without a stack trace, and nothing else. */
    private void assertRefused(int code) {
        assertThat(code).isEqualTo(2);
        assertThat(out()).isEmpty();
        assertThat(err()).startsWith("atex: ").doesNotContain("\tat ", "Exception");
    }

    @Test
    void discoverListsNames() {
        assertThat(inTree("discover")).isZero();
        assertThat(out()).isEqualTo("/one\n/two\n");
        assertThat(inTree("discover", "--plan", "/plans/smoke")).isZero();
        assertThat(out()).isEqualTo("/one\n");
        assertThat(inTree("discover", "-c", "arch=x86_64,s390x", "--exclude", "w"))
                .isZero();
        assertThat(out()).isEqualTo("/one\n/three\n");
        assertThat(inTree("discover", "-t", "one", "--test=two", "--condition", "duration == '1h'"))
                .isZero();
        assertThat(out()).isEqualTo("/two\n");
    }

    @Test
    void lintWithoutTreeIsUsageError() throws IOException {
        assertRefused(run("lint", "--root", directory.resolve("typo").toString()));
        assertThat(err()).isEqualTo("atex: --root " + directory.resolve("typo") + ": there is no such directory\n");
        assertRefused(run("lint", "--root", directory.resolve("main.fmf").toString()));
        assertThat(err()).contains("main.fmf: it is not a directory");
        Files.delete(directory.resolve(".fmf/version"));
        Files.delete(directory.resolve(".fmf"));
        assertRefused(inTree("lint"));
        assertThat(err()).contains("no fmf metadata", "To create a tree: atex fmf init");
    }

    @Test
    void placesOfLintAreRelativeToRoot() throws IOException {
        write("bad.fmf", "test: ./a\nadjust:\n  - when: 'distro =='\n");
        assertThat(inTree("lint")).isEqualTo(2);
        assertThat(out())
                .startsWith("bad.fmf:3:5: mistake: ")
                .contains("[tree]")
                .doesNotContain(directory.toString());
        write("bad.fmf", "x: [\n");
        assertThat(inTree("lint")).isEqualTo(2);
        assertThat(out())
                .startsWith("bad.fmf:2:1: mistake: not valid YAML: ")
                .contains("[unreadable]")
                .doesNotContain(directory.toString(), ".;");
    }

    @Test
    void wrongCompressionOptionsAreExplained() {
        for (List<String> each : List.of(
                List.of("gzip has the levels 1 to 9", "--results", "jsonl=x.gz", "--compress-level", "9e"),
                List.of("it must be 1 to 9 for .gz", "--compress-level", "10"),
                List.of("needs --files", "--compress-files", "gz"),
                List.of("it must be gz or xz", "--files", directory + "/f", "--compress-files", "zip"),
                List.of("needs --compress-files", "--compress-suffix", ".z"),
                List.of(
                        "is not a suffix",
                        "--files",
                        directory + "/f",
                        "--compress-files",
                        "xz",
                        "--compress-suffix",
                        "/"))) {
            assertRefused(inTree("run", each.subList(1, each.size()).toArray(String[]::new)));
            assertThat(err()).contains(each.getFirst());
        }
        assertThat(inTree("run", "--dry-run", "--results", "jsonl=" + directory + "/x.xz", "--compress-level", "0e"))
                .isZero();
    }

    @Test
    void showPrintsMetadata() {
        assertThat(inTree("show", "-t", "one")).isZero();
        assertThat(out()).isEqualTo("""
                        /one:
                          require:
                          - base
                          test: 'true'
                          tag: quick
                          duration: 10m
                          extra-priority: -1
                        """);
        assertThat(inTree("show", "-t", "one", "--json")).isZero();
        assertThat(out())
                .isEqualTo("{\"/one\":{\"require\":[\"base\"],\"test\":\"true\",\"tag\":\"quick\",\"duration\":\"10m\","
                        + "\"extra-priority\":-1}}\n");
    }

    @Test
    void requiresListsPackages() {
        assertThat(inTree("requires")).isZero();
        assertThat(out()).isEqualTo("base\nextra\nnice\n");
    }

    @Test
    void namesAreEscapedForATerminalOnly() throws IOException {
        write("odd.fmf", "\"/a\\e[2Jb\":\n  test: x\n");
        assertThat(inTree("discover", "-t", "odd")).isZero();
        assertThat(out()).isEqualTo("/odd/a\u001b[2Jb\n");
        assertThat(run(true, Map.of(), "discover", "--root", directory.toString(), "-t", "odd"))
                .isZero();
        assertThat(out()).isEqualTo("/odd/a\\e[2Jb\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            longest  | /two /one
            priority | /two /one
            given    | /one /two
            """)
    void dryRunPrintsTestsInOrder(String order, String names) throws IOException {
        List<Path> before = files();
        assertThat(inTree("run", "--dry-run", "--order", order)).isZero();
        assertThat(out().lines().limit(2)).containsExactly(names.split(" "));
        assertThat(out()).contains("2 tests would be run on local as platform local");
        assertThat(files()).isEqualTo(before);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --rot x               | unknown option '--rot', did you mean '--root'?
            --plan /plans/smokr   | Did you mean '/plans/smoke'?
            --plan /plans/(       | there is no plan '/plans/('
            --plan small --plan /plans/big | --plan small: no plan of the tree of
            -t nothing            | no test is selected: the tree of
            -t (                  | atex: --test '(': error: missing ), unterminated subpattern
            --exclude ([          | atex: --exclude '([': error: unterminated character set
            --filter tag:(        | --filter 'tag:(': error: missing ), unterminated subpattern
            --filter x:1&(        | --filter 'x:1&(': error: missing ), unterminated subpattern
            --condition 1+        | condition '1+'
            -c distro             | --context 'distro': it must be KEY=VALUE
            -c distro=            | --context distro=: a value is missing
            -c di.stro=x          | cannot name a dimension
            --root x --root y     | option '--root'
            here                  | unexpected argument 'here'
            """)
    void wrongSelectionOptionsAreExplained(String args, String message) {
        for (String command : List.of("discover", "show", "requires", "run")) {
            assertRefused(inTree(command, args.split(" ")));
            assertThat(err()).contains(message);
        }
    }

    @Test
    void selectionOfNothingDoesNotBlameAnotherTest() throws IOException {
        write("wrong.fmf", "test: 'true'\nduration: long\n");
        for (String command : List.of("discover", "show", "requires", "run")) {
            assertRefused(inTree(command, "-t", "nothing"));
            assertThat(err())
                    .contains("no test is selected: the tree of", "none of which meets --test 'nothing'")
                    .doesNotContain("mistake", "duration");
        }
    }

    @Test
    void metadataThatTmtRefusesAreReported() throws IOException {
        write("odd.fmf", "test: 'true'\ntag: [x:y]\n");
        assertThat(inTree("discover", "-t", "odd")).isZero();
        assertThat(out()).isEqualTo("/odd\n");
        assertThat(err()).contains("note: " + directory.resolve("odd.fmf") + ":2:7: an unquoted ':' or '?'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --provision locl          | there is no provisioner 'locl', did you mean 'local'?
            --provision local,mx=2    | provisioner 'local' has no option 'mx', did you mean 'max'?
            --provision local,max=0   | option 'max' must be a whole number
            --provision local,contain=x | option 'contain' must be one of auto, cgroup, systemd, namespace, mark, not 'x'
            --provision local,max='2  | --provision local,max='2:
            --reruns -1               | --reruns -1: it must be a whole number
            --reruns two              | --reruns two: it must be a whole number
            --max-upload much         | --max-upload much: it must be a number of bytes, or of K, M, G or T
            --max-upload 99999999999T | --max-upload 99999999999T: it must be a number of bytes
            --max-files -1            | --max-files -1: it must be a whole number from 0
            --max-json-depth 501      | --max-json-depth 501: it must be a whole number from 1 to 500
            --max-restarts many       | --max-restarts many: it must be a whole number from 0 to 999999999
            --beakerlib al            | --beakerlib al: unknown value, did you mean 'all'?
            --debug-shell on-failur   | --debug-shell on-failur: unknown value, did you mean 'on-failure'?
            --debug-shell on-failure --provision local | --debug-shell needs a terminal
            --order longst            | --order longst: unknown value, did you mean 'longest'?
            --env NAME                | --env 'NAME': it must be KEY=VALUE
            --env =x                  | --env '=x': it must be KEY=VALUE
            --env A-B=1               | --env 'A-B=1': 'A-B' cannot be the name of a variable
            --env 1A=1                | --env '1A=1': '1A' cannot be the name of a variable
            --env @                   | --env @: the name of a file is missing
            --allow disbled           | --allow disbled: unknown kind, did you mean 'disabled'?
            --one-machine --provision local --provision local | --one-machine: 2 times --provision
            --output main.fmf/x       | main.fmf is not a directory
            --output main.fmf         | main.fmf: it exists already
            --output .                | it exists already
            """)
    void wrongRunOptionsAreExplainedAndCreateNothing(String args, String message) throws IOException {
        List<Path> before = files();
        String[] words = args.split(" ");
        if (words[0].equals("--output")) {
            words[1] = directory.resolve(words[1]).toString();
        }
        assertRefused(inTree("run", words));
        assertThat(err()).contains(message.strip());
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void missingRootIsExplained() throws IOException {
        Path other = Files.createTempDirectory("atex-no-tree");
        assertRefused(run("discover", "--root", other.toString()));
        assertThat(err()).contains("neither it nor a directory above it has a directory .fmf");
        Files.delete(other);
        assertRefused(run("discover", "--root", other.toString()));
        assertThat(err()).contains("there is no such directory");
        assertRefused(run("discover", "--root", directory.resolve("main.fmf").toString()));
        assertThat(err()).contains("it is not a directory");
        assertRefused(run("discover", "--root="));
    }

    @Test
    void yamlErrorHasFileAndLine() throws IOException {
        write("broken.fmf", "test: [\n  }\n");
        assertRefused(inTree("discover"));
        assertThat(err()).contains("broken.fmf:2:3");
    }

    @Test
    void unknownCommandGetsSuggestion() {
        assertRefused(run("dicsover"));
        assertThat(err()).contains("did you mean 'discover'?");
        assertRefused(run("--verion"));
        assertThat(err()).contains("did you mean '--version'?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "discover", "show", "requires", "fmf", "completion"})
    void everyCommandHasHelpWithExamplesAndExitCodes(String command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(out())
                .contains("Usage: atex " + command, "Examples:", "Exit codes:")
                .doesNotContain("\u001b");
        assertThat(out().lines()).allMatch(line -> line.length() <= 110);
        assertThat(err()).isEmpty();
        String help = out();
        assertThat(run("help", command)).isZero();
        assertThat(out()).isEqualTo(help);
    }

    @Test
    void helpIsColoredOnTerminalUnlessNoColorIsSet() {
        assertThat(run(true, Map.of(), "--help")).isZero();
        assertThat(out()).contains("\u001b[");
        assertThat(run(true, Map.of("NO_COLOR", "1"), "--help")).isZero();
        assertThat(out()).doesNotContain("\u001b");
    }

    @Test
    void runHelpListsKindsOfMachines() {
        assertThat(run("run", "--help")).isZero();
        assertThat(out()).contains("local: ", "max=N", "130", "143");
    }

    @Test
    void completionKnowsCommandsAndOptions() {
        assertThat(run("completion", "bash")).isZero();
        assertThat(out()).contains("--provision", "--filter", "discover");
        assertRefused(run("completion", "fish"));
    }

    @Test
    void missingCommandPrintsHelpAndFails() {
        assertThat(run()).isEqualTo(2);
        assertThat(err()).contains("Commands:", "run", "discover");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--limit|idel=5m|unknown limit, did you mean 'idle'?",
                "--limit|run|must be KEY=VALUE",
                "--limit|run=soon|--limit run=soon: it must be a number and a unit",
                "--limit|run=0s|must be more than 0 and at most 36500d, not 0s",
                "--limit|run=99999999999d|--limit",
                "--rerun|timout=1|unknown failure class, did you mean 'timeout'?",
                "--rerun|cancelled=1|atex resume",
                "--rerun|timeout=-1|whole number",
                "--reruns|x|whole number",
            })
    void invalidLimitIsExplained(String option, String value, String message) {
        assertThat(inTree("run", option, value)).isEqualTo(2);
        assertThat(err()).contains(message);
    }

    @Test
    void missingRunIsExplained() {
        assertThat(run("resume", "nothing")).isEqualTo(2);
        assertThat(err()).contains("no run 'nothing'");
        assertThat(run("rerun", directory.toString())).isEqualTo(2);
        assertThat(err()).contains("has no run.json");
        assertThat(run("runs", "--in", directory.toString())).isZero();
        assertThat(out()).contains("No runs in ");
        assertThat(run("runs", "--in", directory + "/missing")).isEqualTo(2);
        assertThat(run("runs", "--in", directory.toString(), "--json")).isZero();
        assertThat(out().strip()).isEqualTo("[]");
    }

    @Test
    void completionKnowsRuns() {
        assertThat(run("completion", "bash")).isZero();
        assertThat(out())
                .contains("local positionals=\"$(ls -1 atex-runs 2>/dev/null;")
                .contains("bash\nzsh");
    }
}
