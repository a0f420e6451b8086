package dev.atex.report;

import dev.atex.aggregator.ResultsFormat;
import dev.atex.executor.ResultReader;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.json.JsonBytes;
import dev.atex.report.lines.ResultLine;
import dev.atex.report.model.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Writes a YAML 1.2 document for each test: {@code platform}, {@code name}, {@code status}, {@code files}, {@code
 * note}, {@code subtests}; empty values are omitted. Of several results for the test itself the last status and the
 * last note count, and files add up. For a {@link dev.atex.aggregator.FileAggregator}.
 */
public final class YamlFormat implements ResultsFormat {
    /** The only instance. */
    public static final YamlFormat FORMAT = new YamlFormat();

    private static final String DOCUMENT = "---";

    private YamlFormat() {}

    @Override
    public Text write(TestArtifacts artifacts, String platform, String test, FileNames names) {
        return new Document(artifacts, platform, test, names);
    }

    /** Writes a whole document at once, since it begins with values of the last results. */
    private record Document(TestArtifacts artifacts, String platform, String test, FileNames names) implements Text {
        @Override
        public boolean fill(JsonBytes to, int enough) throws IOException {
            List<Result> results = new ArrayList<>();
            try (ResultReader reader = artifacts.readResults()) {
                for (Map<String, @Nullable Object> each = reader.next(); each != null; each = reader.next()) {
                    results.add(result(each));
                }
            }
            if (results.isEmpty()) {
                return false;
            }
            byte[] text = YamlDocument.of(results).getBytes(StandardCharsets.UTF_8);
            to.raw(text, 0, text.length);
            return false;
        }

        private Result result(Map<String, @Nullable Object> reported) throws IOException {
            String name = reported.get("name") instanceof String text ? text : null;
            List<String> files = new ArrayList<>();
            if (reported.get("files") instanceof List<?> listed) {
                for (Object file : listed) {
                    files.add(file instanceof String text ? names.of(name, text) : String.valueOf(file));
                }
            }
            return new Result(
                    platform,
                    ResultLine.text(reported.get("status")).orElse(""),
                    test,
                    ResultLine.text(reported.get("name")),
                    files,
                    ResultLine.text(artifacts.noteOf(reported)));
        }

        @Override
        public void close() {}
    }

    /**
     * Returns whether a line is not part of a document: documents have no empty lines and no control characters,
     * which a power failure may leave.
     */
    @Override
    public boolean begins(byte[] buffer, int offset, int length) {
        for (int i = 0; i < length; i++) {
            if (buffer[offset + i] >= 0 && buffer[offset + i] < ' ') {
                return true;
            }
        }
        return length == 0 || DOCUMENT.equals(new String(buffer, offset, Math.min(length, 4), StandardCharsets.UTF_8));
    }

    @Override
    public @Nullable Entry read(byte[] buffer, int offset, int length) {
        Object document;
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(Integer.MAX_VALUE)
                .setBufferSize(length + 2) // with smaller ones long texts take quadratic time
                .build();
        try {
            document = new Load(settings).loadFromString(new String(buffer, offset, length, StandardCharsets.UTF_8));
        } catch (YamlEngineException e) {
            return null;
        }
        if (!(document instanceof Map<?, ?> map)
                || !(map.get("platform") instanceof String platform)
                || !(map.get("name") instanceof String test)) {
            return null;
        }
        List<Map<String, @Nullable Object>> results = new ArrayList<>();
        if (map.get("subtests") instanceof List<?> subtests) {
            for (Object each : subtests) {
                if (!(each instanceof Map<?, ?> subtest) || !(subtest.get("name") instanceof String name)) {
                    return null;
                }
                Map<String, @Nullable Object> result = result(subtest);
                result.put("name", name);
                results.add(result);
            }
        }
        Map<String, @Nullable Object> own = result(map);
        if (!own.isEmpty()) {
            results.add(own);
        }
        return new Entry(platform, test, results);
    }

    private static Map<String, @Nullable Object> result(Map<?, ?> from) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        for (String key : List.of("status", "files", "note")) {
            Object value = from.get(key);
            if (value != null) {
                result.put(key, value);
            }
        }
        return result;
    }
}
