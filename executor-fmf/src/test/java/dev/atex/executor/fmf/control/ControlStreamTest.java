package dev.atex.executor.fmf.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.executor.TestArtifacts;
import dev.atex.executor.fmf.test.ControlLimits;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlStreamTest {
    @TempDir
    Path temp;

    private final List<DurationWord> durations = new ArrayList<>();
    private TestArtifacts artifacts;
    private Path output;
    private TestReport report;

    @BeforeEach
    void setUp() throws Exception {
        artifacts = TestArtifacts.in(temp.resolve("artifacts"));
        output = Files.writeString(temp.resolve("output"), "printed");
        report = new TestReport(artifacts, output, ControlLimits.DEFAULT);
    }

    private ControlEnd read(String stream) throws Exception {
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        return new ControlStream(new ByteArrayInputStream(bytes), report, durations::add).read();
    }

    private static String result(String json) {
        return "result " + json.getBytes(StandardCharsets.UTF_8).length + "\n" + json;
    }

    private String results() throws Exception {
        return Files.readString(artifacts.resultsFile());
    }

    @Test
    void resultsFilesAndTheFallback() throws Exception {
        ControlEnd end = read(result("{\"name\": \"a/b\", \"status\": \"pass\"}")
                + result("{\"name\":\"f\",\"files\":[{\"name\":\"z\",\"length\":3},{\"name\":\"d/y\",\"length\":0}]}")
                + "xyz"
                + result("{\"name\":\"p\",\"partial\":true,\"l\":[1],\"x\":1}")
                + result("{\"name\":\"p\",\"partial\":true,\"l\":[2],\"x\":null,\"testout\":\"out\"}")
                + "duration +60\nnoop\nexitcode 3\nrubbish");
        assertThat(end).isEqualTo(new ControlEnd.Exited(3));
        report.ended(3);
        assertThat(results())
                .isEqualTo(
                        "{\"name\":\"a/b\",\"status\":\"pass\"}\n{\"name\":\"f\",\"files\":[\"d/y\",\"z\"]}\n"
                                + "{\"name\":\"p\",\"l\":[1,2],\"files\":[\"out\"]}\n{\"files\":[\"output.txt\"],\"status\":\"fail\"}\n");
        assertThat(artifacts.directory().resolve("files/f/z")).content().isEqualTo("xyz");
        Files.writeString(output, " later", java.nio.file.StandardOpenOption.APPEND);
        assertThat(artifacts.directory().resolve("files/p/out")).content().isEqualTo("printed later");
        assertThat(artifacts.directory().resolve("files/output.txt")).content().isEqualTo("printed later");
        assertThat(durations).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`foo bar\n`|BadControlError(unknown control word: foo)",
                "`\n`|BadControlError(empty control line)",
                "`result\n`|BadControlError(missing argument of result)",
                "`result -1\n`|BadControlError(bad argument of result: '-1')",
                "`result 05\n`|BadControlError(bad argument of result: '05')",
                "`result 5\n{}`|BadControlError(EOF when reading data)",
                "`result 2\n[]`|BadReportJSONError(not a JSON object)",
                "`result 14\n{\"testout\":\"\"}`|BadReportJSONError('testout' specified, but empty)",
            },
            delimiter = '|')
    void malformedStreams(String stream, String note) {
        assertThatThrownBy(() -> read(stream)).isInstanceOfSatisfying(TestAbortedException.class, e -> {
            assertThat(e.note()).isEqualTo(note);
            assertThatThrownBy(() -> report.aborted(e)).isSameAs(e);
            assertThat(artifacts.resultsFile())
                    .content()
                    .isEqualTo("{\"files\":[\"output.txt\"],\"status\":\"infra\",\"note\":\""
                            + note.replace("\"", "\\\"") + "\"}\n");
        });
    }
}
