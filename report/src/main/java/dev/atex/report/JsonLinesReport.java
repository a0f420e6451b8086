package dev.atex.report;

import dev.atex.internal.files.RegularFiles;
import dev.atex.internal.json.JsonBytes;
import dev.atex.internal.json.JsonException;
import dev.atex.internal.json.LineReader;
import dev.atex.report.lines.ResultLine;
import dev.atex.report.model.RunReport;
import dev.atex.results.Compression;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Copies the results, optionally compressed; see {@code docs/results.md}. */
record JsonLinesReport(ReportSettings settings) implements Report {
    private static final int FILES = 4;

    @Override
    public void write(RunReport run, Path target, OutputStream out) throws IOException {
        Path results = run.directory().resolve(ResultLine.FILE);
        Optional<Compression> how = settings.compression(target);
        if (how.isEmpty()) {
            copy(results, out);
        } else {
            try (OutputStream compressed = how.get().compress(out, Files.size(results))) {
                copy(results, compressed);
            }
        }
    }

    private void copy(Path results, OutputStream out) throws IOException {
        if (settings.files().renamed().isEmpty()) {
            try (InputStream in = Channels.newInputStream(RegularFiles.read(results))) {
                in.transferTo(out);
            }
            return;
        }
        OutputStream buffered = new BufferedOutputStream(out, 1 << 16);
        JsonBytes text = new JsonBytes(JsonBytes.Style.PYTHON);
        try (LineReader lines = new LineReader(Channels.newInputStream(RegularFiles.read(results)))) {
            while (lines.next()) {
                text.truncate(0);
                line(lines, text);
                text.raw('\n').writeTo(buffered);
            }
        }
        buffered.flush();
    }

    private void line(LineReader at, JsonBytes text) throws IOException {
        List<@Nullable Object> line;
        try {
            line = new ArrayList<>(ResultLine.values(at));
        } catch (JsonException e) {
            text.raw(at.buffer(), at.offset(), at.length()); // incomplete after a crash
            return;
        }
        List<String> files = new ArrayList<>();
        if (line.size() > FILES && line.get(FILES) instanceof List<?> listed) {
            listed.forEach(file -> files.add(String.valueOf(file)));
        }
        if (!files.isEmpty() && line.get(0) instanceof String platform && line.get(2) instanceof String test) {
            String subtest = line.get(3) instanceof String name ? name : null;
            line.set(FILES, settings.files().names(platform, test, subtest, files));
        }
        text.value(line);
    }
}
