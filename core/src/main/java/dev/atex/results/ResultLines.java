package dev.atex.results;

import dev.atex.executor.ResultReader;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.json.FlatObject;
import dev.atex.internal.json.JsonBytes;
import dev.atex.internal.json.LineReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Translates the results of one test to lines of {@code results.jsonl}:
 * {@code [platform, status, test, subtest, [files], note]}, as Python would write them. Used by one thread.
 */
final class ResultLines implements AutoCloseable {
    private final TestArtifacts artifacts;
    private final LineReader lines;
    private final JsonBytes platform = new JsonBytes(JsonBytes.Style.PYTHON);
    private final JsonBytes test = new JsonBytes(JsonBytes.Style.PYTHON);
    private final FilesMove files;
    private final boolean asReported;
    private final FlatObject flat = new FlatObject(JsonBytes.Style.PYTHON);

    private ResultLines(TestArtifacts artifacts, LineReader lines, TestName name, FilesMove files) {
        this.artifacts = artifacts;
        this.asReported = artifacts.abortReason().isEmpty();
        this.lines = lines;
        this.files = files;
        platform.string(name.platform());
        test.string(name.test());
    }

    /**
     * Begins with the first result.
     *
     * @param files knows the names of files in the output
     */
    static ResultLines of(TestArtifacts artifacts, TestName name, FilesMove files) throws IOException {
        LineReader lines = new LineReader(Files.newInputStream(artifacts.resultsFile(), LinkOption.NOFOLLOW_LINKS));
        return new ResultLines(artifacts, lines, name, files);
    }

    /** Appends lines until there are about this many bytes; returns false after the last line. */
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
        if (asReported && !files.renames() && flat.read(lines.buffer(), lines.offset(), lines.length())) {
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
        if (!files.renames() || !(listed instanceof List<?> list)) {
            return listed;
        }
        List<@Nullable Object> names = new ArrayList<>();
        for (Object file : list) {
            names.add(file instanceof String text ? files.nameOf(name instanceof String n ? n : null, text) : file);
        }
        return names;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
