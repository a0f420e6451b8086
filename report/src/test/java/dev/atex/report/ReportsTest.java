package dev.atex.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonNumber;
import dev.atex.report.model.ReportedAttempt;
import dev.atex.report.model.ReportedMachine;
import dev.atex.report.model.ReportedTest;
import dev.atex.report.model.RunReport;
import dev.atex.run.RunSummary.Verdict;
import dev.atex.run.model.MachineModel;
import dev.atex.run.model.MachineModel.Activity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.tukaani.xz.XZInputStream;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The content of reports, and that readers of their formats accept them. */
class ReportsTest {
    @TempDir
    private Path temp;

    private Path directory;
    private RunReport run;

    @BeforeEach
    void read() throws IOException {
        directory = SampleRun.small(temp.resolve("run"));
        run = RunReport.read(directory);
    }

    private Path written(ReportFormat format, String name) throws IOException {
        Path file = temp.resolve(name);
        format.write(run, file);
        return file;
    }

    /** Except JSON Lines, whose bytes are fixed. */
    @Test
    void metadataNotesAreInEveryReport() throws Exception {
        NodeList properties = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(written(ReportFormat.JUNIT, "notes.xml").toFile())
                .getElementsByTagName("property");
        List<String> told = new ArrayList<>();
        for (int i = 0; i < properties.getLength(); i++) {
            if (properties.item(i) instanceof Element property
                    && property.getAttribute("name").equals("metadata")) {
                told.add(property.getAttribute("value"));
            }
        }
        assertThat(told).hasSize(1);
        assertThat(told.getFirst()).startsWith("note: an unknown key </script>").endsWith("(3 times, first ci.fmf:12)");
        assertThat(String.valueOf(Json.parse(Files.readAllBytes(written(ReportFormat.CTRF, "notes.json")))))
                .contains("metadata=[{severity=note, kind=unknown-key, text=an unknown key " + SampleRun.HOSTILE);
        Path yaml = written(ReportFormat.YAML, "notes.yaml");
        assertThat(Files.readString(yaml))
                .startsWith("# note: an unknown key </script>")
                .contains(" (3 times, first ci.fmf:12)\n---\n");
        assertThat(new Load(LoadSettings.builder().build()).loadAllFromString(Files.readString(yaml)))
                .hasSize(5);
        assertThat(Files.readString(written(ReportFormat.HTML, "notes.html"))).contains("(3 times, first ci.fmf:12)");
    }

    @Test
    void reportHasVerdictsAttemptsAndReasons() {
        assertThat(run.tests())
                .extracting(ReportedTest::verdict)
                .containsExactly(
                        Verdict.PASSED, Verdict.FLAKY, Verdict.FAILED, Verdict.INFRA, Verdict.NOT_RUN, Verdict.FAILED);
        assertThat(run.tests())
                .extracting(ReportedTest::status)
                .containsExactly("pass", "flaky", "fail", "infra", "not run", "error");
        assertThat(run.tests().get(1).attempts())
                .extracting(ReportedAttempt::remote)
                .containsExactly("m1", "m2");
        assertThat(run.tests().get(2).reason()).isEqualTo("exit code 2");
        assertThat(run.tests().get(4).reason()).isEqualTo("no machine");
        assertThat(run.tests().getFirst().results().count()).isEqualTo(3);
    }

    @Test
    void machineSpansHaveNoGapsAndIdleReasons() {
        ReportedMachine second = run.machines().get(1);
        assertThat(second.spans())
                .extracting(MachineModel.Span::activity)
                .containsExactly(
                        Activity.PROVISION,
                        Activity.SET_UP,
                        Activity.TEST,
                        Activity.IDLE,
                        Activity.TEST,
                        Activity.IDLE,
                        Activity.RELEASE);
        for (int i = 1; i < second.spans().size(); i++) {
            assertThat(second.spans().get(i).from())
                    .isEqualTo(second.spans().get(i - 1).to());
        }
        assertThat(second.spans().get(5).text()).contains("limit on idle time");
        assertThat(second.use().busy()).isEqualTo(SampleRun.at(3));
        assertThat(second.use().present()).isEqualTo(SampleRun.at(12));
        assertThat(run.machines().getFirst().spans().getLast().text()).contains("could not be released");
        assertThat(run.machines().getFirst().spans().getFirst().text()).isEqualTo("request " + SampleRun.HOSTILE);
        assertThat(run.waits().getFirst().to()).isEqualTo(SampleRun.at(10));
        assertThat(run.waits().getFirst().reason()).contains("cloud");
    }

