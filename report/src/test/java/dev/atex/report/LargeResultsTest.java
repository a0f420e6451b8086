package dev.atex.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.aggregator.Commit;
import dev.atex.executor.Ending;
import dev.atex.report.lines.ResultLine;
import dev.atex.run.EventLog;
import dev.atex.run.RunEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reports of results that are larger than the memory of the process. */
@Timeout(300)
@Tag("slow")
class LargeResultsTest {
    private static final int TESTS = 200;
    private static final int SUBTESTS = 300;
    private static final String NOTE = "a note of one kilobyte ".repeat(45);
    private static final long SIZE = 60_000_000;
    private static final int HEAP_MIB = 48;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void makeRun() throws Exception {
        assertThat((long) TESTS * SUBTESTS * NOTE.length()).isGreaterThan(SIZE).isGreaterThan((long) HEAP_MIB << 20);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < TESTS; i++) {
            names.add("/test-" + i);
        }
        try (Writer results = Files.newBufferedWriter(directory.resolve(ResultLine.FILE));
                EventLog log = EventLog.open(directory.resolve("events.jsonl"))) {
            log.on(new RunEvent.RunStarted(
                    SampleRun.at(0), Instant.parse("2026-11-24T12:00:00Z"), "large", "p", names));
            log.on(new RunEvent.RemoteReady(SampleRun.at(1), "m", "cloud"));
            log.on(new RunEvent.SetUpFinished(SampleRun.at(1), "m"));
            long position = 0;
            for (String name : names) {
                StringBuilder lines = new StringBuilder();
                for (int k = 0; k < SUBTESTS; k++) {
                    lines.append("[\"p\", \"fail\", \"%s\", \"part-%d\", [], \"%s\"]\n".formatted(name, k, NOTE));
                }
                lines.append("[\"p\", \"fail\", \"%s\", null, [], \"the last of it\"]\n".formatted(name));
                results.append(lines);
                long end = position + lines.length();
                stored(log, name, position + "-" + end);
                position = end;
            }
            log.on(new RunEvent.RunFinished(SampleRun.at(9)));
        }
    }

    private static void stored(EventLog log, String name, String position) {
        Ending ending = new Ending(
                OptionalInt.of(1),
                Optional.empty(),
                Optional.of("fail"),
                Optional.of("the last of it"),
                Optional.empty());
        log.on(new RunEvent.TestStarted(SampleRun.at(2), "m", name, 1));
        log.on(new RunEvent.TestFinished(SampleRun.at(3), "m", name, 1, ending, false, false));
        log.on(new RunEvent.AttemptIngested(SampleRun.at(3), name, 1, true, new Commit(position, Optional.empty())));
    }

    /** Returns the output of a process with little memory that creates a report; empty on success. */
    private static String make(ReportFormat format, Path file) throws IOException, InterruptedException {
        Path said = directory.resolve("said");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx" + HEAP_MIB + "m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReportedRun.class.getName(),
                        directory.toString(),
                        format.word(),
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            int code = process.waitFor();
            return code == 0 ? Files.readString(said) : "exit code " + code + ": " + Files.readString(said);
        } finally {
            process.destroyForcibly();
        }
    }

    private static long count(Path file, Pattern what) throws IOException {
        long count = 0;
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                count += what.matcher(line).results().count();
            }
        }
        return count;
    }

    @ParameterizedTest
    @EnumSource(ReportFormat.class)
    void reportsStream(ReportFormat format) throws Exception {
        Path file = directory.resolve("report." + format.word());
        assertThat(make(format, file)).isEmpty();
        Pattern note = Pattern.compile(Pattern.quote(NOTE.strip()));
        long all = (long) TESTS * SUBTESTS;
        switch (format) {
            case JSONL ->
                assertThat(Files.mismatch(file, directory.resolve(ResultLine.FILE)))
                        .isEqualTo(-1);
            case YAML, CTRF, JUNIT -> assertThat(count(file, note)).isGreaterThanOrEqualTo(all);
            case HTML ->
                assertThat(count(file, Pattern.compile("the last of it"))).isGreaterThanOrEqualTo(TESTS);
        }
        Files.delete(file);
    }
}
