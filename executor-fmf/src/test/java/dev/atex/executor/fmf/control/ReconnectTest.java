package dev.atex.executor.fmf.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.atex.executor.FailureClass;
import dev.atex.executor.TestArtifacts;
import dev.atex.executor.fmf.test.ControlLimits;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One report over several streams, as of a test that reboots its machine. */
class ReconnectTest {
    @TempDir
    Path temp;

    private TestArtifacts artifacts;
    private TestReport report;

    @BeforeEach
    void open() throws Exception {
        artifacts = TestArtifacts.in(temp.resolve("artifacts"));
        report = new TestReport(
                artifacts,
                Files.writeString(temp.resolve("output"), ""),
                ControlLimits.DEFAULT.withMaxFiles(3).withMaxUploadBytes(10));
    }

    @AfterEach
    void close() throws Exception {
        report.close();
    }

    private ControlEnd read(byte[]... parts) throws Exception {
        byte[] stream = Streams.join(List.of(parts));
        return new ControlStream(new ByteArrayInputStream(stream), report, _ -> {}).read();
    }

    private static byte[] partial(String name, String key, Object value) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("name", name);
        result.put("partial", true);
        result.put(key, value);
        return Streams.result(result);
    }

    private static final byte[] DISCONNECT = Streams.ascii("disconnect\nnoop\nnoop\nrubbish that is not read");

    @Test
    void partialResultsAreContinued() throws Exception {
        assertThat(read(partial("b", "l", List.of(1)), partial("a", "x", "first"), DISCONNECT))
                .isEqualTo(new ControlEnd.Disconnect());
        assertThat(Streams.stored(artifacts)).isEmpty();
        assertThat(read(
                        partial("c", "l", List.of(3)),
                        Streams.result(Map.of("name", "a", "status", "pass")),
                        partial("b", "l", List.of(2)),
                        DISCONNECT))
                .isEqualTo(new ControlEnd.Disconnect());
        assertThat(artifacts.resultsFile())
                .content()
                .isEqualTo("{\"name\":\"a\",\"x\":\"first\",\"status\":\"pass\"}\n");
        assertThat(read(partial("a", "x", "anew"), Streams.ascii("exitcode 0\n")))
                .isEqualTo(new ControlEnd.Exited(0));
        report.ended(0);
        assertThat(artifacts.resultsFile())
                .content()
                .isEqualTo("{\"name\":\"a\",\"x\":\"first\",\"status\":\"pass\"}\n"
                        + "{\"name\":\"b\",\"l\":[1,2]}\n{\"name\":\"c\",\"l\":[3]}\n{\"name\":\"a\",\"x\":\"anew\"}\n"
                        + "{\"files\":[\"output.txt\"],\"status\":\"pass\"}\n");
    }

    @Test
    void ownResultIsRemembered() throws Exception {
        assertThat(report.hasOwnResult()).isFalse();
        read(Streams.result(Map.of("status", "warn")), DISCONNECT);
        assertThat(report.hasOwnResult()).isTrue();
        assertThat(report.badResults()).isPresent();
        read(Streams.ascii("noop\n"));
        TestAbortedException lost =
                new TestAbortedException(FailureClass.CONNECTION, "TestAbortedError", "the machine did not come back");
        assertThatThrownBy(() -> report.aborted(lost)).isSameAs(lost);
        assertThat(artifacts.resultsFile()).content().isEqualTo("{\"status\":\"warn\"}\n");
    }

    private static byte[] data(String json) {
        byte[] text = Streams.ascii(json);
        return Streams.join(List.of(Streams.ascii("data " + text.length + "\n"), text));
    }

    private String stored(String name) throws Exception {
        return Files.readString(artifacts.files().find(null, name).orElseThrow());
    }

    /** The connection was lost while the data directory was sent, and the test was started again. */
    @Test
    void secondTransferReplacesFirst() throws Exception {
        report.close();
        report = new TestReport(
                artifacts,
                temp.resolve("output"),
                ControlLimits.DEFAULT.withMaxFiles(30).withMaxUploadBytes(100));
        byte[] listed = data("{\"files\":[{\"name\":\"a\",\"length\":3},{\"name\":\"a\",\"length\":2},"
                + "{\"name\":\"b\",\"length\":4},{\"name\":\"c\",\"length\":1}]}");
        TestAbortedException cut =
                catchThrowableOfType(TestAbortedException.class, () -> read(listed, Streams.ascii("oneA1tw")));
        assertThat(cut.note()).contains("EOF when reading data");
        assertThat(stored("b")).as("cut off").isEqualTo("tw");
        read(data("{\"files\":[],\"odd\":{\"results.yaml\":\"a directory\"}}"));
        assertThat(read(listed, Streams.ascii("ONEA2fourC"), Streams.ascii("exitcode 0\n")))
                .isEqualTo(new ControlEnd.Exited(0));
        report.ended(0);
        assertThat(artifacts.resultsFile())
                .content()
                .isEqualTo("{\"files\":[\"output.txt\",\"a\",\"a~1\",\"b\",\"c\"],\"status\":\"pass\"}\n");
        assertThat(List.of(stored("a"), stored("a~1"), stored("b"), stored("c")))
                .containsExactly("ONE", "A2", "four", "C");
    }

    /** But never what the test has sent itself. */
    @Test
    void secondTransferReplacesNothingElse() throws Exception {
        report.close();
        report = new TestReport(
                artifacts,
                temp.resolve("output"),
                ControlLimits.DEFAULT.withMaxFiles(30).withMaxUploadBytes(100));
        byte[] own = Streams.result(Streams.ascii("{\"partial\":true,\"files\":[{\"name\":\"f\",\"length\":4}]}"));
        byte[] listed = data("{\"files\":[{\"name\":\"f\",\"length\":4}]}");
        read(own, Streams.ascii("sent"), listed, Streams.ascii("data"));
        read(listed, Streams.ascii("DATA"));
        assertThat(stored("f")).isEqualTo("sent");
    }

    @Test
    void limitsCountForAllTogether() throws Exception {
        byte[] upload = Streams.ascii("{\"files\":[{\"name\":\"f\",\"length\":4}]}");
        assertThat(read(Streams.result(upload), Streams.ascii("1234"), DISCONNECT))
                .isEqualTo(new ControlEnd.Disconnect());
        assertThat(read(Streams.result(upload), Streams.ascii("5678"))).isEqualTo(new ControlEnd.EndOfStream());
        assertThat(artifacts.files().find(null, "f").orElseThrow()).content().isEqualTo("12345678");
        TestAbortedException over =
                catchThrowableOfType(TestAbortedException.class, () -> read(Streams.result(upload), new byte[4]));
        assertThat(over.note()).isEqualTo("BadControlError(the test uploads more than the limit of 10 bytes)");
    }
}
