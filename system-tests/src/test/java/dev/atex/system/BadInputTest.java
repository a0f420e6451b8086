package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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

/** Mistakes of the user's, with the packaged command: one message, exit code 2, nothing made. */
class BadInputTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void makeTree() throws IOException {
        Tree.in(directory.resolve("tree")).test("one", "true").file("plans.fmf", "/a:\n  discover: {how: fmf}\n");
        Tree.in(directory.resolve("broken")).file("x.fmf", "test: [\n  }\n");
        Files.createDirectory(directory.resolve("bare"));
        Files.createDirectory(directory.resolve("taken"));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --root nowhere                                | --root nowhere: there is no such directory
            --root bare                                   | directory .fmf
            --root broken                                 | x.fmf:2:3
            --root tree --plan /plans/b                   | Did you mean '/plans/a'?
            --root tree --test nothing                    | no test is selected
            --root tree --provision lokal                 | did you mean 'local'?
            --root tree --provision local,maxx=1          | did you mean 'max'?
            --root tree --output taken                    | it exists already
            --root tree --output /proc/none/run           | --output /proc/none/run
            --root tree --context arch                    | it must be KEY=VALUE
            --root tree --outptu x                        | did you mean '--output'?
            """)
    void isExplained(String args, String message) throws Exception {
        List<Path> before = files();
        Atex.Result result = Atex.in(directory)
                .call(Stream.concat(Stream.of("run"), Stream.of(args.split(" ")))
                        .toArray(String[]::new))
                .expect(2);
        assertThat(result.err()).startsWith("atex: ").contains(message).doesNotContain("Exception", "\tat ");
        assertThat(result.out()).isEmpty();
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void malformedDebugVariableIsExplained() throws Exception {
        Atex.Result result = Atex.in(directory)
                .with(Map.of("ATEX_DEBUG_TEST_OUTPUT_FD", "x"))
                .call("run", "--root", "tree")
                .expect(2);
        assertThat(result.err()).contains("ATEX_DEBUG_TEST_OUTPUT_FD");
        assertThat(directory.resolve("atex-runs")).doesNotExist();
    }

    @Test
    void dryRunCreatesNothing() throws Exception {
        List<Path> before = files();
        Atex.Result result =
                Atex.in(directory).call("run", "--root", "tree", "--dry-run").expect(0);
        assertThat(result.out()).startsWith("/one\n");
        assertThat(files()).isEqualTo(before);
    }
}
