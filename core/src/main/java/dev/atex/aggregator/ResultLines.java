package dev.atex.aggregator;

import dev.atex.executor.ResultReader;
import dev.atex.executor.TestArtifacts;
import dev.atex.json.FlatObject;
import dev.atex.json.Json;
import dev.atex.json.JsonBytes;
import dev.atex.json.JsonException;
import dev.atex.json.LineReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Turns the results of test artifacts, one after another, into lines {@code [platform, status, test, subtest, [files],
 * note]}. Not thread-safe.
 */
final class ResultLines implements AutoCloseable {
    private final Path results;
    private final LineReader lines;
    private final JsonBytes platform = new JsonBytes(JsonBytes.Style.PYTHON);
    private final JsonBytes test = new JsonBytes(JsonBytes.Style.PYTHON);
    private final FilesMove files;
    private final FlatObject flat = new FlatObject(JsonBytes.Style.PYTHON);

    private ResultLines(Path results, LineReader lines, String platform, String test, FilesMove files) {
        this.results = results;
        this.lines = lines;
        this.files = files;
        this.platform.string(platform);
        this.test.string(test);
    }

    /** Opens the results; {@code files} may get other names than the results say. */
    static ResultLines open(TestArtifacts artifacts, String platform, String test, FilesMove files) throws IOException {
        Path results = artifacts.resultsFile();
        LineReader lines = new LineReader(Files.newInputStream(results, LinkOption.NOFOLLOW_LINKS));
        return new ResultLines(results, lines, platform, test, files);
    }

    /** Appends lines until there are this many bytes; false: these were the last ones. */
    boolean fill(JsonBytes to, int enough) throws IOException {
        while (lines.next()) {
            if (!lines.isBlank()) {
                append(to);
                if (to.size() >= enough) {
                    return true;
                }
            }
        }
        return false;
    }

    private void append(JsonBytes to) throws IOException {
        to.raw('[');
        platform.appendTo(to);
        to.comma();
        if (!files.renames() && flat.read(lines.buffer(), lines.offset(), lines.length())) {
            appendFlat(to);
        } else {
            append(to, ResultReader.parse(results, lines));
        }
        to.raw("]\n");
    }

    private void appendFlat(JsonBytes to) {
        value(to, "status").comma();
        test.appendTo(to);
        value(to.comma(), "name").comma();
        int listed = flat.find("files");
        if (listed < 0 || flat.isNull(listed)) {
            to.raw("[]");
        } else {
            flat.appendValue(listed, to);
        }
        value(to.comma(), "note");
    }

    private JsonBytes value(JsonBytes to, String key) {
        int index = flat.find(key);
        if (index < 0) {
            to.raw("null");
        } else {
            flat.appendValue(index, to);
        }
        return to;
    }

    private void append(JsonBytes to, Map<String, @Nullable Object> result) throws IOException {
        to.value(result.get("status")).comma();
        test.appendTo(to);
        to.comma().value(result.get("name")).comma();
        Object listed = result.get("files");
        to.value(listed == null ? List.of() : renamed(result.get("name"), listed));
        to.comma().value(result.get("note"));
    }

    private Object renamed(@Nullable Object name, Object listed) throws IOException {
        if (!files.renames() || !(listed instanceof List<?> list)) {
            return listed;
        }
        List<@Nullable Object> names = new ArrayList<>();
        for (Object file : list) {
            names.add(file instanceof String s ? files.newName(name instanceof String n ? n : null, s) : file);
        }
        return names;
    }

    /**
     * A line of the output, read back.
     *
     * @param result what was reported, as far as the line tells
     */
    record Line(String platform, String test, Map<String, @Nullable Object> result) {
        /** Python writes numbers that JSON does not have. */
        private static final JsonFactory LENIENT = JsonFactory.builder()
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .build();

        /** Null if the line is not one that {@link ResultLines} writes. */
        static @Nullable Line read(LineReader at) {
            try {
                return of(Json.parse(LENIENT, at.buffer(), at.offset(), at.length()));
            } catch (JsonException e) {
                return null;
            }
        }

        private static @Nullable Line of(@Nullable Object json) {
            if (!(json instanceof List<?> list)
                    || list.size() != 6
                    || !(list.get(0) instanceof String platform)
                    || !(list.get(2) instanceof String test)) {
                return null;
            }
            Map<String, @Nullable Object> result = new LinkedHashMap<>();
            put(result, "status", list.get(1));
            put(result, "name", list.get(3));
            put(result, "files", List.of().equals(list.get(4)) ? null : list.get(4));
            put(result, "note", list.get(5));
            return new Line(platform, test, result);
        }

        private static void put(Map<String, @Nullable Object> result, String key, @Nullable Object value) {
            if (value != null) {
                result.put(key, value);
            }
        }

        /** The subtest; null: of the test itself. */
        @Nullable
        String subtest() {
            return result.get("name") instanceof String name ? name : null;
        }

        /** Its files, as it calls them. */
        List<String> files() {
            List<String> files = new ArrayList<>();
            if (result.get("files") instanceof List<?> listed) {
                for (Object file : listed) {
                    if (file instanceof String name) {
                        files.add(name);
                    }
                }
            }
            return files;
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
