package dev.atex.executor.fmf.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.atex.executor.TestArtifacts;
import dev.atex.executor.fmf.test.ControlLimits;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that would write for ever are ended by a limit, and what they had reported is kept. */
@Timeout(300)
class ControlLimitsTest {
    @TempDir
    Path temp;

    private TestArtifacts artifacts;

    private String note(ControlLimits limits, LongFunction<byte[]> parts) throws Exception {
        return note(limits, Streams.endless(parts));
    }

    private String note(ControlLimits limits, InputStream stream) throws Exception {
        artifacts = TestArtifacts.in(temp.resolve("artifacts"));
        Path output = Files.writeString(temp.resolve("output"), "");
        try (TestReport report = new TestReport(artifacts, output, limits)) {
            ControlStream control = new ControlStream(stream, report, _ -> {});
            TestAbortedException end = catchThrowableOfType(TestAbortedException.class, control::read);
            TestAbortedException same = catchThrowableOfType(TestAbortedException.class, () -> report.aborted(end));
            assertThat(same).isSameAs(end);
            Map<String, Object> own = Streams.stored(artifacts).getLast();
            assertThat(own).containsEntry("status", "infra").containsEntry("note", end.note());
            return end.note();
        }
    }

    private static byte[] file(String name, long length) {
        return Streams.result(
                Streams.ascii("{\"name\":\"s\",\"files\":[{\"name\":\"" + name + "\",\"length\":" + length + "}]}"));
    }

    @Test
    void endlessLineIsRefused() throws Exception {
        assertThat(note(ControlLimits.DEFAULT, _ -> new byte[1000]))
                .isEqualTo("BadControlError(control line is longer than 4096 bytes)");
    }

    @Test
    void lineOf4096BytesIsAccepted() throws Exception {
        byte[] longest = Streams.ascii("x".repeat(4095) + "\n");
        assertThat(note(ControlLimits.DEFAULT, _ -> longest)).startsWith("BadControlError(unknown control word: xxx");
    }

    @Test
    void giantJsonIsRefused() throws Exception {
        for (String length : List.of("4194305", "2147483648", "1".repeat(4000))) {
            assertThat(note(ControlLimits.DEFAULT, _ -> Streams.ascii("result " + length + "\n")))
                    .startsWith("BadControlError(result of " + length.substring(0, 7))
                    .endsWith(" bytes of JSON is over the limit of 4194304)");
        }
    }

    @Test
    void deepJsonIsRefused() throws Exception {
        byte[] deep = Streams.ascii("{\"a\":" + "[".repeat(1_000_000));
        assertThat(note(ControlLimits.DEFAULT, _ -> Streams.result(deep))).startsWith("BadReportJSONError(bad JSON: ");
        byte[] within = Streams.ascii("{\"name\":\"s\",\"a\":" + "[".repeat(9) + "]".repeat(9) + "}");
        byte[] beyond = Streams.ascii("{\"name\":\"s\",\"a\":" + "[".repeat(10) + "]".repeat(10) + "}");
        assertThat(note(ControlLimits.DEFAULT.withMaxJsonDepth(10), i -> Streams.result(i < 3 ? within : beyond)))
                .startsWith("BadReportJSONError(bad JSON: ");
        assertThat(Streams.stored(artifacts)).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void endlessResultsAreRefused() throws Exception {
        byte[] result = Streams.result(Map.of("name", "again", "status", "pass"));
        assertThat(note(ControlLimits.DEFAULT.withMaxResultBytes(1_000_000), _ -> result))
                .isEqualTo("BadControlError(the test reports more than the limit of 1000000 bytes of results)");
        assertThat(Files.size(artifacts.resultsFile())).isBetween(900_000L, 1_100_000L);
    }

    @Test
    void endlessPartialResultsAreRefused() throws Exception {
        assertThat(note(
                        ControlLimits.DEFAULT.withMaxPartialBytes(1 << 20),
                        i -> Streams.result(Map.of("name", "p" + i, "partial", true, "note", "n".repeat(1000)))))
                .isEqualTo("BadReportJSONError(partial results take more than the limit of 1048576 bytes)");
        assertThat(Streams.stored(artifacts)).hasSizeBetween(400, 1000);
    }

    @Test
    void growingPartialResultIsRefused() throws Exception {
        assertThat(note(
                        ControlLimits.DEFAULT.withMaxPartialBytes(1 << 20),
                        _ -> Streams.result(Map.of("partial", true, "list", List.of(1, 2, 3, "four")))))
                .startsWith("BadReportJSONError(partial results take more");
    }

    @Test
    void replacedPartialResultIsAccepted() throws Exception {
        assertThat(note(
                        ControlLimits.DEFAULT.withMaxPartialBytes(100_000),
                        i -> i < 2_000
                                ? Streams.result(Map.of("name", "p", "partial", true, "note", "n".repeat(1000) + i))
                                : Streams.ascii("end\n")))
                .isEqualTo("BadControlError(unknown control word: end)");
        assertThat(Streams.stored(artifacts)).hasSize(2);
    }

    @Test
    void endlessUploadsAreRefused() throws Exception {
        assertThat(note(
                        ControlLimits.DEFAULT.withMaxUploadBytes(1000),
                        i -> Streams.join(List.of(file("f" + i, 300), new byte[300]))))
                .isEqualTo("BadControlError(the test uploads more than the limit of 1000 bytes)");
        assertThat(artifacts.files().find("s", "f2")).isPresent();
        assertThat(artifacts.files().find("s", "f3")).isEmpty();
    }

    @Test
    void oneGiantUploadIsRefusedBeforeItsData() throws Exception {
        assertThat(note(ControlLimits.DEFAULT, _ -> file("f", 999_999_999_999_999_999L)))
                .isEqualTo("BadControlError(the test uploads more than the limit of 68719476736 bytes)");
        assertThat(artifacts.files().find("s", "f")).isEmpty();
    }

    @Test
    void endlessFilesAreRefused() throws Exception {
        assertThat(note(ControlLimits.DEFAULT.withMaxFiles(10), i -> file("f" + i, 0)))
                .isEqualTo("BadControlError(the test reports more than the limit of 10 files)");
        assertThat(artifacts.files().find("s", "f9")).isPresent();
        assertThat(artifacts.files().find("s", "f10")).isEmpty();
    }

    @Test
    void billionFilesInOneResultAreRefused() throws Exception {
        StringBuilder files = new StringBuilder("{\"files\":[{\"name\":\"a\",\"length\":0}");
        while (files.length() < (4 << 20) - 100) {
            files.append(",{\"name\":\"a\",\"length\":0}");
        }
        byte[] json = Streams.ascii(files.append("]}").toString());
        assertThat(note(ControlLimits.DEFAULT, _ -> Streams.result(json))).startsWith("BadReportJSONError(bad JSON: ");
    }

    @Test
    void invalidLimitsAreRefused() {
        ControlLimits limits = ControlLimits.DEFAULT
                .withMaxFiles(1)
                .withMaxUploadBytes(2)
                .withMaxResultBytes(3)
                .withMaxJsonBytes(4)
                .withMaxJsonDepth(5)
                .withMaxPartialBytes(6)
                .withMaxRestarts(7);
        assertThat(limits).isEqualTo(new ControlLimits(2, 1, 3, 4, 5, 6, 7));
        assertThatIllegalArgumentException().isThrownBy(() -> limits.withMaxUploadBytes(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> limits.withMaxJsonDepth(501));
    }
}
