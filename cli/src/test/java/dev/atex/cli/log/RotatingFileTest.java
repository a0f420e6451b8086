package dev.atex.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatingFileTest {
    private static final int LARGEST = 1_000;

    @TempDir
    private Path directory;

    private static LogRecord record(String text) {
        return new LogRecord(Instant.parse("2026-11-24T13:17:57.123456Z"), Level.DEBUG, "dev.atex.run", "main", text);
    }

    private Path file() {
        return directory.resolve("atex.log");
    }

    private static int write(RotatingFile file, String... texts) {
        return file.write(List.of(texts).stream().map(RotatingFileTest::record).toList(), 0);
    }

    @Test
    void lineHasTimeWithOffsetLevelLoggerThreadAndMessage() throws IOException {
        RotatingFile file = new RotatingFile(file());
        write(file, "ready");
        file.close();
        assertThat(Files.readString(file()))
                .matches(
                        "2026-11-2[0-9]T[0-9]{2}:[0-9]{2}:57\\.123[+-][0-9]{2}:[0-9]{2} DEBUG dev\\.atex\\.run \\[main] ready\n");
    }

    @Test
    void controlCharactersAndLineEndsAreEscaped() throws IOException {
        RotatingFile file = new RotatingFile(file());
        write(file, "one\ntwo\u001b[2J\u202e");
        file.close();
        assertThat(Files.readAllLines(file())).hasSize(1).first().asString().endsWith("one\\ntwo\\e[2J\\u202e");
    }

    @Test
    void fullFileIsRenamedAndOldestIsDeleted() throws IOException {
        RotatingFile file = new RotatingFile(file(), LARGEST);
        List<String> texts =
                IntStream.range(0, 200).mapToObj(i -> "message " + i).toList();
        for (String text : texts) {
            assertThat(write(file, text)).isZero();
        }
        file.close();
        List<String> found = new ArrayList<>();
        for (String name : List.of("atex.log.3", "atex.log.2", "atex.log.1", "atex.log")) {
            Path each = directory.resolve(name);
            assertThat(Files.size(each)).as(name).isBetween(1L, (long) LARGEST);
            Files.readAllLines(each).forEach(line -> found.add(line.substring(line.indexOf("message"))));
        }
        assertThat(found).isEqualTo(texts.subList(texts.size() - found.size(), texts.size()));
        try (var all = Files.list(directory)) {
            assertThat(all).hasSize(RotatingFile.FILES);
        }
    }

    @Test
    void nextSessionAppendsAndTornLineIsEnded() throws IOException {
        Files.writeString(file(), "first session\ntorn");
        RotatingFile file = new RotatingFile(file());
        write(file, "second session");
        file.close();
        assertThat(Files.readAllLines(file())).hasSize(3).satisfies(lines -> {
            assertThat(lines.get(1)).isEqualTo("torn");
            assertThat(lines.get(2)).endsWith("second session");
        });
    }

    @Test
    void linesThatCannotBeWrittenAreCountedAndNotedWhenWritingWorksAgain() throws IOException {
        Path parent = directory.resolve("parent");
        RotatingFile file = new RotatingFile(parent.resolve("atex.log"));
        assertThat(write(file, "one", "two")).isEqualTo(2);
        assertThat(file.problem()).contains("parent");
        Files.createDirectory(parent);
        assertThat(file.write(List.of(record("three")), 2)).isZero();
        file.close();
        assertThat(Files.readAllLines(parent.resolve("atex.log")))
                .hasSize(2)
                .first()
                .asString()
                .contains("WARN  dev.atex.log", "2 lines are missing here: " + file.problem());
    }

    @Test
    void linkIsNotFollowed() throws IOException {
        Path other = Files.writeString(directory.resolve("other"), "mine");
        Files.createSymbolicLink(file(), other);
        RotatingFile file = new RotatingFile(file());
        assertThat(write(file, "message")).isEqualTo(1);
        assertThat(file.problem()).contains("is a symbolic link");
        assertThat(other).hasContent("mine");
    }
}
