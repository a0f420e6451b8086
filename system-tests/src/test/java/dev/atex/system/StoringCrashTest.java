package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.lease.ledger.CrashPoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged command is halted at every instant of storing results, then at an instant of the resume, then resumed: each
 * result and each file is there once. {@code -Datex.crash.all=true} halts at every instant of the resume,
 * {@code -Datex.seed=N} at others.
 */
@Tag("slow")
class StoringCrashTest {
    private static final boolean ALL = Boolean.getBoolean("atex.crash.all");

    @TempDir
    private Path directory;

    private final Random random = new Random(Long.getLong("atex.seed", 1));
    private CrashingAtex atex;
    private int runs;
    private int status;

    @BeforeEach
    void makeTree() throws Exception {
        String upload = """
                json='{"name": "sub", "status": "pass", "files": [{"name": "log", "length": 4}]}'
                printf 'result %d\\n%slog\\n' ${#json} "$json" >&$ATEX_TEST_CONTROL
                """;
        Tree.in(directory.resolve("tree"))
                .test("a", upload + "echo a")
                .test("b", upload + "echo b; false")
                .test("c", "echo c");
        atex = new CrashingAtex(directory);
    }

    @AfterEach
    void endAtex() throws IOException {
        atex.close();
    }

    private int atex(List<String> properties, String... args) throws IOException, InterruptedException {
        return atex.call(Map.of(), properties, List.of(args));
    }

    private Path run(List<String> properties) throws Exception {
        Path run = directory.resolve("run" + ++runs);
        status = atex(
                properties,
                "run",
                "--root",
                "tree",
                "--provision",
                "local",
                "--output",
                run.getFileName().toString());
        assertThat(status).as(atex.output()).isIn(1, CrashPoints.STATUS);
        return run;
    }

    /** Returns the numbers of the points of storing. */
    private static List<Integer> storing(Path record) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        List<String> points = Files.readAllLines(record);
        for (int i = 0; i < points.size(); i++) {
            if (points.get(i).startsWith("results")) {
                numbers.add(i + 1);
            }
        }
        return numbers;
    }

    private static List<String> output(Path run) throws IOException {
        List<String> output = new ArrayList<>(Files.readAllLines(run.resolve("results.jsonl")));
        Path files = run.resolve("files");
        try (Stream<Path> all = Files.walk(files)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                output.add(files.relativize(file) + ": " + Files.readString(file));
            }
        }
        output.sort(null);
        return output;
    }

    @Test
    void runThatIsHaltedWhileItStoresBecomesWhole() throws Exception {
        Path points = directory.resolve("points");
        List<String> expected = output(run(List.of("-Datex.crash.record=" + points)));
        assertThat(expected).hasSize(5 + 5).anyMatch(file -> file.endsWith("/a/sub/log: log\n"));
        List<Integer> numbers = storing(points);
        assertThat(numbers).hasSizeGreaterThan(12);
        int crashes = 0;
        int again = 0;
        for (int at : numbers) {
            Path run = run(List.of("-Datex.crash.at=" + at));
            String where = "halted at point " + at + " ";
            crashes += status == CrashPoints.STATUS ? 1 : 0; // else threads met in another order
            // every point of the resume, or one of the first twenty
            for (int second = ALL ? 1 : 1 + random.nextInt(20);
                    atex(List.of("-Datex.crash.at=" + second), "resume", run.toString()) == CrashPoints.STATUS;
                    second++) {
                again++;
                if (!ALL) {
                    break;
                }
            }
            assertThat(atex.call("resume", run.toString()))
                    .as(where + atex.output())
                    .isEqualTo(1);
            assertThat(output(run)).as(where).isEqualTo(expected);
        }
        System.out.printf("%d crashes while storing, %d while resuming%n", crashes, again);
        assertThat(crashes).isGreaterThan(numbers.size() / 2);
        assertThat(again).isPositive();
    }
}
