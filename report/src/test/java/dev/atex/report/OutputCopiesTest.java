package dev.atex.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.atex.aggregator.Attempt;
import dev.atex.aggregator.Commit;
import dev.atex.executor.ArtifactFiles;
import dev.atex.executor.Ending;
import dev.atex.executor.TestArtifacts;
import dev.atex.report.model.RunReport;
import dev.atex.results.FileAggregator;
import dev.atex.results.FileCompression;
import dev.atex.run.EventLog;
import dev.atex.run.RunEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tukaani.xz.XZInputStream;

/** Copies of results and files, compressed and as YAML, that are made of a run directory. */
class OutputCopiesTest {
    @TempDir
    private Path temp;

    private Path run;
    private int made;

    @BeforeEach
    void makeDirectory() throws IOException {
        run = Files.createDirectory(temp.resolve("run"));
    }

    private TestArtifacts artifacts() {
        return TestArtifacts.in(temp.resolve("artifacts/" + made++));
    }

    private RunReport stored(Map<String, TestArtifacts> tests) throws Exception {
        try (FileAggregator results = FileAggregator.create(run.resolve("results.jsonl"), run.resolve("files"));
                EventLog log = EventLog.open(run.resolve("events.jsonl"))) {
            log.on(new RunEvent.RunStarted(
                    SampleRun.at(0),
                    Instant.parse("2026-11-24T12:00:00Z"),
                    "run",
                    "10.2@s390x",
                    List.copyOf(tests.keySet())));
            for (Map.Entry<String, TestArtifacts> each : tests.entrySet()) {
                String test = each.getKey();
                Commit commit = results.ingest(new Attempt("10.2@s390x", test, 1), each.getValue());
                Ending ending = new Ending(
                        OptionalInt.of(0), Optional.empty(), Optional.of("pass"), Optional.empty(), Optional.empty());
                log.on(new RunEvent.TestStarted(SampleRun.at(1), "m", test, 1));
                log.on(new RunEvent.TestFinished(SampleRun.at(2), "m", test, 1, ending, false, false));
                log.on(new RunEvent.AttemptIngested(SampleRun.at(3), test, 1, true, commit));
            }
            log.on(new RunEvent.RunFinished(SampleRun.at(9)));
        }
        return RunReport.read(run);
    }

    private Path written(RunReport report, ReportFormat format, String name, FilesCopy files) throws IOException {
        Path file = temp.resolve(name);
        format.write(report, file, ReportSettings.usual().withFiles(files));
        return file;
    }

