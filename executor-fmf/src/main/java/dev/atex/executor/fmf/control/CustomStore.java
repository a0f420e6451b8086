package dev.atex.executor.fmf.control;

import dev.atex.executor.ArtifactFiles;
import dev.atex.executor.Status;
import dev.atex.internal.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonFactory;

/** Stores {@link CustomResults} within the limits of the test, with files of its data directory. */
final class CustomStore {
    /** Its names; the first that exists is used. */
    static final List<String> FILES = List.of("results.yaml", "results.json");

    private final TestReport report;
    private final TestData data;
    private final ArtifactFiles files;
    private final CapturedOutput output;
    private final Map<String, String> odd;
    private final String directory;
    private List<String> ownLogs = List.of();

    /**
     * For one test.
     *
     * @param odd what is there that is no file and has the name of one, by that name
     * @param directory where its data directory was, for messages
     */
    CustomStore(
            TestReport report,
            TestData data,
            ArtifactFiles files,
            CapturedOutput output,
            Map<String, String> odd,
            String directory) {
        this.report = report;
        this.data = data;
        this.files = files;
        this.output = output;
        this.odd = odd;
        this.directory = directory;
    }

    /** Files that the result for the test itself names, the main one first. */
    List<String> ownLogs() {
        return ownLogs;
    }

    /** Stores all results but that of the test itself, and returns how that went. */
    TestReport.Custom read(int maxBytes, JsonFactory json) throws TestAbortedException, IOException {
        Optional<String> file = Optional.empty();
        Optional<Path> path = Optional.empty();
        for (String name : FILES) {
            path = files.find(null, name); // the test may have sent it itself
            if (path.isPresent()) {
                file = Optional.of(name);
                break;
            }
            if (odd.containsKey(name)) {
                return error(name + " in " + directory + " is " + odd.get(name) + ": only a regular file is read");
            }
        }
        if (file.isEmpty() || path.isEmpty()) {
            return error("custom results file not found in " + directory);
        }
        long size = Files.size(path.get());
        return size > maxBytes
                ? error(file.get() + " has " + size + " bytes, over the limit of " + maxBytes + " (see --max-json)")
                : store(CustomResults.read(file.get(), Files.readAllBytes(path.get()), json));
    }

    private static TestReport.Custom error(String note) {
        return new TestReport.Custom(Status.ERROR, List.of(note));
    }

    private TestReport.Custom store(CustomResults results) throws TestAbortedException, IOException {
        Optional<CustomResults.Entry> own = results.own();
        Optional<Status> said = own.map(CustomResults.Entry::status);
        Status worst = said.orElse(Status.SKIP);
        Optional<String> worse = Optional.empty();
        for (CustomResults.Entry entry : results.entries()) {
            if (!entry.isOwn()) {
                store(entry);
            }
            if (entry.main()) {
                Status status = entry.status();
                if (worse.isEmpty() // the note has the first that is worse, as tmt's has
                        && status.isWorseThan(said.orElse(Status.PASS))) {
                    worse = Optional.of((entry.isOwn() ? "/" : entry.name()) + ": " + status.word());
                }
                worst = worst.or(status);
            }
        }
        List<String> notes = new ArrayList<>(own.map(CustomResults.Entry::notes).orElse(List.of()));
        if (own.isPresent()) {
            ownLogs = data.found(own.get().logs(), directory, notes);
        }
        worse.ifPresent(notes::add);
        results.problem().ifPresent(notes::add);
        return new TestReport.Custom(results.problem().isPresent() ? Status.ERROR : worst, notes);
    }

    private void store(CustomResults.Entry entry) throws TestAbortedException, IOException {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("status", entry.status().word());
        result.put("name", entry.name());
        List<String> notes = new ArrayList<>(entry.notes());
        List<String> logs = data.found(entry.logs(), directory, notes);
        if (!notes.isEmpty()) {
            result.put("note", String.join(", ", notes));
        }
        report.countFiles(Math.max(1, logs.size()));
        for (String log : logs) {
            report.countUpload(data.share(log, entry.name()));
        }
        if (logs.isEmpty() && files.find(entry.name(), TestReport.OUTPUT).isEmpty()) {
            output.linkAs(entry.name(), TestReport.OUTPUT);
        }
        result.put("files", logs.isEmpty() ? List.of(TestReport.OUTPUT) : logs);
        report.announce(Json.write(result).length());
        report.write(entry.name(), result);
    }
}
