package dev.atex.bench;

import dev.atex.aggregator.Attempt;
import dev.atex.aggregator.Commit;
import dev.atex.executor.Ending;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.files.Trees;
import dev.atex.report.Chromium;
import dev.atex.report.ReportFormat;
import dev.atex.report.live.LiveServer;
import dev.atex.report.model.RunReport;
import dev.atex.results.FileAggregator;
import dev.atex.run.DestructivePolicy;
import dev.atex.run.EventLog;
import dev.atex.run.RunEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Storing results, and what is made of them. */
final class ReportBench {
    private static final int ROUNDS = 9;
    private static final int WARM_UPS = 20;
    private static final int MANY = 10_000;
    private static final int TESTS = 200;
    private static final int EACH = 10;
    private static final int LARGE = 50_000;
    private static final int NO_OPS = 10_000;
    private static final int RUNS = 10;

    private ReportBench() {}

    private static Row ingest(String what, int tests, int results, String goal) throws Exception {
        String lines = IntStream.range(0, results)
                .mapToObj(i -> "{\"name\":\"sub" + i + "\",\"status\":\"pass\",\"note\":\"number " + i + "\"}\n")
                .reduce(new StringBuilder(), StringBuilder::append, StringBuilder::append)
                .toString();
        Path directory = Files.createTempDirectory("atex-bench");
        try {
            Samples.Pair pair = Samples.takePair(
                    WARM_UPS, ROUNDS, () -> stored(directory, tests, lines), () -> copied(directory, tests, lines));
            return new Row(
                    what,
                    pair.ours().rates(tests * results).text("/s"),
                    "their lines copied and forced: "
                            + pair.floor().rates(tests * results).text("/s"),
                    pair.ratio(),
                    goal);
        } finally {
            Trees.delete(directory);
        }
    }

    private static double stored(Path directory, int tests, String lines) throws Exception {
        List<TestArtifacts> artifacts = prepared(directory, tests, lines);
        try (FileAggregator aggregator =
                FileAggregator.create(directory.resolve("results.jsonl"), directory.resolve("files"))) {
            double seconds = Samples.seconds(() -> {
                for (int i = 0; i < tests; i++) {
                    Commit _ = aggregator.ingest(new Attempt("bench", "/test-" + i, 1), artifacts.get(i));
                }
            });
            return seconds;
        } finally {
            Files.delete(directory.resolve("results.jsonl"));
            Trees.delete(directory.resolve("files"));
        }
    }

