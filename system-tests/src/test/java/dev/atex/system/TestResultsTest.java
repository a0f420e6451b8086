package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code tools/results}, which says what a check has found. */
@Timeout(60)
class TestResultsTest {
    @TempDir
    private Path directory;

    private Path report(String module, String counts, String cases) throws IOException {
        Path reports = Files.createDirectories(directory.resolve(module + "/target/surefire-reports"));
        return Files.writeString(
                reports.resolve("TEST-a.XTest.xml"),
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite version=\"3.0.2\" name=\"a.XTest\" time=\"1,048.5\" "
                        + counts + ">\n" + cases + "</testsuite>\n");
    }

    private Atex.Result results(String... more) throws IOException, InterruptedException {
        java.util.List<String> command = new java.util.ArrayList<>();
        command.add(Atex.SOURCES.resolve("tools/results").toString());
        command.addAll(java.util.List.of(more));
        return Atex.in(directory).startAs(command).end();
    }

    @Test
    void skippedAndFailedTestsAreListedWithTheReason() throws Exception {
        report("one", "tests=\"5\" errors=\"1\" skipped=\"2\" failures=\"1\"", """
                  <testcase name="good" classname="a.XTest" time="1"/>
                  <testcase name="mounts" classname="a.XTest" time="1">
                    <skipped type="org.T"><![CDATA[org.T: Assumption failed: no "mounts" & more
                      at x]]></skipped>
                  </testcase>
                  <testcase name="" classname="a.WholeTest" time="1">
                    <skipped message="needs root"/>
                  </testcase>
                  <testcase name="bad" classname="a.XTest" time="1">
                    <failure message="&#10;expected: &lt;1&gt;&#10; but was: &quot;2&quot;" type="E"><![CDATA[E]]></failure>
                  </testcase>
                  <testcase name="worse" classname="a.XTest" time="1">
                    <error type="java.lang.Error"><![CDATA[java.lang.Error]]></error>
                  </testcase>
                """);
        assertThat(results(".").expect(1).out()).isEqualTo("""
                Skipped:
                  one: a.XTest#mounts: no "mounts" & more
                  one: a.WholeTest: needs root
                Failed:
                  one: a.XTest#bad: expected: <1> but was: "2"
                  one: a.XTest#worse: java.lang.Error
                1 passed, 2 failed, 2 skipped
                """);
    }

    @Test
    void outputOfTestsIsNotCountedAsResults() throws Exception {
        report("one", "tests=\"1\" errors=\"0\" skipped=\"0\" failures=\"0\"", """
                  <testcase name="good" classname="a.XTest" time="1">
                    <system-out><![CDATA[
                  <testsuite tests="100" failures="7" skipped="7">
                  <testcase name="evil" classname="evil">
                    <failure message="evil">
                ]]>]]&gt;<![CDATA[
                    <skipped message="evil">
                ]]></system-out>
                  </testcase>
                """);
        assertThat(results(".").expect(0).out()).isEqualTo("1 passed, 0 failed, 0 skipped\n");
    }

    @Test
    void reportsOfAllModulesNewerThanStampAreAdded() throws Exception {
        String good = "tests=\"2\" errors=\"0\" skipped=\"0\" failures=\"0\"";
        report("one", good, "");
        report("two", good, "");
        Path old = report("three", "tests=\"1\" errors=\"0\" skipped=\"0\" failures=\"1\"", "");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(1000)));
        Path stamp = Files.createFile(directory.resolve("stamp"));
        Files.setLastModifiedTime(stamp, FileTime.from(Instant.now().minusSeconds(500)));
        assertThat(results(".", "stamp").expect(0).out()).isEqualTo("4 passed, 0 failed, 0 skipped\n");
        assertThat(results(".").expect(1).out()).isEqualTo("4 passed, 1 failed, 0 skipped\n");
        assertThat(results("--times", ".", "stamp").expect(0).out())
                .contains("  1048.5 s  one\n", "  1048.5 s  two a.XTest\n")
                .endsWith("4 passed, 0 failed, 0 skipped\n");
    }

    /** Nobody has seen whether it works. */
    @Test
    void allSkippedIsFailure() throws Exception {
        String skipped = "<testcase name=\"a\" classname=\"a.XTest\"><skipped message=\"needs root\"/></testcase>\n";
        report("one", "tests=\"1\" errors=\"0\" skipped=\"1\" failures=\"0\"", skipped.replace("><", ">\n<"));
        assertThat(results(".").expect(1).out())
                .isEqualTo("Skipped:\n  one: a.XTest#a: needs root\n0 passed, 0 failed, 1 skipped\n");
        report("two", "tests=\"1\" errors=\"0\" skipped=\"0\" failures=\"0\"", "");
        assertThat(results(".").expect(0).out()).endsWith("1 passed, 0 failed, 1 skipped\n");
    }

    @Test
    void noTestRunIsFailure() throws Exception {
        assertThat(results(".").expect(1).out()).isEqualTo("0 passed, 0 failed, 0 skipped\n");
        assertThat(results("nowhere").expect(2).err()).contains("results [--times] DIR [STAMP]");
    }
}
