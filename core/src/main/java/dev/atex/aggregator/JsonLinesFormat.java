package dev.atex.aggregator;

import dev.atex.executor.ResultReader;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.json.FlatObject;
import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonBytes;
import dev.atex.internal.json.JsonException;
import dev.atex.internal.json.LineReader;
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

/** A JSON array for each result: {@code [platform, status, test, subtest, [files], note]}, as Python would write it. */
final class JsonLinesFormat implements ResultsFormat {
    static final JsonLinesFormat FORMAT = new JsonLinesFormat();

    /** Python writes numbers that JSON does not have. */
    private static final JsonFactory LENIENT = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private JsonLinesFormat() {}

    @Override
    public Text write(TestArtifacts artifacts, String platform, String test, FileNames names) throws IOException {
        Path results = artifacts.resultsFile();
        LineReader lines = new LineReader(Files.newInputStream(results, LinkOption.NOFOLLOW_LINKS));
        return new Lines(artifacts, lines, platform, test, names);
    }

    @Override
    public boolean begins(byte[] buffer, int offset, int length) {
        return true;
    }

    @Override
    public @Nullable Entry read(byte[] buffer, int offset, int length) {
        Object json;
        try {
            json = Json.parse(LENIENT, buffer, offset, length);
        } catch (JsonException e) {
            return null;
        }
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
        return new Entry(platform, test, List.of(result));
    }

    private static void put(Map<String, @Nullable Object> result, String key, @Nullable Object value) {
        if (value != null) {
            result.put(key, value);
        }
    }

    private static final class Lines implements Text {
        private final TestArtifacts artifacts;
        private final LineReader lines;
        private final JsonBytes platform = new JsonBytes(JsonBytes.Style.PYTHON);
        private final JsonBytes test = new JsonBytes(JsonBytes.Style.PYTHON);
        private final FileNames files;
        private final boolean asReported;
        private final FlatObject flat = new FlatObject(JsonBytes.Style.PYTHON);

        Lines(TestArtifacts artifacts, LineReader lines, String platform, String test, FileNames files) {
            this.artifacts = artifacts;
            this.asReported = artifacts.abortReason().isEmpty();
            this.lines = lines;
            this.files = files;
            this.platform.string(platform);
            this.test.string(test);
        }

        @Override
        public boolean fill(JsonBytes to, int enough) throws IOException {
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
            if (asReported && !files.differ() && flat.read(lines.buffer(), lines.offset(), lines.length())) {
                appendFlat(to);
            } else {
                append(to, ResultReader.parse(artifacts.resultsFile(), lines));
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
            to.comma().value(artifacts.noteOf(result));
        }

        private Object renamed(@Nullable Object name, Object listed) throws IOException {
            if (!files.differ() || !(listed instanceof List<?> list)) {
                return listed;
            }
            List<@Nullable Object> names = new ArrayList<>();
            for (Object file : list) {
                names.add(file instanceof String s ? files.of(name instanceof String n ? n : null, s) : file);
            }
            return names;
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