    private static String unpacked(Path file) throws IOException {
        try (InputStream in = new XZInputStream(Files.newInputStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void resultsListCompressedFilesByTheirNames() throws Exception {
        TestArtifacts artifacts = artifacts();
        artifacts.addResult(
                Map.of("name", "s", "files", List.of("d/log", "left", "gone", "x".repeat(300), "./log", "twice")));
        artifacts.addResult(Map.of("status", "pass", "files", List.of("left.xz")));
        ArtifactFiles files = artifacts.files();
        Files.writeString(files.place("s", "d/log"), "in d");
        Files.writeString(files.place("s", "log"), "here");
        Files.writeString(files.place("s", "left"), "left alone");
        Files.writeString(files.place("s", "x".repeat(300)), "long");
        Files.writeString(files.place("s", "twice"), "one");
        Files.writeString(files.place("s", "twice.xz"), "two");
        Files.writeString(files.place(null, "left.xz"), "left too");
        RunReport report = stored(Map.of("/a", artifacts));
        Path copies = temp.resolve("copies");
        FileCompression how = new FileCompression(new XzCompression(0, false), ".xz", Set.of("left", "left.xz"));
        FilesCopy copy = FilesCopy.make(run, copies, Optional.of(how));
        List<String> lines = Files.readAllLines(written(report, ReportFormat.JSONL, "r.jsonl", copy));
        assertThat(lines.getFirst())
                .matches(
                        "\\[\"10.2@s390x\", null, \"/a\", \"s\", \\[\"d/log.xz\", \"left\", \"gone\", \"x{100}~[0-9a-f]{20}.xz\""
                                + ", \"./log.xz\", \"twice.xz\"], null]");
        assertThat(lines.get(1)).isEqualTo("[\"10.2@s390x\", \"pass\", \"/a\", null, [\"left.xz\"], null]");
        Path test = copies.resolve("10.2@s390x/a");
        assertThat(unpacked(test.resolve("s/twice.xz"))).isEqualTo("one");
        assertThat(unpacked(test.resolve("s/twice.xz.xz"))).isEqualTo("two");
        assertThat(ArtifactFiles.in(test).find("s", lines.getFirst().replaceAll(".*(x{100}[^\"]*).*", "$1")))
                .isPresent();
        assertThat(written(report, ReportFormat.YAML, "r.yaml", copy))
                .content()
                .contains("d/log.xz", "twice.xz", "- \"left\"");
    }

    @Test
    void yamlHasLastOwnResultAndAllFiles() throws Exception {
        TestArtifacts several = artifacts();
        several.addResult(Map.of("status", "pass", "files", List.of("one"), "note", "first: \"x\" \u0007"));
        several.addResult(Map.of("name", "connect", "status", "fail", "note", "yes", "files", List.of("t.txt")));
        several.addResult(Map.of("status", 1, "files", List.of("/two")));
        several.addResult(Map.of("name", "bind", "status", "pass"));
        TestArtifacts empty = artifacts();
        empty.addResult(Map.of());
        Map<String, TestArtifacts> tests = new java.util.LinkedHashMap<>();
        tests.put("/unit/syscalls", several);
        tests.put("/empty", empty);
        RunReport report = stored(tests);
        assertThat(written(report, ReportFormat.YAML, "r.yaml", FilesCopy.none()))
                .hasContent("""
                ---
                platform: "10.2@s390x"
                name: /unit/syscalls
                status: "1"
                files:
                - "one"
                - /two
                note: "first: \\"x\\" \\u0007"
                subtests:
                - name: "connect"
                  status: fail
                  files:
                  - "t.txt"
                  note: "yes"
                - name: "bind"
                  status: pass
                ---
                platform: "10.2@s390x"
                name: /empty
                """);
    }

    @Test
    void compressedFilesAreSmallAndHaveTheSameContent() throws Exception {
        TestArtifacts artifacts = artifacts();
        Files.writeString(artifacts.files().place(null, "log"), "/b".repeat(10_000));
        artifacts.addResult(Map.of("status", "pass", "files", List.of("log")));
        RunReport report = stored(Map.of("/b", artifacts));
        FileCompression how = new FileCompression(new XzCompression(0, true), "", Set.of());
        FilesCopy copy = FilesCopy.make(run, temp.resolve("copies"), Optional.of(how));
        Path log = temp.resolve("copies/10.2@s390x/b/log");
        assertThat(Files.size(log)).isLessThan(1000);
        assertThat(unpacked(log)).isEqualTo(Files.readString(run.resolve("files/10.2@s390x/b/log")));
        Path lines = written(report, ReportFormat.JSONL, "r.xz", copy);
        assertThat(unpacked(lines)).isEqualTo(Files.readString(run.resolve("results.jsonl")));
    }

    @Test
    void emptyResultsAreCompleteXzFile() throws Exception {
        Path lines = written(stored(Map.of()), ReportFormat.JSONL, "r.xz", FilesCopy.none());
        assertThat(unpacked(lines)).isEmpty();
        assumeThat(System.getenv("PATH").split(":"))
                .as("needs xz; not installed")
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "xz")));
        assertThat(new ProcessBuilder("xz", "-t", lines.toString()).start().waitFor())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"0,false", "3,true", "6,true", "9,false", "9,true"})
    void presetsCompressWithoutLoss(int preset, boolean extreme) throws Exception {
        byte[] text = "some text, again and again\n".repeat(1000).getBytes();
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        for (int i = 0; i < 2; i++) {
            try (OutputStream out = new XzCompression(preset, extreme).compress(compressed, text.length)) {
                out.write(text);
            }
        }
        try (InputStream in = new XZInputStream(new ByteArrayInputStream(compressed.toByteArray()))) {
            assertThat(in.readNBytes(text.length)).isEqualTo(text);
            assertThat(in.readAllBytes()).isEqualTo(text);
        }
        assertThatThrownBy(() -> new XzCompression(10, false)).isInstanceOf(IllegalArgumentException.class);
    }
}
