package dev.atex.report;

import dev.atex.aggregator.Commit;
import dev.atex.executor.Ending;
import dev.atex.executor.FailureClass;
import dev.atex.internal.json.JsonBytes;
import dev.atex.run.EventLog;
import dev.atex.run.Limit;
import dev.atex.run.RunEvent;
import dev.atex.run.RunNote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Writes run directories as runs do. */
final class SampleRun {
    static final String HOSTILE =
            "</script><img src=x onerror=\"document.title='owned'\"> \u001b[31m\u0000\u202e'\"&]]> \ud800 ünï 😀";

    private final Path directory;
    private final List<RunEvent> events = new ArrayList<>();
    private final JsonBytes results = new JsonBytes(JsonBytes.Style.PYTHON);

    private SampleRun(Path directory) {
        this.directory = directory;
    }

    static Duration at(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    private static Ending ending(int exit, String status, String note) {
        return new Ending(
                OptionalInt.of(exit),
                Optional.empty(),
                Optional.of(status),
                Optional.ofNullable(note),
                Optional.of("output.txt"));
    }

    private void result(String status, String test, String subtest, String note, String... files) {
        results.raw('[').string("p").comma().string(status).comma().string(test).comma();
        results.value(subtest)
                .comma()
                .value(Arrays.asList(files))
                .comma()
                .value(note)
                .raw("]\n");
    }

    private Path write() throws IOException {
        Files.createDirectories(directory);
        try (EventLog log = EventLog.open(directory.resolve("events.jsonl"))) {
            events.forEach(log::on);
        }
        Files.write(directory.resolve("results.jsonl"), results.toByteArray());
        return directory;
    }

    private Commit files(String test, String output) throws IOException {
        Path at = directory.resolve("files/p" + test);
        Files.createDirectories(at);
        Files.writeString(at.resolve("output.txt"), output);
        return new Commit("0-1000000", Optional.of(at));
    }

    private void attempt(String remote, String test, int number, double from, double to, Ending ending, boolean rerun) {
        events.add(new RunEvent.TestStarted(at(from), remote, test, number));
        events.add(new RunEvent.TestFinished(at(to), remote, test, number, ending, rerun, false));
    }

    /** Two machines: one test passes, one is flaky, one fails twice, one breaks its machine, one is not run. */
    static Path small(Path directory) throws IOException {
        SampleRun run = new SampleRun(directory);
        List<RunEvent> e = run.events;
        e.add(new RunEvent.RunStarted(
                at(0),
                Instant.parse("2026-11-24T12:00:00Z"),
                "sample",
                "p",
                List.of("/good", "/flaky", "/bad", "/broken", "/never", "/" + HOSTILE),
                List.of(new RunNote("note", "unknown-key", "an unknown key " + HOSTILE, 3, Optional.of("ci.fmf:12")))));
        e.add(new RunEvent.ProvisionRequested(at(0), "cloud", 2));
        e.add(new RunEvent.ProvisionProgress(at(1), "cloud", "m1", Map.of("state", "queued", "request", HOSTILE)));
        e.add(new RunEvent.RemoteReady(at(10), "m1", "cloud"));
        e.add(new RunEvent.SetUpFinished(at(11), "m1"));
        run.attempt("m1", "/good", 1, 11, 13, ending(0, "pass", null), false);
        e.add(new RunEvent.AttemptIngested(at(13), "/good", 1, true, run.files("/good", "fine\n")));
        run.result("pass", "/good", "one", null);
        run.result("warn", "/good", "two", "odd", "extra.txt");
        run.result("pass", "/good", null, null, "output.txt");
        run.attempt("m1", "/flaky", 1, 13, 14, ending(1, "fail", "not yet"), true);
        e.add(new RunEvent.AttemptSuperseded(at(14), "/flaky", 1, Optional.of(directory.resolve("attempts/flaky/1"))));
        e.add(new RunEvent.RemoteReady(at(14), "m2", "cloud"));
        e.add(new RunEvent.SetUpFinished(at(15), "m2"));
        run.attempt("m2", "/flaky", 2, 15, 16, ending(0, "pass", null), false);
        e.add(new RunEvent.AttemptIngested(at(16), "/flaky", 2, true, run.files("/flaky", "fine now\n")));
        run.result("pass", "/flaky", null, null, "output.txt");
        run.attempt("m1", "/bad", 1, 16, 17, ending(2, "fail", null), true);
        run.attempt("m1", "/bad", 2, 17, 18, ending(2, "fail", null), false);
        e.add(new RunEvent.AttemptIngested(at(18), "/bad", 2, true, run.files("/bad", "needle in the output\n")));
        run.result("fail", "/bad", null, null, "output.txt");
        Ending lost = new Ending(
                OptionalInt.empty(),
                Optional.of(FailureClass.CONNECTION),
                Optional.of("infra"),
                Optional.of("line 1\nline 2"),
                Optional.empty());
        run.attempt("m2", "/broken", 1, 18, 20, lost, false);
        e.add(new RunEvent.AttemptIngested(at(20), "/broken", 1, true, new Commit("1-2", Optional.empty())));
        run.result("infra", "/broken", null, "line 1\nline 2");
        run.attempt("m1", "/" + HOSTILE, 1, 20, 21, ending(9, "error", HOSTILE), false);
        e.add(new RunEvent.AttemptIngested(
                at(21), "/" + HOSTILE, 1, true, run.files("/hostile", "<b>" + HOSTILE.replace("\ud800 ", "") + "\n")));
        run.result("error", "/" + HOSTILE, HOSTILE, HOSTILE, "../../etc/passwd", "javascript:alert(1)");
        run.result("error", "/" + HOSTILE, null, HOSTILE, "output.txt");
        e.add(new RunEvent.DeadlineExpired(at(25), Limit.IDLE, "m2"));
        e.add(new RunEvent.ReleaseStarted(at(25), "m2"));
        e.add(new RunEvent.RemoteReleased(at(26), "m2"));
        e.add(new RunEvent.ReleaseStarted(at(26), "m1"));
        e.add(new RunEvent.ReleaseFailed(at(27), "m1", HOSTILE));
        e.add(new RunEvent.TestNotRun(at(27), "/never", "no machine"));
        e.add(new RunEvent.RunFinished(at(28)));
        return run.write();
    }

    /** Writes a passed test for each of these statuses, on one machine. */
    static Path statuses(Path directory, List<String> statuses) throws IOException {
        SampleRun run = new SampleRun(directory);
        List<String> names = statuses.stream().map(status -> "/t " + status).toList();
        run.events.add(new RunEvent.RunStarted(at(0), Instant.parse("2026-11-24T12:00:00Z"), "own", "p", names));
        run.events.add(new RunEvent.RemoteReady(at(1), "m", "cloud"));
        run.events.add(new RunEvent.SetUpFinished(at(2), "m"));
        for (int i = 0; i < names.size(); i++) {
            run.attempt("m", names.get(i), 1, 2 + i, 3 + i, ending(0, statuses.get(i), null), false);
            run.result(statuses.get(i), names.get(i), null, null);
            run.events.add(new RunEvent.AttemptIngested(
                    at(3 + i), names.get(i), 1, true, new Commit("0-1", Optional.empty())));
        }
        run.events.add(new RunEvent.RunFinished(at(90)));
        return run.write();
    }

    /** Writes many tests with 10 results each on 100 machines. */
    static Path large(Path directory, int results) throws IOException {
        SampleRun run = new SampleRun(directory);
        int tests = results / 10;
        List<String> names = new ArrayList<>();
        for (int i = 0; i < tests; i++) {
            names.add("/suite-" + i % 37 + "/some/group/test-" + i);
        }
        run.events.add(new RunEvent.RunStarted(at(0), Instant.parse("2026-11-24T12:00:00Z"), "large", "p", names));
        run.events.add(new RunEvent.ProvisionRequested(at(0), "cloud", 100));
        for (int m = 0; m < 100; m++) {
            run.events.add(new RunEvent.RemoteReady(at(1 + m), "m" + m, "cloud"));
            run.events.add(new RunEvent.SetUpFinished(at(2 + m), "m" + m));
        }
        for (int i = 0; i < tests; i++) {
            double from = 200 + i / 100 * 10.0;
            boolean good = i % 50 != 7;
            String name = names.get(i);
            run.attempt(
                    "m" + i % 100, name, 1, from, from + 9, ending(good ? 0 : 1, good ? "pass" : "fail", null), false);
            run.events.add(new RunEvent.AttemptIngested(
                    at(from + 9), name, 1, true, new Commit("0-1", Optional.of(directory.resolve("files/p" + name)))));
            for (int k = 0; k < 9; k++) {
                boolean last = k == 8 && !good;
                run.result(
                        last ? "fail" : "pass",
                        name,
                        "phase-" + k,
                        last ? "step " + i + " went wrong" : null,
                        "log-" + k + ".txt");
            }
            run.result(good ? "pass" : "fail", name, null, null, "output.txt");
        }
        run.events.add(new RunEvent.RunFinished(at(200 + tests / 100 * 10.0 + 60)));
        return run.write();
    }
}
