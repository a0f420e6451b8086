package dev.atex.executor.fmf.control;

import dev.atex.executor.OwnResult;
import dev.atex.executor.ResultReader;
import dev.atex.internal.json.Json;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The result for the test itself, when it is stored already and something is to be said differently. */
final class StoredOwnResult {
    private StoredOwnResult() {}

    /** Adds files to one. */
    static void addFiles(Map<String, @Nullable Object> result, Collection<String> files) {
        if (files.isEmpty()) {
            return;
        }
        Set<@Nullable Object> all = new LinkedHashSet<>();
        if (result.get("files") instanceof List<?> before) {
            all.addAll(before);
        }
        all.addAll(files);
        result.put("files", new ArrayList<>(all));
    }

    /** Replaces the status of a result, and adds the reason to its note. */
    static void overrule(Map<String, @Nullable Object> result, String status, List<String> notes) {
        List<String> all = new ArrayList<>();
        if (result.get("note") instanceof String note && !note.isEmpty()) {
            all.add(note);
        }
        all.addAll(notes);
        if (result.get("status") instanceof String before) {
            all.add("original test result: " + before);
        }
        result.put("status", status);
        result.put("note", String.join(", ", all));
    }

    /** Rewrites the results with a change of the last one for the test itself. */
    static void change(Path results, Consumer<Map<String, @Nullable Object>> change) throws IOException {
        long last = -1;
        try (ResultReader reader = ResultReader.open(results)) {
            long number = 0;
            for (Map<String, @Nullable Object> result = reader.next(); result != null; result = reader.next()) {
                if (OwnResult.isOwn(result)) {
                    last = number;
                }
                number++;
            }
        }
        Path made = results.resolveSibling(".results");
        try {
            try (ResultReader reader = ResultReader.open(results);
                    BufferedWriter writer = Files.newBufferedWriter(made)) {
                long number = 0;
                for (Map<String, @Nullable Object> result = reader.next(); result != null; result = reader.next()) {
                    if (number++ == last) {
                        change.accept(result);
                    }
                    writer.write(Json.write(result));
                    writer.write('\n');
                }
            }
            Files.move(made, results, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(made);
        }
    }
}
