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

/** {@code atex fmf ls}, {@code show} and {@code init}. */
class FmfCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path directory;

    @BeforeEach
    void makeTree() throws IOException {
        write(".fmf/version", "1\n");
        write("main.fmf", """
                tag: [base]
                tier: 1
                adjust:
                  - when: arch == s390x
                    tag+: [big]
                """);
        write("one.fmf", """
                summary: The first
                test: ./one.sh
                tag+: [quick]
                """);
        write("two/main.fmf", """
                test: ./two.sh
                tier: 2
                environment: {A: 1}
                steps:
                  - how: shell
                since: 2026-01-02
                nothing:
                theme: |
                  Two
                  lines
                """);
    }

    private void write(String file, String text) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private int run(boolean interactive, String... args) {
        out.reset();
        err.reset();
        return Cli.run(new Terminal(stream(out), stream(err), Map.of(), interactive), args);
    }

    private int inTree(String command, String... args) {
        return run(
                false,
                Stream.concat(Stream.of("fmf", command, "--path", directory.toString()), Stream.of(args))
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

    private void assertRefused(int code) {
        assertThat(code).as(out() + err()).isEqualTo(2);
        assertThat(out()).isEmpty();
        assertThat(err()).startsWith("atex: ").doesNotContain("\tat ", "Exception");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                                              | /one /two
            --whole                           | / /one /two
            --name o$                         | /two
            --name o$ --name ^/o              | /one /two
            --key summary                     | /one
            --key test --key steps            | /two
            --filter tag:quick                | /one
            --filter tag:big                  |
            --filter tag:big -c arch=s390x    | /one /two
            --condition tier==2               | /two
            --condition summary               | /one
            --name o$ --filter tag:quick      |
            """)
    void lsListsObjectsThatMatchAllCriteria(String args, String names) {
        assertThat(inTree("ls", args == null ? new String[0] : args.split(" "))).isZero();
        assertThat(out().lines()).containsExactly(names == null ? new String[0] : names.split(" "));
        assertThat(err()).isEmpty();
    }

    @Test
    void lsAcceptsSourcesAndSeveralTrees() throws IOException {
        String one = directory.resolve("one.fmf").toString();
        assertThat(inTree("ls", "--source", one)).isZero();
        assertThat(out()).isEqualTo("/one\n");
        Path other = directory.resolve("other");
        Files.createDirectories(other.resolve(".fmf"));
        Files.writeString(other.resolve(".fmf/version"), "1\n");
        Files.writeString(other.resolve("x.fmf"), "a: 1\n");
        assertThat(inTree("ls", "--path", other.toString(), "--json")).isZero();
        assertThat(out()).isEqualTo("[\"/one\",\"/two\",\"/x\"]\n");
    }

    @Test
    void showPrintsText() {
        assertThat(inTree("show")).isZero();
        assertThat(out()).isEqualTo("""
                /one
                adjust:
                  - when: arch == s390x
                    tag+:
                    - big
                summary: The first
                tag: base and quick
                test: ./one.sh
                tier: 1

                /two
                adjust:
                  - when: arch == s390x
                    tag+:
                    - big
                environment:
                  A: 1
                nothing: None
                since: 2026-01-02
                steps:
                  - how: shell
                tag: base
                test: ./two.sh
                theme: Two
                lines
                tier: 2
                """);
    }

    @Test
    void showPrintsJson() {
        assertThat(inTree("show", "--json", "--name", "two")).isZero();
        assertThat(out())
                .isEqualTo("[{\"name\":\"/two\",\"sources\":[\"%1$s/main.fmf\",\"%1$s/two/main.fmf\"],\"data\":{"
                                .formatted(directory)
                        + "\"tag\":[\"base\"],\"tier\":2,\"adjust\":[{\"when\":\"arch == s390x\",\"tag+\":[\"big\"]}],"
                        + "\"test\":\"./two.sh\",\"environment\":{\"A\":1},\"steps\":[{\"how\":\"shell\"}],"
                        + "\"since\":\"2026-01-02\",\"nothing\":null,\"theme\":\"Two\\nlines\\n\"}}]\n");
    }

    @Test
    void formatIsApplied() {
        assertThat(inTree(
                        "show",
                        "--format",
                        "{0:<5}|{1[tier]:03}|{2}\\n",
                        "--value",
                        "name",
                        "--value",
                        "data",
                        "--value",
                        "os.path.basename(sources[-1])"))
                .isZero();
        assertThat(out()).isEqualTo("/one |001|one.fmf\n/two |002|main.fmf\n");
    }

    @Test
    void namesAndTextAreEscapedForATerminalOnly() throws IOException {
        write("odd.fmf", "\"/a\\e[2Jb\":\n  text: \"x\\ey\"\n");
        assertThat(run(true, "fmf", "show", "--path", directory.toString(), "--name", "odd"))
                .isZero();
        assertThat(out()).contains("/odd/a\\e[2Jb", "x\\ey");
        assertThat(inTree("ls", "--name", "odd")).isZero();
        assertThat(out()).isEqualTo("/odd/a\u001b[2Jb\n");
    }

    @Test
    void initCreatesTreeOnlyOnce() throws IOException {
        Path fresh = Files.createDirectory(directory.resolve("fresh"));
        assertThat(run(false, "fmf", "init", "--path", fresh.toString())).isZero();
        assertThat(out()).isEqualTo("Metadata tree '" + fresh + "' successfully initialized.\n");
        assertThat(fresh.resolve(".fmf/version")).hasContent("1\n");
        assertRefused(run(false, "fmf", "init", "--path", fresh.toString()));
        assertThat(err()).contains("Directory '" + fresh + "/.fmf' already exists.");
        assertRefused(
                run(false, "fmf", "init", "--path", directory.resolve("none").toString()));
        assertThat(err()).contains("there is no such directory");
        assertThat(directory.resolve("none")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            x: [                          | Failed to parse
            x: 1\\n/y:\\n  x+: a          | bad.fmf:3:3: MergeError: Key 'x' in /bad/y (unsupported operand type(s) for +: 'int' and 'str').
            x: 1\\n/: no                  | bad.fmf:2:1: Invalid fmf directive in '/bad': Should be a 'dict', got a 'str' instead.
            x: 2026-02-30                 | bad.fmf:1:4: day is out of range for month
            x: 1\\nx: 2                   | bad.fmf:2:1: Failed to parse
            adjust: 1                     | bad.fmf:1:1: Invalid adjust rule format in '/bad'.
            """)
    void metadataErrorHasFileAndLine(String yaml, String message) throws IOException {
        write("bad.fmf", yaml.replace("\\n", "\n") + "\n");
        for (String command : List.of("ls", "show")) {
            assertRefused(inTree(command, "-c", "arch=x86_64"));
            assertThat(err()).contains(message);
        }
        for (String command : List.of("discover", "show", "requires", "run")) {
            assertRefused(run(false, command, "--root", directory.toString(), "-c", "arch=x86_64"));
            assertThat(err()).contains(message);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --name (                      | --name '(':
            --condition 1+                | --condition '1+': SyntaxError: invalid syntax
            --condition isinstance(tag,str) | Condition 'isinstance(tag,str)' uses isinstance
            --condition summary<1         | /one.fmf: TypeError: '<' not supported between instances of 'str' and 'int'
            --filter tag:(                | --filter 'tag:(': error: missing
            --value name                  | --value needs a --format
            --format {                    | --format: ValueError: '{': Single '{' encountered in format string
            --format {} --value (         | --format: SyntaxError: '(': '(' was never closed
            --format {} --json            | --format and --json cannot be combined
            --format {}                   | /one: IndexError: '{}': Replacement index 0 out of range
            --format {} --value data['x'] | /one: KeyError: 'data['x']': 'x'
            --path main.fmf               | --path main.fmf: there is no such directory
            --nam x                       | unknown option '--nam', did you mean '--name'?
            -c arch                       | --context 'arch': it must be KEY=VALUE
            """)
    void wrongSelectionOptionsAreExplained(String args, String message) {
        assertRefused(inTree("show", args.split(" ")));
        assertThat(err()).contains(message);
    }

    @Test
    void conditionMayNameKeyOfSomeObjectsOnly() throws IOException {
        write("with.fmf", "id: x\ntype: y\n");
        for (String condition : List.of("id == 'x'", "type == 'y' and id != 'z'", "filter != 1 and id == 'x'")) {
            assertThat(inTree("ls", "--condition", condition)).isZero();
            assertThat(out()).isEqualTo("/with\n");
        }
        assertThat(inTree("ls", "--condition", "id != 'x'")).isZero();
        assertThat(out()).isEqualTo("/one\n/two\n");
    }

    @Test
    void metadataThatTmtRefusesAreReported() throws IOException {
        write("odd.fmf", "a: 1\nb: [tag:quick]\n");
        for (String command : List.of("ls", "show")) {
            assertThat(inTree(command, "--key", "b")).isZero();
            assertThat(out()).startsWith("/odd\n");
            assertThat(err())
                    .startsWith("atex: warning: " + directory.resolve("odd.fmf")
                            + ":2:5: an unquoted ':' or '?' in brackets")
                    .hasLineCount(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ls", "show", "init"})
    void everyCommandHasHelpWithExamplesAndExitCodes(String command) {
        assertThat(run(false, "fmf", command, "--help")).isZero();
        assertThat(out()).contains("Usage: atex fmf " + command, "Examples:", "Exit codes:");
        assertThat(out().lines()).allMatch(line -> line.length() <= 110);
        String help = out();
        assertThat(run(false, "help", "fmf", command)).isZero();
        assertThat(out()).isEqualTo(help);
    }

    @Test
    void groupHelpListsItsCommands() {
        assertThat(run(false, "fmf", "--help")).isZero();
        assertThat(out()).contains("Commands:", "ls ", "show ", "init ");
        assertThat(run(false, "fmf")).isEqualTo(2);
        assertThat(err()).contains("Commands:");
        assertRefused(run(false, "fmf", "shwo"));
        assertThat(err()).contains("unknown command 'fmf shwo', did you mean 'show'?", "Try 'atex fmf --help'");
        assertRefused(run(false, "help", "fmf", "x"));
        assertThat(run(false, "completion", "bash")).isZero();
        assertThat(out()).contains("fmf", "--whole", "init");
    }

    @Test
    void directoryOutsideOfTreeIsExplained() throws IOException {
        Path other = Files.createTempDirectory("atex-no-tree");
        assertRefused(run(false, "fmf", "ls", "--path", other.toString()));
        assertThat(err()).contains("Unable to find tree root for '" + other + "'.", "atex fmf init");
        Files.delete(other);
    }

    @Test
    void metadataThatExpandTooFarAreRefused() throws IOException {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            String before = "*a" + (i - 1);
            bomb.append("a").append(i).append(": &a").append(i).append(" [");
            bomb.append(String.join(", ", java.util.Collections.nCopies(10, before)))
                    .append("]\n");
        }
        write("bomb.fmf", bomb.toString());
        assertRefused(inTree("show", "--json"));
        assertThat(err()).contains("cannot be shown as JSON");
        assertRefused(inTree("show"));
        assertThat(err()).contains("of /bomb cannot be shown");
        assertThat(inTree("ls")).isZero();
        write("bomb.fmf", "test: x\na: &a\n  b: *a\n");
        assertRefused(inTree("show", "--json"));
        assertRefused(run(false, "show", "--root", directory.toString()));
        assertThat(err()).contains("cannot be shown as YAML");
        assertRefused(run(false, "show", "--json", "--root", directory.toString()));
    }
}
