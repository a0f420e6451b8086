package dev.atex.report;

import dev.atex.executor.Status;
import dev.atex.internal.json.JsonBytes;
import dev.atex.report.model.ReportedAttempt;
import dev.atex.report.model.ReportedTest;
import dev.atex.report.model.Result;
import dev.atex.report.model.ResultsReader;
import dev.atex.report.model.RunReport;
import dev.atex.run.RunNote;
import dev.atex.run.RunSummary;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Common Test Report Format (ctrf.io, specification 0.0.0): an entry for each test, with a step for each subtest and the
 * attempts that failed before.
 */
final class CtrfReport implements Report {
    /** The buffer is written when it reaches this size. */
    private static final int ENOUGH = 1 << 20;

    @Override
    public void write(RunReport run, Path target, OutputStream out) throws IOException {
        JsonBytes json = new JsonBytes(JsonBytes.Style.COMPACT);
        json.raw("{\"reportFormat\":\"CTRF\",\"specVersion\":\"0.0.0\",\"generatedBy\":\"atex\",\"results\":{");
        json.raw("\"tool\":{\"name\":\"atex\"},\"summary\":")
                .value(summary(run))
                .raw(",\"tests\":[");
        boolean first = true;
        try (ResultsReader results = run.openResults()) {
            for (ReportedTest test : run.tests()) {
                if (!first) {
                    json.raw(",\n");
                }
                first = false;
                json.value(test(run, target, test));
                json.truncate(json.size() - 1); // the closing brace
                steps(test, results.of(test), json, out);
                json.raw('}');
            }
        }
        json.raw("],\"environment\":").value(Map.of("extra", Map.of("platform", run.platform())));
        json.raw(",\"extra\":").value(extra(run)).raw("}}\n");
        json.writeTo(out);
    }

    private static Map<String, @Nullable Object> extra(RunReport run) {
        Map<String, @Nullable Object> extra = new LinkedHashMap<>();
        extra.put("run", run.id());
        if (!run.notes().isEmpty()) {
            extra.put("metadata", run.notes().stream().map(CtrfReport::note).toList());
        }
        return extra;
    }

    private static Map<String, @Nullable Object> note(RunNote told) {
        Map<String, @Nullable Object> note = new LinkedHashMap<>();
        note.put("severity", told.severity());
        note.put("kind", told.kind());
        note.put("text", told.text());
        note.put("count", told.count());
        told.place().ifPresent(place -> note.put("place", place));
        return note;
    }

    private static Map<String, @Nullable Object> summary(RunReport run) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (String status : List.of("passed", "failed", "skipped", "pending", "other")) {
            counts.put(status, 0);
        }
        run.tests().forEach(test -> counts.merge(status(test), 1, Integer::sum));
        Map<String, @Nullable Object> summary = new LinkedHashMap<>();
        summary.put("tests", run.tests().size());
        summary.putAll(counts);
        summary.put("flaky", (int) run.count(RunSummary.Verdict.FLAKY));
        summary.put("start", millis(run, Duration.ZERO));
        summary.put("stop", millis(run, run.elapsed()));
        return summary;
    }

    private static Map<String, @Nullable Object> test(RunReport run, Path target, ReportedTest test) {
        Map<String, @Nullable Object> entry = new LinkedHashMap<>();
        entry.put("name", test.name());
        entry.put("status", status(test));
        entry.put("duration", Math.round(test.seconds() * 1000));
        if (!test.attempts().isEmpty()) {
            ReportedAttempt last = test.attempts().getLast();
            entry.put("start", millis(run, last.from()));
            entry.put("stop", millis(run, last.to()));
            entry.put("threadId", last.remote());
        }
        entry.put("suite", List.of(run.platform()));
        if (!test.reason().isEmpty()) {
            entry.put("message", test.reason());
        }
        entry.put("rawStatus", test.status());
        attempts(test, entry);
        test.log()
                .ifPresent(log -> entry.put(
                        "attachments",
                        List.of(Map.of(
                                "name", "output",
                                "contentType", "text/plain",
                                "path", Report.link(target, log)))));
        return entry;
    }

    private static void steps(ReportedTest test, ResultsReader.Cursor results, JsonBytes json, OutputStream out)
            throws IOException {
        boolean first = true;
        for (Result result = results.next(); result != null; result = results.next()) {
            if (result.subtest().isPresent()) {
                json.raw(first ? ",\"steps\":[" : ",")
                        .value(step(test, result, result.subtest().get()));
                first = false;
            }
            if (json.size() > ENOUGH) {
                json.writeTo(out);
                json.truncate(0);
            }
        }
        json.raw(first ? "" : "]");
    }

    private static Map<String, @Nullable Object> step(ReportedTest test, Result result, String name) {
        Map<String, @Nullable Object> step = new LinkedHashMap<>();
        step.put("name", name);
        boolean counts = !result.failed() || test.fails(result);
        step.put("status", counts ? result.meaning().map(CtrfReport::status).orElse("passed") : "other");
        Map<String, @Nullable Object> extra = new LinkedHashMap<>();
        extra.put("rawStatus", result.status());
        result.reason().ifPresent(note -> extra.put("note", note));
        step.put("extra", extra);
        return step;
    }

    private static void attempts(ReportedTest test, Map<String, @Nullable Object> entry) {
        List<ReportedAttempt> attempts = test.attempts();
        if (attempts.size() < 2) {
            return;
        }
        entry.put("retries", attempts.size() - 1);
        entry.put("flaky", test.verdict() == RunSummary.Verdict.FLAKY);
        List<Object> earlier = new ArrayList<>();
        for (ReportedAttempt attempt : attempts.subList(0, attempts.size() - 1)) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            object.put("attempt", attempt.number());
            object.put("status", attempt.ending().isEmpty() ? "other" : status(Status.of(attempt.status())));
            object.put("duration", Math.round(attempt.seconds() * 1000));
            if (!attempt.reason().isEmpty()) {
                object.put("message", attempt.reason());
            }
            earlier.add(object);
        }
        entry.put("retryAttempts", earlier);
    }

    private static String status(ReportedTest test) {
        return switch (test.verdict()) {
            case PASSED -> test.status().equals("skip") ? "skipped" : "passed";
            case FLAKY -> "passed";
            case FAILED -> "failed";
            case INFRA -> "other";
            case CANCELLED, NOT_RUN -> test.isOver() ? "other" : "pending";
        };
    }

    private static String status(Status status) {
        return switch (status) {
            case FAIL, ERROR -> "failed";
            case SKIP -> "skipped";
            case INFRA -> "other";
            case PASS, INFO, WARN -> "passed";
        };
    }

    private static long millis(RunReport run, Duration since) {
        return run.started().plus(since).toEpochMilli();
    }
}