    private static double copied(Path directory, int tests, String lines) throws Exception {
        List<TestArtifacts> artifacts = prepared(directory, tests, lines);
        try {
            return Samples.seconds(() -> {
                try (FileChannel out = FileChannel.open(
                        directory.resolve("copy"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                    for (TestArtifacts each : artifacts) {
                        try (FileChannel in = FileChannel.open(each.resultsFile())) {
                            in.transferTo(0, in.size(), out);
                        }
                        out.force(false);
                    }
                }
            });
        } finally {
            Files.delete(directory.resolve("copy"));
        }
    }

    private static List<TestArtifacts> prepared(Path directory, int tests, String lines) throws IOException {
        for (int i = 0; i < tests; i++) {
            Path own = directory.resolve("artifacts-" + i);
            Files.createDirectories(own);
            Files.writeString(own.resolve("results"), lines);
        }
        return IntStream.range(0, tests)
                .mapToObj(i -> TestArtifacts.in(directory.resolve("artifacts-" + i)))
                .toList();
    }

    private static Row html() throws Exception {
        Path directory = Files.createTempDirectory("atex-bench");
        try {
            largeRun(directory);
            Path page = directory.resolve("report.html");
            Path results = directory.resolve("results.jsonl");
            Samples.Pair pair = Samples.takePair(
                    0,
                    ROUNDS,
                    () -> Samples.seconds(() -> ReportFormat.HTML.write(RunReport.read(directory), page)),
                    () -> Samples.seconds(() -> Files.write(directory.resolve("copy"), Files.readAllBytes(results))));
            return new Row(
                    "HTML page of 50,000 results, cold and then warm",
                    pair.ours().text(" s") + ", " + Samples.number(Files.size(page) / 1e6) + " MB",
                    "results.jsonl copied: " + pair.floor().text(" s"),
                    pair.ratio(),
                    "2 s, 20 MB");
        } finally {
            Trees.delete(directory);
        }
    }

    /** Beside a page that says one word: what the browser itself takes. */
    private static Row firstPaint() throws Exception {
        Path directory = Files.createTempDirectory("atex-bench");
        try (Chromium browser = Chromium.start(directory.resolve("profile"))) {
            largeRun(directory);
            Path page = directory.resolve("report.html");
            ReportFormat.HTML.write(RunReport.read(directory), page);
            Path word = Files.writeString(directory.resolve("word.html"), "<!DOCTYPE html><title>word</title>word");
            Samples.Pair pair = Samples.takePair(1, ROUNDS, () -> painted(browser, page), () -> painted(browser, word));
            return new Row(
                    "first paint of the page of 50,000 results in Chromium",
                    pair.ours().text(" s"),
                    "of a page of one word: " + pair.floor().text(" s"),
                    pair.ratio(),
                    "1 s");
        } finally {
            Trees.delete(directory);
        }
    }

    private static double painted(Chromium browser, Path page) throws IOException, InterruptedException {
        try (Chromium.Tab tab = browser.open(page.toUri().toString(), 1300, 1000)) {
            return tab.firstPaint();
        }
    }

    private static void largeRun(Path directory) throws IOException {
        List<String> names = IntStream.range(0, LARGE / EACH)
                .mapToObj(i -> "/bench/suite-" + i % 37 + "/test-" + i)
                .toList();
        Ending passed = new Ending(
                OptionalInt.of(0), Optional.empty(), Optional.of("pass"), Optional.empty(), Optional.empty());
        StringBuilder lines = new StringBuilder();
        try (EventLog log = EventLog.open(directory.resolve("events.jsonl"))) {
            log.on(new RunEvent.RunStarted(Duration.ZERO, Instant.EPOCH, "bench", "bench", names));
            for (int i = 0; i < names.size(); i++) {
                Duration from = Duration.ofMillis(10L * i);
                Duration to = from.plusMillis(900);
                String remote = "machine-" + i % 100;
                if (i < 100) {
                    log.on(new RunEvent.RemoteReady(from, remote, "bench"));
                    log.on(new RunEvent.SetUpFinished(from, remote));
                }
                log.on(new RunEvent.TestStarted(from, remote, names.get(i), 1));
                log.on(new RunEvent.TestFinished(to, remote, names.get(i), 1, passed, false, false));
                log.on(new RunEvent.AttemptIngested(
                        to, names.get(i), 1, true, new Commit("0-1", Optional.of(directory.resolve("files")))));
                for (int k = 0; k < EACH - 1; k++) {
                    lines.append("[\"bench\", \"pass\", \"" + names.get(i) + "\", \"phase-" + k
                            + "\", [\"log.txt\"], \"as it should be\"]\n");
                }
                lines.append("[\"bench\", \"pass\", \"" + names.get(i) + "\", null, [\"output.txt\"], null]\n");
            }
            log.on(new RunEvent.RunFinished(Duration.ofMinutes(2)));
        }
        Files.writeString(directory.resolve("results.jsonl"), lines);
    }

    /** One run is too short to be measured by itself. */
    private static Row live(String what, boolean watched) throws Exception {
        Samples.Pair pair = Samples.takePair(
                2,
                ROUNDS,
                () -> runs(watched ? ReportBench::openedPage : ReportBench::server),
                () -> runs(_ -> Optional.empty()));
        return new Row(
                "10,000 no-op tests on 10 machines, " + what + ", " + RUNS + " runs",
                pair.ours().text(" s"),
                "without: " + pair.floor().text(" s"),
                pair.ratio(),
                "1.02x");
    }

    private static double runs(WholeRun.Watching watching) throws IOException, InterruptedException {
        double seconds = 0;
        for (int i = 0; i < RUNS; i++) {
            seconds += WholeRun.of(
                    NO_OPS,
                    new InstantMachines.Pool(10),
                    connection -> new InstantMachines.NoOpExecutor(),
                    DestructivePolicy.never(),
                    watching);
        }
        return seconds;
    }

    private static Optional<LiveServer> server(Path directory) throws IOException {
        return Optional.of(LiveServer.open(directory, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    }

    /** One that is followed, as pages do, before the run begins; the reader ends with the run. */
    private static Optional<LiveServer> openedPage(Path directory) throws IOException {
        LiveServer server = server(directory).orElseThrow();
        InputStream events = URI.create(server.url().replace("/?", "/events?since=0&"))
                .toURL()
                .openStream();
        int _ = events.read();
        Thread.ofVirtual().start(() -> {
            try (events) {
                long _ = events.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // it is over
            }
        });
        return Optional.of(server);
    }

    /** Prints one row. */
    public static void main(String[] arguments) throws Exception {
        Row row = switch (arguments[0]) {
            case "many" -> ingest("10,000 results of one test stored, warm", 1, MANY, "1,000,000/s");
            case "small" -> ingest("10 results each of 200 tests stored, without files, warm", TESTS, EACH, "12,540/s");
            case "html" -> html();
            case "paint" -> firstPaint();
            case "watched" -> live("with an open page", true);
            default -> live("served live", false);
        };
        row.print();
    }
}
