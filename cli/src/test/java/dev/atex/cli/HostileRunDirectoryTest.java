package dev.atex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.cli.command.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A run directory that somebody else has made, or damaged: one line about it, at once, and never a stack trace. */
@Timeout(120)
class HostileRunDirectoryTest {
    private static final String EVENTS = """
            {"event":"run-started","at":0.000000,"wall-clock":"2026-11-24T12:00:00Z","run-id":"bad","platform":"p","tests":["/t"]}
            {"event":"test-started","at":1.000000,"remote":"m","test":"/t","attempt":1}
            {"event":"test-finished","at":2.000000,"remote":"m","test":"/t","attempt":1,"exit":1,"failure":"test","status":"fail","log":"%s","rerun":false,"destroyed":false}
            {"event":"attempt-ingested","at":3.000000,"test":"/t","attempt":1,"last":true,"position":"0-60","files":"%s"}
            {"event":"run-finished","at":4.000000}
            """;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path temp;

    private Path runs;

    @BeforeEach
    void makeRuns() throws Exception {
        runs = Files.createDirectory(temp.resolve("runs"));
        make("good", "output.txt", "files/p/t");
        make("bad", "output.txt", "files/p/t");
    }

    private Path make(String id, String log, String files) throws Exception {
        Path run = Files.createDirectories(runs.resolve(id));
        Files.writeString(run.resolve("run.json"), """
                {"format": 1, "id": "%s", "version": "0", "started": "2026-11-24T12:00:00Z", "working-directory": "/",
                 "platform": "p", "options": {"root": ["/"], "provision": ["local"], "platform": ["p"]}, "tests": ["/t"]}
                """.formatted(id));
        Files.writeString(run.resolve("run.lock"), "");
        Files.writeString(
                run.resolve("events.jsonl"),
                EVENTS.formatted(log, files.startsWith("/") ? files : run.resolve(files))
                        .replace("\"run-id\":\"bad\"", "\"run-id\":\"" + id + "\""));
        Files.writeString(run.resolve("results.jsonl"), "[\"p\", \"fail\", \"/t\", null, [\"" + log + "\"], null]\n");
        Files.createDirectories(run.resolve("files/p/t"));
        Files.writeString(run.resolve("files/p/t/output.txt"), "its output\n");
        return run;
    }

    private int run(boolean interactive, String... args) {
        out.reset();
        err.reset();
        Map<String, String> environment =
                Map.of("XDG_STATE_HOME", temp.resolve("state").toString());
        return Cli.run(new Terminal(stream(out), stream(err), environment, interactive), args);
    }

    private static PrintStream stream(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    }