    @Test
    void junitXmlIsValidAndMarksFlakyTests() throws Exception {
        Path file = written(ReportFormat.JUNIT, "junit.xml");
        SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                .newSchema(new StreamSource(getClass().getResourceAsStream("junit.xsd"), "junit.xsd"))
                .newValidator()
                .validate(new StreamSource(file.toFile()));
        Element root = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file.toFile())
                .getDocumentElement();
        assertThat(root.getAttribute("tests")).isEqualTo("9");
        assertThat(root.getAttribute("failures")).isEqualTo("1");
        assertThat(root.getAttribute("errors")).isEqualTo("3");
        assertThat(elements(root, "testsuite")).hasSize(6);
        assertThat(elements(root, "testcase")).hasSize(9);
        assertThat(elements(root, "flakyFailure"))
                .extracting(element -> element.getAttribute("message"))
                .containsExactly("not yet");
        assertThat(elements(root, "rerunFailure")).hasSize(1);
        assertThat(elements(root, "failure"))
                .extracting(element -> element.getAttribute("message"))
                .containsExactly("exit code 2");
        assertThat(Files.readString(file))
                .contains("needle in the output", "[[ATTACHMENT|run/files/p/bad/output.txt]]")
                .doesNotContain("fine now"); // output of passed tests is only linked
    }

    private static List<Element> elements(Element root, String name) {
        NodeList nodes = root.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    @Test
    void ctrfHasCountsAndNames() throws Exception {
        Map<?, ?> whole = (Map<?, ?>) Json.parse(Files.readAllBytes(written(ReportFormat.CTRF, "ctrf.json")));
        assertThat(whole.get("reportFormat")).isEqualTo("CTRF");
        Map<?, ?> results = (Map<?, ?>) whole.get("results");
        Map<?, ?> summary = (Map<?, ?>) results.get("summary");
        assertThat(List.of("tests", "passed", "failed", "skipped", "pending", "other", "flaky"))
                .extracting(key -> ((JsonNumber) summary.get(key)).text())
                .containsExactly("6", "2", "2", "0", "0", "2", "1");
        List<?> tests = (List<?>) results.get("tests");
        assertThat(((Map<?, ?>) tests.get(1)).get("flaky")).isEqualTo(true);
        assertThat((List<?>) ((Map<?, ?>) tests.get(1)).get("retryAttempts")).hasSize(1);
        assertThat((List<?>) ((Map<?, ?>) tests.get(0)).get("steps")).hasSize(2);
    }

    @Test
    void yamlHasDocumentForEachTest() throws Exception {
        List<Object> documents = new ArrayList<>();
        Path file = written(ReportFormat.YAML, "results.yaml");
        new Load(LoadSettings.builder().build())
                .loadAllFromString(Files.readString(file))
                .forEach(documents::add);
        assertThat(documents).hasSize(5);
        assertThat(documents.getFirst())
                .isEqualTo(Map.of(
                        "platform", "p",
                        "name", "/good",
                        "status", "pass",
                        "files", List.of("output.txt"),
                        "subtests",
                                List.of(
                                        Map.of("name", "one", "status", "pass"),
                                        Map.of(
                                                "name", "two",
                                                "status", "warn",
                                                "files", List.of("extra.txt"),
                                                "note", "odd"))));
        assertThat(((Map<?, ?>) documents.getLast()).get("note")).isEqualTo(SampleRun.HOSTILE.replace('\ud800', '?'));
    }

    @Test
    void compressedLinesEqualPlainLines() throws Exception {
        byte[] lines = Files.readAllBytes(directory.resolve("results.jsonl"));
        try (InputStream gzip = new GZIPInputStream(Files.newInputStream(written(ReportFormat.JSONL, "r.jsonl.gz")));
                InputStream xz = new XZInputStream(Files.newInputStream(written(ReportFormat.JSONL, "r.jsonl.xz")))) {
            assertThat(gzip.readAllBytes()).isEqualTo(lines);
            assertThat(xz.readAllBytes()).isEqualTo(lines);
        }
        assertThat(written(ReportFormat.JSONL, "r.jsonl")).hasBinaryContent(lines);
    }

    @Test
    void failedReportKeepsOldFile() throws Exception {
        Path file = written(ReportFormat.JUNIT, "junit.xml");
        Files.delete(directory.resolve("results.jsonl"));
        Files.writeString(temp.resolve("old.jsonl"), "old");
        assertThatThrownBy(() -> written(ReportFormat.JSONL, "old.jsonl")).isInstanceOf(IOException.class);
        assertThat(temp.resolve("old.jsonl")).hasContent("old");
        try (var left = Files.list(temp)) {
            assertThat(left).containsExactlyInAnyOrder(file, directory, temp.resolve("old.jsonl"));
        }
    }

    @Test
    void damageIsReportedWithItsPlace() throws Exception {
        Path results = directory.resolve("results.jsonl");
        Files.writeString(results, "[1]\n" + Files.readString(results));
        assertThatThrownBy(() -> RunReport.read(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("results.jsonl, line 1");
        assertThatThrownBy(() -> RunReport.read(temp))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a run directory");
    }
}
