package dev.atex.system;

import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tree of tests that is written for the occasion. */
record Tree(Path directory) {
    static Tree in(Path directory) throws IOException {
        Files.createDirectories(directory.resolve(".fmf"));
        Files.writeString(directory.resolve(".fmf/version"), "1\n");
        return new Tree(directory);
    }

    Tree file(String name, String text) throws IOException {
        Path path = directory.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
        return this;
    }

    /** A test {@code /name} that runs a script. */
    Tree test(String name, String script) throws IOException {
        return file(name + ".fmf", "duration: 1m\ntest: |\n  " + script.strip().replace("\n", "\n  ") + "\n");
    }

    /** A result as it is in results.jsonl. */
    record Line(
            String platform,
            String status,
            String test,
            @Nullable String subtest,
            List<?> files,
            @Nullable String note) {}

    static List<Line> results(Path runDirectory) throws IOException, JsonException {
        List<Line> lines = new ArrayList<>();
        for (String text : Files.readAllLines(runDirectory.resolve("results.jsonl"))) {
            List<?> line = (List<?>) Json.parse(text);
            lines.add(new Line(
                    (String) line.get(0),
                    (String) line.get(1),
                    (String) line.get(2),
                    (String) line.get(3),
                    (List<?>) line.get(4),
                    (String) line.get(5)));
        }
        return lines;
    }

    /** The results for tests themselves, by name; a second one for a test is an error. */
    static Map<String, Line> own(Path runDirectory) throws IOException, JsonException {
        Map<String, Line> own = new LinkedHashMap<>();
        for (Line line : results(runDirectory)) {
            if (line.subtest() == null && own.put(line.test(), line) != null) {
                throw new AssertionError("two results of " + line.test());
            }
        }
        return own;
    }
}
