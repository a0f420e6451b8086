package dev.atex.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.aggregator.Attempt;
import dev.atex.aggregator.Commit;
import dev.atex.executor.Ending;
import dev.atex.executor.TestArtifacts;
import dev.atex.report.model.RunReport;
import dev.atex.results.FileAggregator;
import dev.atex.run.EventLog;
import dev.atex.run.RunEvent;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** File names that a test, or the creator of a run directory, chooses never lead out of the run, in any report. */
class StoredFilesTest {
    private static final String SECRET = "the-secret-of-the-controller";

    @TempDir
    private Path temp;

    private Path directory;
    private Path secret;
    private FileAggregator results;
    private final List<RunEvent> events = new ArrayList<>();
    private final List<String> tests = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        secret = Files.writeString(temp.resolve("secret.txt"), SECRET + "\n");
        directory = Files.createDirectory(temp.resolve("run"));
        results = FileAggregator.create(directory.resolve("results.jsonl"), directory.resolve("files"));
    }

    @AfterEach
    void close() throws Exception {
        results.close();
    }

    private TestArtifacts artifacts(String test) {
        return TestArtifacts.in(directory.resolve("attempts" + test.replaceAll("[^/a-z]", "_") + "/1"));
    }

    private static void upload(TestArtifacts artifacts, String result, String file, String text) throws Exception {
        try (FileChannel out = artifacts.files().append(result, file)) {
            int _ = out.write(StandardCharsets.UTF_8.encode(text));
        }
    }

    private static Map<String, Object> result(String name, String status, String... files) {
        Map<String, Object> result = new LinkedHashMap<>();
        if (name != null) {
            result.put("name", name);
        }
        result.put("status", status);
        result.put("files", Arrays.asList(files));
        return result;
    }

    /** A failed test whose output has this name. */
    private Commit failed(String test, TestArtifacts artifacts, String log) throws Exception {
        artifacts.addResult(result(null, "fail", log));
        Commit commit = results.ingest(new Attempt("p", test, 1), artifacts);
        happened(test, log, commit);
        return commit;
    }

    private void happened(String test, String log, Commit commit) {
        tests.add(test);
        Ending ending = new Ending(
                OptionalInt.of(1), Optional.empty(), Optional.of("fail"), Optional.empty(), Optional.of(log));
        events.add(new RunEvent.TestStarted(SampleRun.at(1), "m", test, 1));
        events.add(new RunEvent.TestFinished(SampleRun.at(2), "m", test, 1, ending, false, false));
        events.add(new RunEvent.AttemptIngested(SampleRun.at(3), test, 1, true, commit));
    }

    private RunReport read() throws Exception {
        Files.deleteIfExists(directory.resolve("events.jsonl"));
        try (EventLog log = EventLog.open(directory.resolve("events.jsonl"))) {
            log.on(new RunEvent.RunStarted(SampleRun.at(0), Instant.parse("2026-11-24T12:00:00Z"), "run", "p", tests));
            events.forEach(log::on);
            log.on(new RunEvent.RunFinished(SampleRun.at(9)));
        }
        return RunReport.read(directory);
    }

    /** Returns all reports, after checking that none contains outside files. */
    private String all(RunReport run) throws Exception {
        StringBuilder all = new StringBuilder();
        for (ReportFormat format : ReportFormat.values()) {
            Path file = directory.resolve("report." + format.word());
            format.write(run, file);
            all.append(Files.readString(file)).append('\n');
        }
        assertThat(all).doesNotContain(SECRET);
        return all.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../../../../secret.txt", "..//.././../../secret.txt", "/../../../../secret.txt", "@absolute"})
    void nameThatLeadsOutIsOnlyText(String name) throws Exception {
        String log = name.equals("@absolute") ? secret.toString() : name;
        TestArtifacts artifacts = artifacts("/t");
        upload(artifacts, null, "other.txt", "mine");
        failed("/t", artifacts, log);
        RunReport run = read();
        assertThat(run.tests().getFirst().log()).isEmpty();
        assertThat(all(run)).doesNotContain("ATTACHMENT").doesNotContain("\"attachments\"");
    }

    @Test
    void uploadedFileWithHostileNameIsFound() throws Exception {
        TestArtifacts artifacts = artifacts("/t");
        upload(artifacts, null, "../../../../secret.txt", "what the test sent\n");
        failed("/t", artifacts, "../../../../secret.txt");
        RunReport run = read();
        assertThat(run.tests().getFirst().log()).contains(directory.resolve("files/p/t/secret.txt"));
        assertThat(all(run)).contains("what the test sent", "[[ATTACHMENT|files/p/t/secret.txt]]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0b", "half \ud800", "..\0", "\0"})
    void nameThatFileSystemsRefuseIsFoundUnderStoredName(String log) throws Exception {
        TestArtifacts artifacts = artifacts("/t");
        upload(artifacts, null, log, "what the test sent\n");
        failed("/t", artifacts, log);
        RunReport run = read();
        assertThat(run.tests().getFirst().log()).isPresent();
        assertThat(all(run)).contains("what the test sent");
    }

    /** The tests {@code /a}, whose subtest is {@code b}, and {@code /a/b} share a directory. */
    @Test
    void renamedFileIsNotMistakenForThatOfAnotherTest() throws Exception {
        TestArtifacts first = artifacts("/a");
        upload(first, "b", "output.txt", "of the subtest\n");
        upload(first, null, "output.txt", "of a\n");
        first.addResult(result("b", "pass", "output.txt"));
        failed("/a", first, "output.txt");
        TestArtifacts second = artifacts("/a/b");
        upload(second, null, "output.txt", "of a b\n");
        failed("/a/b", second, "output.txt");
        RunReport run = read();
        assertThat(run.tests().get(1).log())
                .hasValueSatisfying(log -> assertThat(log).hasContent("of a b"));
        Path junit = directory.resolve("junit.xml");
        ReportFormat.JUNIT.write(run, junit);
        assertThat(junit).content().contains("of a b", "of a\n").doesNotContain("of the subtest");
    }

    @Test
    void filePathsInLogAreNotTrusted() throws Exception {
        TestArtifacts artifacts = artifacts("/t");
        upload(artifacts, null, "secret.txt", "what the test sent\n");
        artifacts.addResult(result(null, "fail", "secret.txt"));
        Commit commit = results.ingest(new Attempt("p", "/t", 1), artifacts);
        happened("/t", "secret.txt", new Commit(commit.position(), Optional.of(temp)));
        assertThat(all(read())).contains("what the test sent");
    }

    @Test
    void movedRunDirectoryKeepsItsFiles() throws Exception {
        TestArtifacts artifacts = artifacts("/t");
        upload(artifacts, null, "output.txt", "what the test sent\n");
        failed("/t", artifacts, "output.txt");
        RunReport _ = read();
        Path moved = Files.move(directory, temp.resolve("moved"));
        Path junit = moved.resolve("junit.xml");
        ReportFormat.JUNIT.write(RunReport.read(moved), junit);
        assertThat(junit).content().contains("what the test sent", "[[ATTACHMENT|files/p/t/output.txt]]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"files", "files/p", "files/p/t", "files/p/t/secret.txt"})
    void filesBehindLinksAreNotShown(String link) throws Exception {
        TestArtifacts artifacts = artifacts("/t");
        upload(artifacts, null, "secret.txt", "mine\n");
        failed("/t", artifacts, "secret.txt");
        Path place = directory.resolve(link);
        Path outside = Files.createDirectories(temp.resolve("outside"));
        Path below = outside.resolve(
                place.relativize(directory.resolve("files/p/t/secret.txt")).toString());
        if (link.endsWith(".txt")) {
            below = outside.resolve("secret.txt");
        }
        Files.createDirectories(below.getParent());
        Files.writeString(below, SECRET);
        Files.move(place, temp.resolve("away"));
        Files.createSymbolicLink(place, link.endsWith(".txt") ? below : outside);
        assertThat(all(read())).doesNotContain("ATTACHMENT");
    }

    @Test
    void keptOutputMustBeInRun() throws Exception {
        Ending out = new Ending(
                OptionalInt.of(1),
                Optional.empty(),
                Optional.of("fail"),
                Optional.empty(),
                Optional.of("../../../../../secret.txt"));
        Path kept = Files.createDirectories(directory.resolve("attempts/t/1"));
        Files.createDirectories(kept.resolve("files"));
        tests.add("/t");
        for (Path said : List.of(kept, temp)) {
            events.add(new RunEvent.TestStarted(SampleRun.at(1), "m", "/t", 1));
            events.add(new RunEvent.TestFinished(SampleRun.at(2), "m", "/t", 1, out, true, false));
            events.add(new RunEvent.AttemptSuperseded(SampleRun.at(2), "/t", 1, Optional.of(said)));
        }
        Files.createDirectories(temp.resolve("files"));
        Files.copy(secret, temp.resolve("files/secret.txt"));
        events.add(new RunEvent.TestStarted(SampleRun.at(3), "m", "/t", 2));
        assertThat(all(read())).contains("rerunFailure");
    }
}
