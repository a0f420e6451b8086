package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A report that needs more memory than there is fails alone: the run and its results are as they were. */
@Timeout(300)
class ReportMemoryTest {
    private static final int HEAP_MIB = 96;

    @TempDir
    private Path directory;

    private Path run;

    /** A test that adds a line, a result of its own, that is longer than the heap. */
    @BeforeEach
    void makeTree() throws Exception {
        run = directory.resolve("run");
        Tree.in(directory.resolve("tree"))
                .test("a", "true")
                .test(
                        "b",
                        "{ printf '[\"local\", \"pass\", \"/b\", \"big\", [], \"'; head -c " + (HEAP_MIB << 20)
                                + " /dev/zero | tr '\\0' x; printf '\"]\\n'; } >> $RUN/results.jsonl");
    }

    private Atex withHeap(int mebibytes) {
        return Atex.in(directory).with(Map.of("JDK_JAVA_OPTIONS", "-XX:+UseSerialGC -Xmx" + mebibytes + "m"));
    }

    private List<String> shortLines() throws Exception {
        try (var lines = Files.lines(run.resolve("results.jsonl"))) {
            return lines.filter(line -> line.length() < 1000).toList();
        }
    }

    @Test
    void outOfMemoryIsReportError() throws Exception {
        Atex.Result result = withHeap(HEAP_MIB)
                .call(
                        "run",
                        "--root",
                        "tree",
                        "--output",
                        run.toString(),
                        "-e",
                        "RUN=" + run,
                        "--results",
                        "junit=own.xml",
                        "--results",
                        "html=own.html")
                .expect(3);
        assertThat(result.out())
                .contains(
                        "2 tests: 2 pass", "junit=", "html=", "there is not enough memory (", "JDK_JAVA_OPTIONS=-Xmx4g")
                .contains("atex report " + run + " --junit ", "own.xml", "--html ", "own.html");
        assertThat(result.out() + result.err()).doesNotContain("OutOfMemoryError", "\tat ");
        assertThat(directory.resolve("own.xml")).doesNotExist();
        assertThat(directory.resolve("own.html")).doesNotExist();
        assertThat(shortLines())
                .containsExactlyInAnyOrder(
                        "[\"local\", \"pass\", \"/a\", null, [\"output.txt\"], null]",
                        "[\"local\", \"pass\", \"/b\", null, [\"output.txt\"], null]");

        Atex.Result reported = withHeap(HEAP_MIB)
                .call("report", run.toString(), "--junit", "r.xml")
                .expect(2);
        assertThat(reported.err())
                .contains("there is not enough memory (", "JDK_JAVA_OPTIONS=-Xmx4g")
                .doesNotContain("OutOfMemoryError", "\tat ");
        assertThat(directory.resolve("r.xml")).doesNotExist();

        withHeap(10 * HEAP_MIB)
                .call("report", run.toString(), "--junit", "r.xml")
                .expect(0);
        assertThat(Files.size(directory.resolve("r.xml"))).isPositive();
        assertThat(shortLines()).hasSize(2);
    }
}
