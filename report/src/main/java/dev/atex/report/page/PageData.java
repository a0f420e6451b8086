package dev.atex.report.page;

import dev.atex.executor.Status;
import dev.atex.internal.json.JsonBytes;
import dev.atex.internal.text.Cut;
import dev.atex.report.model.ReportedAttempt;
import dev.atex.report.model.ReportedMachine;
import dev.atex.report.model.ReportedTest;
import dev.atex.report.model.Result;
import dev.atex.report.model.ResultsReader;
import dev.atex.report.model.RunReport;
import dev.atex.run.model.MachineModel;
import dev.atex.run.model.PoolModel;
import dev.atex.run.model.RunFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The data of the page as compact JSON, described in {@code docs/reports.md}. For one thread. */
public final class PageData {
    /** Maximum bytes of output in the page for a test that did not pass, for when its file cannot be fetched. */
    public static final int TAIL = 16 << 10;

    /** Maximum bytes of output in the page for all tests. */
    private static final int TAILS = 6 << 20;

    /** Maximum length of a note; the results have all of it. */
    private static final int NOTE = 4 << 10;

    /** Maximum bytes of results in a page: browsers have limits, too. */
    private static final int RESULTS = 64 << 20;

    /** Additional bytes for failed results, when there is no room for others. */
    private static final int FAILURES = 16 << 20;

    /** Maximum bytes of results in an update. */
    private static final int NEWS = 4 << 20;

    /** The buffer is written when it reaches this size. */
    private static final int ENOUGH = 256 << 10;

    private final RunReport run;
    private final long version;
    private final Map<String, Integer> tests = new HashMap<>();
    private final Map<String, Integer> remotes = new LinkedHashMap<>();
    private int room = TAILS;
    private long resultsRoom = RESULTS;
    private long failuresRoom = FAILURES;

    private PageData(RunReport run, long version) {
        this.run = run;
        this.version = version;
        for (ReportedTest test : run.tests()) {
            tests.put(test.name(), tests.size());
            test.attempts().forEach(attempt -> remotes.putIfAbsent(attempt.remote(), remotes.size()));
        }
    }

    /** Returns the data of a page that does not change. */
    public static PageData fixed(RunReport run) {
        return new PageData(run, -1);
    }

    /** Returns the data of a page that receives updates later than this version. */
    public static PageData live(RunReport run, long version) {
        return new PageData(run, version);
    }

    /**
     * Writes all data, piece by piece.
     *
     * @param base the path from the page to the run directory: {@code ""} or a path that ends in a slash
     */
    public void all(String base, OutputStream out) throws IOException {
        JsonBytes json = new JsonBytes(JsonBytes.Style.COMPACT);
        json.raw("{\"base\":").string(base).raw(",\"tailLimit\":").number(TAIL).raw(',');
        head(json);
        json.raw(",\"tests\":[");
        boolean first = true;
        try (ResultsReader results = run.openResults()) {
            for (ReportedTest test : run.tests()) {
                json.raw(first ? "" : ",\n");
                first = false;
                test(test, results, json, out);
                drain(json, out);
            }
        }
        json.raw("]}").writeTo(out);
    }

    private static void drain(JsonBytes json, @Nullable OutputStream out) throws IOException {
        if (out != null && json.size() >= ENOUGH) {
            json.writeTo(out);
            json.truncate(0);
        }
    }

    /**
     * Returns an update for these tests, by their indexes in the run, and for everything that is not about one test.
     */
    public JsonBytes news(Iterable<Integer> changed) throws IOException {
        resultsRoom = NEWS;
        failuresRoom = NEWS;
        JsonBytes json = new JsonBytes(JsonBytes.Style.COMPACT).raw('{');
        head(json);
        json.raw(",\"tests\":{");
        boolean first = true;
        try (ResultsReader results = run.openResults()) {
            for (int i : changed) {
                json.raw(first ? "\"" : ",\"").number(i).raw("\":");
                first = false;
                test(run.tests().get(i), results, json, null);
            }
        }
        return json.raw("}}");
    }

    private void head(JsonBytes json) {
        json.raw("\"id\":").string(run.id());
        json.raw(",\"platform\":").string(run.platform());
        json.raw(",\"started\":").number(run.started().toEpochMilli());
        json.raw(",\"elapsed\":");
        seconds(run.elapsed(), json);
        json.raw(",\"state\":").string(run.state().name());
        json.raw(",\"live\":").raw(Boolean.toString(version >= 0));
        json.raw(",\"version\":").number(version);
        json.raw(",\"interrupted\":").string(run.interrupted().orElse(""));
        json.raw(",\"bad\":").value(Status.failing());
        json.raw(",\"results\":")
                .number(run.tests().stream()
                        .mapToLong(test -> test.results().count())
                        .sum());
        json.raw(",\"problems\":")
                .value(run.problems().stream().map(PageData::note).toList());
        json.raw(",\"notes\":")
                .value(run.notes().stream().map(told -> note(told.line())).toList());
        json.raw(",\"remotes\":").value(remotes.keySet());
        json.raw(",\"machines\":[");
        boolean first = true;
        for (ReportedMachine machine : run.machines()) {
            json.raw(first ? "[" : ",[")
                    .string(machine.name())
                    .raw(',')
                    .string(machine.provisioner())
                    .raw(",[");
            first = false;
            boolean firstSpan = true;
            for (MachineModel.Span span : machine.spans()) {
                json.raw(firstSpan ? "[" : ",[").number(code(span.activity())).raw(',');
                firstSpan = false;
                seconds(span.from(), json);
                json.raw(',');
                seconds(span.to(), json);
                json.raw(',');
                if (span.activity() == MachineModel.Activity.TEST) {
                    json.number(tests.getOrDefault(span.text(), -1)).raw(',').number(span.attempt());
                } else {
                    json.string(note(span.text()));
                }
                json.raw(']');
            }
            json.raw("]]");
        }
        json.raw("],\"waits\":[");
        first = true;
        for (PoolModel.Wait wait : run.waits()) {
            json.raw(first ? "[" : ",[");
            first = false;
            seconds(wait.from(), json);
            json.raw(',');
            seconds(wait.to(), json);
            json.raw(',').string(note(wait.reason())).raw(']');
        }
        json.raw(']');
    }

