package dev.atex.executor.fmf.control;

import dev.atex.executor.ResultWriter;
import dev.atex.executor.Status;
import dev.atex.executor.TestArtifacts;
import dev.atex.executor.fmf.test.ControlLimits;
import dev.atex.internal.json.FlatObject;
import dev.atex.internal.json.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Stores the results and files that one test reports on any number of {@link ControlStream}s, one for each start. Keeps
 * partial results, and creates the result of the test itself if the test reports none.
 *
 * <p>Used by one thread at a time. {@link #ended} or {@link #aborted} is the last call before {@link #close}.
 */
public final class TestReport implements AutoCloseable {
    /** Memory for one result is bounded by this as well: some 40 MiB if all of its tokens are tiny. */
    private static final int MAX_TOKENS = 500_000;

    static final String OUTPUT = "output.txt";

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

    /** Named results of the test that have failed or warned; one that only warns fails no test but one of Beakerlib. */
    private Optional<FailedResults> bad = Optional.empty();

    private Optional<FailedResults> failedSubtests = Optional.empty();

    /** Of what {@code tmt-report-result} and the like said. */
    private Optional<FailedResults> failedReports = Optional.empty();

    /** Entries of the test's directory that are no regular files of results: their types, by name. */
    private final Map<String, String> odd = new LinkedHashMap<>();

    private final TestData data;

    /** Of what {@code tmt-report-result} and the like said; empty if they said nothing. */
    private Optional<Status> reported = Optional.empty();

    private final Map<String, Status> checks = new LinkedHashMap<>();

    /** Files that are to be the first ones of the result for the test itself. */
    private List<String> ownLogs = List.of();

    private volatile long reads;
    private boolean finished;

    /**
     * Creates an empty report.
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
        this.data = new TestData(artifacts.files(), limits.maxPartialBytes());
        this.json = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(limits.maxJsonDepth())
                        .maxTokenCount(MAX_TOKENS)
                        .build())
                .build();
    }

    /** Returns whether the test has reported a full result for itself. */
    public boolean hasOwnResult() {
        return ownStored;
    }

    /** The results of the test, partial ones too, that are {@code fail}, {@code warn} or {@code error}, also one for itself. */
    public Optional<FailedResults> badResults() {
        Optional<FailedResults> all = bad;
        for (String name : partials.names()) {
            all = withBad(all, name, partials.get(name).data());
        }
        return all;
    }

    /** The subtests that have failed, of those that the test has reported as results; partial ones too. */
    public Optional<FailedResults> failedSubtests() {
        Optional<FailedResults> all = failedSubtests;
        for (String name : partials.names()) {
            all = withFailed(all, name, partials.get(name).data());
        }
        return all;
    }

    /** Those that were reported by {@code tmt-report-result} and the like and have failed. */
    public Optional<FailedResults> failedReports() {
        return failedReports;
    }

    private static Optional<FailedResults> withBad(
            Optional<FailedResults> before, @Nullable String name, Map<String, ? extends @Nullable Object> result) {
        return result.get("status") instanceof String word
                        && (word.equals("fail") || word.equals("warn") || word.equals("error"))
                ? FailedResults.and(before, name == null ? "/" : name, TmtStatus.meaning(word))
                : before;
    }

    /** As {@link dev.atex.executor.ResultTally} counts them. */
    private static Optional<FailedResults> withFailed(
            Optional<FailedResults> before, @Nullable String name, Map<String, ? extends @Nullable Object> result) {
        Object status = result.get("status");
        if (name == null || status == null || status.equals("")) {
            return before;
        }
        String word = status instanceof String text ? text : Json.write(status);
        return Status.of(word).failed() ? FailedResults.and(before, name, TmtStatus.meaning(word)) : before;
    }

    /** The worst of what {@code tmt-report-result} and the like have said of the test. */
    public Optional<Status> reported() {
        return reported;
    }

    /** The checks of the test that were carried out, by their names. */
    public Map<String, Status> checks() {
        return Collections.unmodifiableMap(checks);
    }

    /** The status in the unfinished result for the test itself, if there is one. */
    public Optional<String> unfinishedStatus() {
        for (String name : partials.names()) {
            if (name == null && partials.get(name).data().get("status") instanceof String status) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }

    /** Returns whether {@link #ended} or {@link #aborted} completed it. */
    public boolean isFinished() {
        return finished;
    }

    /** Grows while something comes from the test. */
    public long reads() {
        return reads;
    }

    /** Another stream of the test begins, in which its data directory may be sent once more. */
    void streamBegins() {
        data.sendingBegins();
        odd.clear();
    }

    /** Called before what may block. */
    void beforeRead() throws TestAbortedException {
        long before = reads;
        reads = before + 1; // written by one thread at a time
        flush();
    }

    /** Returns the bytes of all results that the test has reported. */
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
        if (status >= 0 && !result.is(status, "pass")) {
            note(result, name, status);
        }
        try {
            writer().write(result);
        } catch (IOException e) {
            throw ControlErrors.storing("results", e);
        }
        ownStored |= name < 0;
        return true;
    }

    /** Rare. */
    private void note(FlatObject result, int name, int status) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        // What is no text here is a number, a truth value or the like: no word that is known.
        data.put("status", result.isString(status) ? result.string(status) : result.isNull(status) ? null : "?");
        String of = name < 0 ? null : result.string(name);
        bad = withBad(bad, of, data);
        failedSubtests = withFailed(failedSubtests, of, data);
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

    void countFiles(int more) throws TestAbortedException {
        files += more;
        if (files > limits.maxFiles()) {
            throw ControlErrors.control("the test reports more than the limit of " + limits.maxFiles() + " files");
        }
    }

    void countUpload(long more) throws TestAbortedException {
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

    /** Opens a file of the test's data directory; empty where the test has sent one of this name itself. */
    Optional<FileChannel> openData(Report.Upload upload) throws TestAbortedException {
        Map<String, @Nullable Object> own = Map.of();
        SortedSet<String> sent = Collections.emptySortedSet();
        for (String name : partials.names()) {
            if (name == null) {
                own = partials.get(name).data();
                sent = partials.get(name).files();
            }
        }
        try {
            return data.open(upload.file(), sent, own.get("testout") instanceof String name ? name : OUTPUT);
        } catch (IOException e) {
            throw ControlErrors.storing("file '" + ControlErrors.shown(upload.file()) + "'", e);
        }
    }

    /** Stores which expected files of the data directory are no regular files. */
    void acceptOdd(Report report) {
        if (report.data().get("odd") instanceof Map<?, ?> told) {
            for (String name : CustomStore.FILES) {
                if (told.get(name) instanceof String what) {
                    odd.put(name, ControlErrors.shown(what));
                }
            }
        }
    }

    /** A file of the test's data directory is stored. */
    void addData(Report.Upload upload) throws TestAbortedException {
        data.add(upload.file());
    }

    /** Stores a result that counts for the test, as tmt has it: the worst of them is how the test went. */
    void acceptReport(Report report) throws TestAbortedException {
        Status status = known(report);
        reported = Optional.of(reported.map(status::or).orElse(status));
        failedReports = FailedResults.and(failedReports, report.name() == null ? "/" : report.name(), status);
        if (report.name() == null) {
            report.data().remove("status");
            partials.add(report);
        } else {
            acceptJudged(report);
        }
    }

    /** Stores the result of a check. */
    void acceptCheck(Report report) throws TestAbortedException {
        if (report.name() == null) {
            throw ControlErrors.report("a check without a name");
        }
        checks.merge(report.name(), known(report), Status::or);
        acceptJudged(report);
    }

    /** One that counts otherwise than as a subtest. */
    private void acceptJudged(Report report) throws TestAbortedException {
        Optional<FailedResults> before = failedSubtests;
        accept(report);
        failedSubtests = before;
    }

    private static Status known(Report report) throws TestAbortedException {
        Optional<Status> status =
                report.data().get("status") instanceof String word ? TmtStatus.of(word) : Optional.empty();
        return status.orElseThrow(() -> ControlErrors.report("no status that tmt knows"));
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
        listFiles(name, data, fileNames, List.of());
        write(name, data);
    }

    /** Puts the list of files into a result in place of {@code testout}, also if that is an error. */
    private void listFiles(
            @Nullable String name, Map<String, @Nullable Object> data, SortedSet<String> fileNames, List<String> first)
            throws TestAbortedException {
        List<String> listed = new ArrayList<>(fileNames);
        try {
            if (data.remove("testout") instanceof String testout) {
                output.linkAs(name, testout);
                listed.addFirst(testout);
            }
            listed.removeAll(new HashSet<>(first));
            listed.addAll(0, first);
        } finally {
            if (!listed.isEmpty() || data.get("files") != null) {
                data.put("files", listed);
            } else {
                data.remove("files");
            }
        }
    }

    void write(@Nullable String name, Map<String, @Nullable Object> data) throws TestAbortedException {
        try {
            writer().write(data);
        } catch (IOException e) {
            throw ControlErrors.storing("results", e);
        }
        ownStored |= name == null;
        bad = withBad(bad, name, data);
        failedSubtests = withFailed(failedSubtests, name, data);
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
     * Completes the report of a test that ended: stores partial results and, if it reported none for itself, a result
     * with {@code pass} for 0 and {@code fail} for any other exit code.
     *
     * @throws TestAbortedException an unfinished result was malformed after all, or something could not be stored; the
     *     result for the test itself says so as far as it could be
     */
    public void ended(int exitCode) throws TestAbortedException {
        finish(exitCode == 0 ? "pass" : "fail", Optional.empty(), false, new Problems());
    }

    /**
     * Completes the report of a test that was judged: as {@link #ended(int)}, but with this status, whatever a partial
     * result for the test itself contains, and these notes behind its own. Overrules a full one that the test has
     * reported.
     *
     * @param decidesSubtests whether the test says itself what it is worth that subtests failed
     */
    public void ended(Status status, List<String> notes, boolean decidesSubtests) throws TestAbortedException {
        finish(status.word(), Optional.of(notes), decidesSubtests, new Problems());
    }

    /**
     * Completes the report of a test that was aborted: stores partial results and, if it reported none for itself, a
     * result with {@code infra} and the reason.
     *
     * @throws TestAbortedException always, {@code why}; what else went wrong is suppressed in it
     */
    public void aborted(TestAbortedException why) throws TestAbortedException {
        Problems problems = new Problems();
        problems.add(why);
        finish("infra", Optional.empty(), false, problems);
    }

    /** First all that can fail because of what the test said, so that the result for the test itself can tell. */
    private void finish(String status, Optional<List<String>> judged, boolean decidesSubtests, Problems problems)
            throws TestAbortedException {
        finished = true;
        List<Unfinished> unfinished = new ArrayList<>();
        for (String name : partials.names()) {
            PartialResults.Partial partial = partials.get(name);
            unfinished.add(new Unfinished(name, partial.data(), partial.files()));
        }
        boolean reportedBefore = ownStored;
        Unfinished own = ownStored ? null : own(unfinished);
        if (own != null) {
            own.files().addAll(data.names());
            problems.collect(() -> addOutput(own.data(), own.files()));
        }
        for (Unfinished result : unfinished) {
            List<String> first = result.name() == null ? ownLogs : List.of();
            problems.collect(() -> listFiles(result.name(), result.data(), result.files(), first));
        }
        problems.collect(this::copyOutput);
        if (own != null) {
            complete(own.data(), status, judged, problems.first());
        }
        if (own != null && decidesSubtests) {
            artifacts.subtestsAreDecided();
        }
        for (Unfinished result : unfinished) {
            problems.collect(() -> write(result.name(), result.data()));
        }
        problems.collect(this::flush);
        if (reportedBefore && (judged.isPresent() || !data.names().isEmpty())) {
            problems.collect(() -> changeOwn(status, judged));
        }
        problems.rethrow();
    }

    /** The test has reported for itself before its files came, or before it ended in another way. */
    private void changeOwn(String status, Optional<List<String>> judged) throws TestAbortedException {
        try {
            close();
            StoredOwnResult.change(artifacts.resultsFile(), own -> {
                StoredOwnResult.addFiles(own, data.names());
                if (judged.isPresent()) {
                    StoredOwnResult.overrule(own, status, judged.get());
                }
            });
        } catch (IOException e) {
            throw ControlErrors.storing("results", e);
        }
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
        Unfinished made = new Unfinished(null, new LinkedHashMap<>(), new TreeSet<>(Report.BY_CODE_POINT));
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
            Map<String, @Nullable Object> own,
            String status,
            Optional<List<String>> judged,
            @Nullable TestAbortedException problem) {
        if (problem != null) {
            own.put("status", "infra");
            own.put("note", problem.note());
        } else if (judged.isPresent()) {
            Object before = own.put("status", status);
            List<String> notes = new ArrayList<>(judged.get());
            if (own.get("note") instanceof String note && !note.isEmpty()) {
                notes.addFirst(note);
            }
            if (notes.isEmpty() && before instanceof String && Status.of(status).failed()) {
                notes.add("the test reported " + before);
            }
            if (!notes.isEmpty()) {
                own.put("note", String.join(", ", notes));
            }
        } else {
            own.putIfAbsent("status", status);
        }
    }

    /**
     * Stores the results that the test has written into its data directory, all but the one for itself.
     *
     * @param directory where that was, for messages
     * @return how the test went by them
     */
    public Custom custom(String directory) throws TestAbortedException {
        try {
            CustomStore store = new CustomStore(this, data, artifacts.files(), output, odd, directory);
            Custom custom = store.read(limits.maxJsonBytes(), json);
            ownLogs = store.ownLogs();
            return custom;
        } catch (IOException e) {
            throw ControlErrors.storing("custom results", e);
        }
    }

    /** The outcome of a test by the results in its file. */
    public record Custom(Status status, List<String> notes) {}

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
