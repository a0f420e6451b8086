package dev.atex.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.aggregator.Attempt;
import dev.atex.aggregator.Commit;
import dev.atex.executor.Ending;
import dev.atex.executor.FailureClass;
import dev.atex.executor.TestArtifacts;
import dev.atex.fuzz.Fuzz;
import dev.atex.internal.files.Trees;
import dev.atex.internal.json.Json;
import dev.atex.report.lines.ResultLine;
import dev.atex.report.model.RunReport;
import dev.atex.results.FileAggregator;
import dev.atex.run.EventLog;
import dev.atex.run.RunEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.w3c.dom.Document;

/** Whatever tests report and event logs contain: reports are valid, or there is one error. */
class ReportFuzzTest {
    @TempDir
    private Path temp;

    @Test
    void anyTextIsInEveryReportAndParsersReadIt() throws Exception {
        Fuzz.of(ReportFuzzTest.class, "texts", "\ud83d\ude00", "\0", "]]>", "</script>", "\u2028", "\r\n", "\ufffe")
                .check(this::text);
    }

    private void text(byte[] input) throws Exception {
        StringBuilder units = new StringBuilder();
        for (int i = 0; i + 1 < input.length; i += 2) {
            units.append((char) ((input[i] & 0xff) << 8 | input[i + 1] & 0xff));
        }
        String text = units.toString();
        for (int limit : new int[] {0, 4 << 10, 64 << 10}) { // so that something is across the places of cuts
            said("x".repeat(Math.max(0, limit - input.length % 7)) + text, text);
        }
    }

    private void said(String note, String word) throws Exception {
        Path run = temp.resolve("run");
        Trees.delete(run);
        Files.createDirectory(run);
        String test = "/t" + word;
        Commit commit = store(run, test, note, word);
        try (EventLog log = EventLog.open(run.resolve("events.jsonl"))) {
            log.on(new RunEvent.RunStarted(
                    SampleRun.at(0), Instant.parse("2026-11-24T12:00:00Z"), "r" + word, "p" + word, List.of(test)));
            log.on(new RunEvent.RemoteReady(SampleRun.at(1), word, word));
            for (int attempt = 1; attempt <= 2; attempt++) {
                Ending ending = new Ending(
                        OptionalInt.empty(),
                        Optional.of(FailureClass.CONTROL),
                        Optional.of(word),
                        Optional.of(note),
                        Optional.of(word));
                log.on(new RunEvent.TestStarted(SampleRun.at(attempt), word, test, attempt));
                log.on(new RunEvent.TestFinished(
                        SampleRun.at(attempt + 0.5), word, test, attempt, ending, attempt == 1, false));
            }
            log.on(new RunEvent.AttemptIngested(SampleRun.at(3), test, 2, true, commit));
            log.on(new RunEvent.HookFailed(SampleRun.at(3), word, note));
            log.on(new RunEvent.RunFinished(SampleRun.at(4)));
        }
        check(RunReport.read(run), test, note);
    }

    private static Commit store(Path run, String test, String note, String word) throws Exception {
        TestArtifacts artifacts = TestArtifacts.in(run.resolve("attempts/t/1"));
        for (String name : new String[] {word + "s", null}) {
            Map<String, Object> result = new LinkedHashMap<>();
            if (name != null) {
                result.put("name", name);
            }
            result.put("status", word);
            result.put("files", List.of(word, note));
            result.put("note", note);
            artifacts.addResult(result);
        }
        try (FileAggregator results = FileAggregator.create(run.resolve("results.jsonl"), run.resolve("files"))) {
            return results.ingest(new Attempt("p" + word, test, 1), artifacts);
        }
    }

    private void check(RunReport run, String test, String note) throws Exception {
        for (String line : Files.readAllLines(run.directory().resolve("results.jsonl"))) {
            List<?> parsed = (List<?>) Json.parse(line);
            assertThat(parsed).hasSize(6);
            assertThat(parsed.contains(test) && parsed.contains(note)).isTrue();
        }
        Document xml = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(written(run, ReportFormat.JUNIT).toFile());
        assertThat(xml.getElementsByTagName("testcase").getLength()).isEqualTo(2);
        String ctrf = Files.readString(written(run, ReportFormat.CTRF));
        assertThat(((Map<?, ?>) Json.parse(ctrf)).containsKey("results")).isTrue();
        assertThat(ctrf).contains("\"steps\"");
        String page = Files.readString(written(run, ReportFormat.HTML));
        String start = "<script type=\"application/json\" id=\"data\">";
        int data = page.indexOf(start) + start.length();
        assertThat(data).as("the element with the data").isGreaterThan(start.length());
        String json = page.substring(data, page.indexOf("</script>", data));
        assertThat(((Map<?, ?>) Json.parse(json)).containsKey("tests")).isTrue();
        String yaml = Files.readString(written(run, ReportFormat.YAML));
        LoadSettings settings =
                LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build();
        Map<?, ?> document = (Map<?, ?>) new Load(settings).loadFromString(yaml);
        assertThat(document.get("name")).isEqualTo(ResultLine.wellFormed(test));
        assertThat(document.get("note")).isEqualTo(note.isEmpty() ? null : ResultLine.wellFormed(note));
        assertThat(written(run, ReportFormat.JSONL))
                .hasSameBinaryContentAs(run.directory().resolve("results.jsonl"));
    }

    private Path written(RunReport run, ReportFormat format) throws IOException {
        Path file = temp.resolve("report." + format.word());
        format.write(run, file);
        return file;
    }

    @Test
    void anyEventLogIsReadOrOneError() throws Exception {
        Fuzz.of(
                        ReportFuzzTest.class,
                        "events",
                        "\"at\":1e9",
                        "\\u0000",
                        "..",
                        "/",
                        "-1",
                        "99999999999",
                        "null",
                        "{}",
                        "\n")
                .check(this::events);
    }

    private void events(byte[] input) throws Exception {
        Path run = temp.resolve("run");
        if (!Files.exists(run)) {
            Files.createDirectories(run.resolve("files/p/t"));
            Files.writeString(run.resolve("files/p/t/output.txt"), "output\n");
            Files.writeString(
                    run.resolve("results.jsonl"), "[\"p\", \"pass\", \"/t\", null, [\"output.txt\"], null]\n");
        }
        Files.write(run.resolve("events.jsonl"), input);
        RunReport report;
        try {
            report = RunReport.read(run);
        } catch (IOException e) {
            assertThat(e.getMessage()).contains("events.jsonl");
            return;
        }
        for (ReportFormat format : ReportFormat.values()) {
            assertThat(written(report, format)).isRegularFile();
        }
        assertThat(Files.readString(temp.resolve("report.junit"))).doesNotContain("root:x:0");
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(temp.resolve("report.junit").toFile());
    }
}
