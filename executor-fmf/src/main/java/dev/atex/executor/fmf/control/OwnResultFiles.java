package dev.atex.executor.fmf.control;

import dev.atex.executor.OwnResult;
import dev.atex.executor.ResultReader;
import dev.atex.json.Json;
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
import org.jspecify.annotations.Nullable;

/** Adds files to the result for the test itself that is stored already. */
final class OwnResultFiles {
    private OwnResultFiles() {}

    /** Writes the results anew, with these files in the last one for the test itself. */
    static void add(Path results, Collection<String> files) throws IOException {
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
                        Set<@Nullable Object> all = new LinkedHashSet<>();
                        if (result.get("files") instanceof List<?> before) {
                            all.addAll(before);
                        }
                        all.addAll(files);
                        result.put("files", new ArrayList<>(all));
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