    private void isOneLineInRuns() {
        assertThat(run(false, "runs", "--in", runs.toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("good").doesNotContain("runs/bad");
        assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
    }

    private void isOneErrorElsewhere() {
        String bad = runs.resolve("bad").toString();
        String good = runs.resolve("good").toString();
        for (List<String> args : List.of(
                List.of("report", bad),
                List.of("resume", bad),
                List.of("watch", bad),
                List.of("rerun", bad, "--failed"),
                List.of("compare", good, bad),
                List.of("compare", bad, good))) {
            assertThat(run(false, args.toArray(String[]::new)))
                    .as("%s: %s", args, said())
                    .isIn(2, 3);
            assertThat(said()).as("%s", args).contains("atex: ").doesNotContain("\tat ", "Exception");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "run.json, pipe",
        "run.json, link",
        "run.json, directory",
        "events.jsonl, pipe",
        "events.jsonl, link",
        "events.jsonl, directory",
        "results.jsonl, pipe",
        "results.jsonl, link",
        "results.jsonl, directory",
        "run.lock, pipe",
        "run.lock, link",
        "files, link",
        "files, pipe",
        "attempts, link"
    })
    void pipeOrLinkInPlaceOfFileIsReported(String file, String what) throws Exception {
        Path place = runs.resolve("bad").resolve(file);
        if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(place, temp.resolve("away"));
        }
        switch (what) {
            case "pipe" ->
                assertThat(new ProcessBuilder("mkfifo", place.toString())
                                .start()
                                .waitFor())
                        .isZero();
            case "link" -> Files.createSymbolicLink(place, temp.resolve("away"));
            default -> Files.createDirectory(place);
        }
        isOneLineInRuns();
        isOneErrorElsewhere();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"id\": \"bad\"|\"id\": 7",
                "\"working-directory\": \"/\"|\"working-directory\": \"a\\u0000b\"",
                "2026-11-24T12:00:00Z|+1000000000-12-31T23:59:59Z",
                "\"options\": {|\"options\": {\"root\\u001b[2J\": [\"x\\u0000\"], ",
                "\"format\": 1|\"format\": 1e999999999",
                "{\"format\"|{\"origin\": {\"id\": \"x\", \"directory\": \"\\u0000\"}, \"format\"",
                "\"tests\": [\"/t\"]|\"tests\": [[[[7]]]]"
            })
    void damageInRunJsonIsReported(String change) throws Exception {
        Path file = runs.resolve("bad/run.json");
        String[] parts = change.split("\\|");
        String text = Files.readString(file);
        assertThat(text).contains(parts[0]);
        Files.writeString(file, text.replace(parts[0], parts[1]));
        if (!change.contains("options")) { // what an option means only those who run it ask
            isOneLineInRuns();
        }
        for (String command : List.of("resume", "watch")) {
            assertThat(run(true, command, runs.resolve("bad").toString())).isIn(2, 3);
            assertThat(said()).contains("atex: ").doesNotContain("\tat ", "Exception", "\u001b[2J", "\0");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "\0\0\0", "[]", "{\"event\":\"x\",\"at\":1e999999999}", "7", "\u00e9\ud83d\ude00"})
    void lineThatIsNotAnEventIsReported(String line) throws Exception {
        Path events = runs.resolve("bad/events.jsonl");
        Files.writeString(events, line + "\n" + Files.readString(events));
        isOneLineInRuns();
        isOneErrorElsewhere();
    }

    @Test
    void invalidBytesDoNotHideLaterLines() throws Exception {
        Path events = runs.resolve("bad/events.jsonl");
        byte[] text = Files.readString(events)
                .replace("\"remote\":\"m\"", "\"remote\":\"" + "@".repeat(400) + "\"")
                .getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < text.length; i++) {
            text[i] = text[i] == '@' ? (byte) 0xff : text[i];
        }
        Files.write(events, text);
        isOneLineInRuns();
        isOneErrorElsewhere();
    }

    @Test
    void endlessLineIsReported() throws Exception {
        try (RandomAccessFile file =
                new RandomAccessFile(runs.resolve("bad/run.json").toFile(), "rw")) {
            file.setLength(1L << 40); // takes no room
        }
        isOneLineInRuns();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../../../../../etc/passwd", "/etc/passwd", "a\\u0000b", "\\ud800", "..", ""})
    void reportedNamesOfAnyKindAreHandled(String log) throws Exception {
        Path run = make("bad", log, "files/p/t");
        worksAndShowsNothingOfTheController(run);
    }

    @Test
    void pathsOutsideOfRunDirectoryAreRejected() throws Exception {
        worksAndShowsNothingOfTheController(make("bad", "passwd", "/etc"));
        worksAndShowsNothingOfTheController(make("bad", "a\\u0000b", "/etc"));
    }

    private void worksAndShowsNothingOfTheController(Path run) throws Exception {
        assertThat(run(true, "runs", "--in", runs.toString())).isZero();
        assertThat(said()).contains("1 fail");
        assertThat(run(true, "watch", run.toString())).isEqualTo(1);
        assertThat(said()).doesNotContain("/etc", "passwd", "\0");
        List<String> args = new ArrayList<>(List.of("report", run.toString()));
        for (String format : List.of("html", "junit", "ctrf", "yaml", "jsonl")) {
            args.addAll(List.of("--" + format, temp.resolve("report." + format).toString()));
        }
        assertThat(run(true, args.toArray(String[]::new))).as(said()).isZero();
        for (String format : List.of("html", "junit", "ctrf")) {
            assertThat(Files.readString(temp.resolve("report." + format))).doesNotContain("root:x:0", "ATTACHMENT|..");
        }
        assertThat(run(true, "compare", run.toString(), run.toString())).isZero();
    }
}