    private void test(ReportedTest test, ResultsReader results, JsonBytes json, @Nullable OutputStream out)
            throws IOException {
        json.raw('[').string(test.name()).raw(',').string(test.status()).raw(',');
        json.string(note(test.reason())).raw(",[");
        boolean first = true;
        for (ReportedAttempt attempt : test.attempts()) {
            json.raw(first ? "" : ",");
            first = false;
            attempt(attempt, json);
        }
        json.raw("],[");
        long omitted = results(test, results, json, out);
        json.raw("],");
        optional(test.files().map(this::relative), json);
        json.raw(',');
        optional(test.log().map(this::relative), json);
        String tail = test.verdict().passed() || test.log().isEmpty() || room < TAIL
                ? ""
                : run.tail(test.log().get(), TAIL);
        room -= tail.length();
        if (!tail.isEmpty() || omitted > 0) {
            json.raw(',').string(tail);
        }
        if (omitted > 0) {
            json.raw(',').number(omitted);
        }
        json.raw(']');
    }

    /** Writes the results and returns the number of those that did not fit; failed ones have more room. */
    private long results(ReportedTest test, ResultsReader results, JsonBytes json, @Nullable OutputStream out)
            throws IOException {
        long omitted = 0;
        boolean first = true;
        ResultsReader.Cursor all = results.of(test);
        for (Result result = all.next(); result != null; result = all.next()) {
            boolean fits = resultsRoom > 0;
            if (!fits && !(failuresRoom > 0 && result.failed())) {
                omitted++;
                continue;
            }
            int before = json.size();
            json.raw(first ? "" : ",");
            first = false;
            result(test, result, json);
            if (fits) {
                resultsRoom -= json.size() - before;
            } else {
                failuresRoom -= json.size() - before;
            }
            drain(json, out);
        }
        return omitted;
    }

    private void attempt(ReportedAttempt attempt, JsonBytes json) {
        json.raw('[').number(remotes.getOrDefault(attempt.remote(), 0)).raw(',');
        seconds(attempt.from(), json);
        json.raw(',');
        seconds(attempt.to(), json);
        json.raw(',').string(attempt.status()).raw(attempt.rerun() ? ",1," : ",0,");
        json.string(note(attempt.reason()));
        json.raw(',').number(attempt.number());
        attempt.log().ifPresent(log -> json.raw(',').string(relative(log)));
        json.raw(']');
    }

    private void result(ReportedTest test, Result result, JsonBytes json) throws IOException {
        json.raw('[').string(result.word());
        boolean files = !result.files().isEmpty() && test.files().isPresent();
        Optional<String> why = result.reason();
        if (result.subtest().isPresent() || why.isPresent() || files) {
            optional(result.subtest(), json.raw(','));
        } else {
            json.raw(",0");
        }
        if (why.isPresent() || files) {
            optional(why.map(PageData::note), json.raw(','));
        }
        if (files) {
            json.raw(",[");
            boolean first = true;
            for (String file : result.files()) {
                Optional<Path> place =
                        RunFiles.find(test.files().get(), result.subtest().orElse(null), file);
                if (place.isPresent()) {
                    json.raw(first ? "[" : ",[")
                            .string(note(file))
                            .raw(',')
                            .string(relative(place.get()))
                            .raw(']');
                    first = false;
                }
            }
            json.raw(']');
        }
        json.raw(']');
    }

    /** Returns the path of a file of the run in its directory. */
    private String relative(Path path) {
        return run.directory().relativize(path.toAbsolutePath().normalize()).toString();
    }

    private static void optional(Optional<String> text, JsonBytes json) {
        if (text.isPresent()) {
            json.string(text.get());
        } else {
            json.raw('0');
        }
    }

    private static String note(String text) {
        return Cut.start(text, NOTE, "…");
    }

    /** Writes seconds, rounded to milliseconds. */
    private static void seconds(Duration time, JsonBytes json) {
        long millis = time.toMillis();
        json.number(millis / 1000);
        if (millis % 1000 != 0) {
            json.raw('.').padded(millis % 1000, 3);
        }
    }

    private static int code(MachineModel.Activity activity) {
        return switch (activity) {
            case PROVISION -> 0;
            case SET_UP -> 1;
            case TEST -> 2;
            case IDLE -> 3;
            case RELEASE -> 4;
        };
    }
}
