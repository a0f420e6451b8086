package dev.atex.executor.fmf.control;

import dev.atex.executor.ResultWriter;
import dev.atex.executor.TestAbortedException;
import dev.atex.executor.TestArtifacts;
import dev.atex.json.FlatObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * All that one test reports, over any number of {@link ControlStream}s, one for each time that it was connected to: stores
 * its results and files, keeps its partial results, and makes the result for the test itself if the test did not.
 *
 * <p>Used by one thread at a time. {@link #ended} or {@link #aborted} is the last call but {@link #close}.
 */
public final class TestReport implements AutoCloseable {
    /** Memory for one result is bounded by this as well: some 40 MiB if all of its tokens are tiny. */
    private static final int MAX_TOKENS = 500_000;

    private static final String OUTPUT = "output.txt";

    private final TestArtifacts artifacts;
    private final CapturedOutput output;
    private final ControlLimits limits;
    private final JsonFactory json;
    private final PartialResults partials;

    private @Nullable ResultWriter writer;
    private long uploaded;
    private long files;
    private long results;
    private boolean ownStored;
    private boolean badStored;

    /**
     * A report without results yet.
     *
     * @param artifacts where it is stored
     * @param capturedOutput the file with all that the test prints, best on the file system of the artifacts: results that
     *     ask for it get a hard link to it there, elsewhere a copy when the test has ended
     * @param limits what the test may use up
     */
    public TestReport(TestArtifacts artifacts, Path capturedOutput, ControlLimits limits) {
        this.artifacts = artifacts;
        this.output = new CapturedOutput(capturedOutput, artifacts.files());
        this.limits = limits;
        this.partials = new PartialResults(limits.maxPartialBytes());
        this.json = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(limits.maxJsonDepth())
                        .maxTokenCount(MAX_TOKENS)
                        .build())
                .build();
    }

    /** Whether the test has reported a full result for itself. */
    public boolean hasOwnResult() {
        return ownStored;
    }

    /** Whether any result, a partial one too, is {@code fail}, {@code warn} or {@code error}. */
    public boolean hasBadResult() {
        return badStored || partials.values().stream().anyMatch(partial -> isBad(partial.data()));
    }

    private static boolean isBad(Map<String, ? extends @Nullable Object> result) {
        return result.get("status") instanceof String status
                && (status.equals("fail") || status.equals("warn") || status.equals("error"));
    }

    /** How many bytes of results the test has reported: grows with each of them. */
    public long reportedBytes() {
        return results;
    }

    /** Counts the JSON of a result that is about to be read. */
    void announce(int bytes) throws TestAbortedException {
        results += bytes;
        if (results > limits.maxResultBytes()) {
            throw ControlErrors.control(
                    "the test reports more than the limit of " + limits.maxResultBytes() + " bytes of results");
        }
    }

    int maxJsonBytes() {
        return limits.maxJsonBytes();
    }

    /** Takes the fast path, if the result is of the simple kind: no files, nothing partial, nothing special. */
    boolean acceptSimple(FlatObject result) throws TestAbortedException {
        int name = result.find("name");
        if (!partials.isEmpty()
                || (name >= 0 && (!result.isString(name) || result.is(name, "")))
                || result.find("files") >= 0
                || result.find("partial") >= 0
                || result.find("testout") >= 0) {
            return false;
        }
        int status = result.find("status");
        if (status >= 0) {
            badStored |= result.is(status, "fail") || result.is(status, "warn") || result.is(status, "error");
        }
        try {
            writer().write(result);
        } catch (IOException e) {
            throw ControlErrors.storing("results", e);
        }
        ownStored |= name < 0;
        return true;
    }

    /** Reads a result and checks it against the limits; the data of its files is to be stored before the result is. */
    Report read(byte[] bytes, int offset, int length) throws TestAbortedException {
        Report report = Report.parse(json, bytes, offset, length);
        countFiles(report.uploads().size() + (report.data().get("testout") == null ? 0 : 1));
        for (Report.Upload upload : report.uploads()) {
            countUpload(upload.length());
        }
        return report;
    }

    private void countFiles(int more) throws TestAbortedException {
        files += more;
        if (files > limits.maxFiles()) {
            throw ControlErrors.control("the test reports more than the limit of " + limits.maxFiles() + " files");
        }
    }

    private void countUpload(long more) throws TestAbortedException {
        if (more > limits.maxUploadBytes() - uploaded) {
            throw ControlErrors.control(
                    "the test uploads more than the limit of " + limits.maxUploadBytes() + " bytes");
        }
        uploaded += more;
    }

    /** Opens a file of a result for its data. */
    FileChannel open(Report report, Report.Upload upload) throws TestAbortedException {
        try {
            if (output.isAt(report.name(), upload.file())) {
                throw ControlErrors.report("file '" + ControlErrors.shown(upload.file())
                        + "' already holds the captured output of the test");
            }
            return artifacts.files().append(report.name(), upload.file());
        } catch (IOException e) {
            throw ControlErrors.storing("file '" + ControlErrors.shown(upload.file()) + "'", e);
        }
    }

    /** Stores a result whose files are stored. */
    void accept(Report report) throws TestAbortedException {
        if (report.partial()) {
            partials.add(report);
            return;
        }
        PartialResults.Partial partial = partials.remove(report.name());
        if (partial == null) {
            store(report.name(), report.data(), report.fileNames());
        } else {
            partial.merge(report);
            store(report.name(), partial.data(), partial.files());
        }
    }

    private void store(@Nullable String name, Map<String, @Nullable Object> data, SortedSet<String> fileNames)
            throws TestAbortedException {
        listFiles(name, data, fileNames);
        write(name, data);
    }

    /** Puts the list of files into a result in place of {@code testout}, also if that is an error. */
    private void listFiles(@Nullable String name, Map<String, @Nullable Object> data, SortedSet<String> fileNames)
            throws TestAbortedException {
        List<String> listed = new ArrayList<>(fileNames);
        try {
            if (data.remove("testout") instanceof String testout) {
                output.linkAs(name, testout);
                listed.addFirst(testout);
            }
        } finally {
            if (!listed.isEmpty() || data.get("files") != null) {
                data.put("files", listed);
            } else {
                data.remove("files");
            }
        }
    }

    private void write(@Nullable String name, Map<String, @Nullable Object> data) throws TestAbortedException {
        try {
            writer().write(data);
        } catch (IOException e) {
            throw ControlErrors.storing("results", e);
        }
        ownStored |= name == null;
        badStored |= isBad(data);
    }

    private ResultWriter writer() throws IOException {
        if (writer == null) {
            writer = artifacts.openResults();
        }
        return writer;
    }

    /** Makes everything so far readable for others. */
    void flush() throws TestAbortedException {
        if (writer != null) {
            try {
                writer.flush();
            } catch (IOException e) {
                throw ControlErrors.storing("results", e);
            }
        }
    }

    /**
     * The test came to its own end: stores what is unfinished and, if it reported none for itself, a result with
     * {@code pass} for 0 and {@code fail} for any other exit code.
     *
     * @throws TestAbortedException an unfinished result was malformed after all, or something could not be stored; the
     *     result for the test itself says so as far as it could be
     */
    public void ended(int exitCode) throws TestAbortedException {
        finish(exitCode == 0 ? "pass" : "fail", new Problems());
    }

    /**
     * The infrastructure ended the test: stores what is unfinished and, if it reported none for itself, a result with
     * {@code infra} and the reason.
     *
     * @throws TestAbortedException always, {@code why}; what else went wrong is suppressed in it
     */
    public void aborted(TestAbortedException why) throws TestAbortedException {
        Problems problems = new Problems();
        problems.add(why);
        finish("infra", problems);
    }

    /** First all that can fail because of what the test said, so that the result for the test itself can tell. */
    private void finish(String status, Problems problems) throws TestAbortedException {
        List<Unfinished> unfinished = new ArrayList<>();
        for (String name : partials.names()) {
            PartialResults.Partial partial = partials.get(name);
            unfinished.add(new Unfinished(name, partial.data(), partial.files()));
        }
        Unfinished own = ownStored ? null : own(unfinished);
        if (own != null) {
            problems.collect(() -> addOutput(own.data(), own.files()));
        }
        for (Unfinished result : unfinished) {
            problems.collect(() -> listFiles(result.name(), result.data(), result.files()));
        }
        problems.collect(this::copyOutput);
        if (own != null) {
            complete(own.data(), status, problems.first());
        }
        for (Unfinished result : unfinished) {
            problems.collect(() -> write(result.name(), result.data()));
        }
        problems.collect(this::flush);
        problems.rethrow();
    }

    /** A result that the test did not complete. */
    private record Unfinished(@Nullable String name, Map<String, @Nullable Object> data, SortedSet<String> files) {}

    /** The one for the test itself; made, as the last, if there is none. */
    private static Unfinished own(List<Unfinished> unfinished) {
        for (Unfinished result : unfinished) {
            if (result.name() == null) {
                return result;
            }
        }
        Unfinished made = new Unfinished(null, new LinkedHashMap<>(), Collections.emptySortedSet());
        unfinished.add(made);
        return made;
    }

    /** The result for the test itself names the output, unless the test has a file of that name or another name for it. */
    private void addOutput(Map<String, @Nullable Object> own, SortedSet<String> fileNames) throws TestAbortedException {
        try {
            boolean taken = fileNames.contains(OUTPUT)
                    || artifacts.files().find(null, OUTPUT).isPresent();
            if (own.get("testout") == null && !taken) {
                own.put("testout", OUTPUT);
            }
        } catch (IOException e) {
            throw ControlErrors.storing(OUTPUT, e);
        }
    }

    private static void complete(
            Map<String, @Nullable Object> own, String status, @Nullable TestAbortedException problem) {
        if (problem != null) {
            own.put("status", "infra");
            own.put("note", problem.note());
        } else {
            own.putIfAbsent("status", status);
        }
    }

    private void copyOutput() throws TestAbortedException {
        try {
            countUpload(output.toCopy());
            output.copy();
        } catch (IOException e) {
            throw ControlErrors.storing("captured output", e);
        }
    }

    /** Closes the results. Idempotent. */
    @Override
    public void close() throws IOException {
        if (writer != null) {
            writer.close();
            writer = null;
        }
    }
}
