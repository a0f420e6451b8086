package dev.atex.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.atex.executor.Ending;
import dev.atex.executor.FailureClass;
import dev.atex.internal.json.JsonBytes;
import dev.atex.report.lines.ResultLine;
import dev.atex.report.model.ReportedAttempt;
import dev.atex.report.model.ReportedTest;
import dev.atex.report.model.Result;
import dev.atex.report.model.ResultPlaces;
import dev.atex.report.model.RunReport;
import dev.atex.report.model.TestResults;
import dev.atex.run.RunNote;
import dev.atex.run.RunSummary.Verdict;
import dev.atex.run.model.RunModel;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.Validator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Reports of every possible outcome conform to the schemas of their formats. */
class SchemaTest {
    @TempDir
    private Path temp;

    private static final List<String> STATUSES =
            List.of("pass", "fail", "error", "infra", "skip", "info", "my own", "");

    /**
     * Returns a test for each verdict, with each status, after zero to two other attempts of each kind, and with
     * subtests.
     */
    private RunReport everything() throws Exception {
        Path log = Files.writeString(temp.resolve("output.txt"), SampleRun.HOSTILE.replace("\ud800", "") + "\n");
        List<List<ReportedAttempt>> earlier = new ArrayList<>(List.of(List.of()));
        for (String status : STATUSES) {
            earlier.add(List.of(attempt(1, status)));
            earlier.add(List.of(attempt(1, "fail"), attempt(2, status), attempt(3, "error")));
        }
        List<ReportedTest> tests = new ArrayList<>();
        JsonBytes lines = new JsonBytes(JsonBytes.Style.PYTHON);
        for (Verdict verdict : Verdict.values()) {
            for (String status : STATUSES) {
                for (List<ReportedAttempt> before : earlier) {
                    List<ReportedAttempt> attempts = new ArrayList<>(before);
                    if (verdict != Verdict.NOT_RUN) {
                        attempts.add(attempt(before.size() + 1, status));
                    }
                    String name = "/" + tests.size() + SampleRun.HOSTILE;
                    tests.add(new ReportedTest(
                            name,
                            verdict,
                            status,
                            Optional.of(SampleRun.HOSTILE).filter(_ -> tests.size() % 2 == 0),
                            attempts,
                            results(name, status, lines),
                            Optional.of(temp),
                            Optional.of(log)));
                }
            }
        }
        Files.write(temp.resolve(ResultLine.FILE), lines.toByteArray());
        return new RunReport(
                temp,
                "run",
                "p",
                Instant.EPOCH,
                Duration.ofSeconds(7),
                RunModel.State.FINISHED,
                Optional.empty(),
                tests,
                List.of(),
                List.of(),
                List.of(),
                List.of(
                        new RunNote("note", "unknown-key", SampleRun.HOSTILE, 3, Optional.of("ci.fmf:12")),
                        new RunNote("mistake", "duration", "5q", 1, Optional.empty())));
    }

    /** Writes a result of a subtest and one of the test itself. */
    private static TestResults results(String test, String status, JsonBytes lines) {
        ResultPlaces all = new ResultPlaces();
        for (String subtest : Arrays.asList("sub", null)) {
            long from = lines.size();
            List<Object> line = Arrays.asList("p", status, test, subtest, List.of("output.txt"), SampleRun.HOSTILE);
            lines.value(line).raw('\n');
            all.add(
                    new Result(
                            "p", status, test, Optional.ofNullable(subtest), List.of("output.txt"), Optional.empty()),
                    from,
                    lines.size());
        }
        return all.now();
    }

    private ReportedAttempt attempt(int number, String status) {
        Optional<FailureClass> failure =
                status.equals("infra") ? Optional.of(FailureClass.CONNECTION) : Optional.empty();
        Ending ending = new Ending(
                failure.isEmpty() ? OptionalInt.of(status.equals("pass") ? 0 : 1) : OptionalInt.empty(),
                failure,
                Optional.of(status).filter(text -> !text.isEmpty()),
                Optional.of(SampleRun.HOSTILE),
                Optional.of("output.txt"));
        return new ReportedAttempt(
                number,
                "m" + number,
                Duration.ofSeconds(number),
                Duration.ofSeconds(number + 1),
                Optional.of(ending),
                false,
                Optional.of(temp));
    }

    private Path written(ReportFormat format) throws Exception {
        Path file = temp.resolve("report." + format.word());
        format.write(everything(), file);
        return file;
    }

    private Validator validator(String schema) throws SAXException {
        return SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                .newSchema(new StreamSource(getClass().getResourceAsStream(schema), schema))
                .newValidator();
    }

    /** Surefire writes a file for each suite; one file for all, as here, is common as well. */
    @Test
    void everySuiteConformsToSurefire() throws Exception {
        Path file = written(ReportFormat.JUNIT);
        validator("junit.xsd").validate(new StreamSource(file.toFile()));
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
        NodeList suites = document.getElementsByTagName("testsuite");
        assertThat(suites.getLength()).isEqualTo(everything().tests().size());
        Validator surefire = validator("schemas/surefire-test-report-3.0.2.xsd");
        for (int i = 0; i < suites.getLength(); i++) {
            surefire.validate(new DOMSource(suites.item(i)));
        }
        for (String element : List.of("rerunFailure", "rerunError", "flakyFailure", "flakyError", "skipped", "error")) {
            assertThat(document.getElementsByTagName(element).getLength())
                    .as(element)
                    .isPositive();
        }
        suites.item(0).getAttributes().removeNamedItem("tests");
        assertThatThrownBy(() -> surefire.validate(new DOMSource(suites.item(0))))
                .isInstanceOf(SAXException.class);
    }

    @Test
    void ctrfIsValid() throws Exception {
        Schema schema;
        try (InputStream in = getClass().getResourceAsStream("schemas/ctrf-0.0.json")) {
            schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                    .getSchema(in);
        }
        String report = Files.readString(written(ReportFormat.CTRF));
        assertThat(schema.validate(report, InputFormat.JSON)).isEmpty();
        assertThat(schema.validate(report.replaceFirst("\"status\":\"", "\"status\":\"un"), InputFormat.JSON))
                .isNotEmpty();
    }
}
