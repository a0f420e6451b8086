package dev.atex.bench;

import dev.atex.concurrent.Deadline;
import dev.atex.executor.Ending;
import dev.atex.executor.Executor;
import dev.atex.executor.TestArtifacts;
import dev.atex.executor.fmf.FmfExecutorFactory;
import dev.atex.executor.fmf.discovery.Discovery;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.internal.files.Trees;
import dev.atex.local.LocalConnection;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** One test on this host: what starting it costs, and how fast what it reports is taken. */
final class ExecutorBench implements AutoCloseable {
    private static final int TESTS = 60;
    private static final int ROUNDS = 7;
    private static final int RESULTS = 100_000;
    private static final int STAMPS = 200;
    private static final long UPLOAD = 1L << 30;

    private final Path directory = Files.createTempDirectory("atex-bench");
    private final Path results = directory.resolve("results");
    private final Path stamps = directory.resolve("stamps.sh");
    private final LocalConnection connection = new LocalConnection();
    private final Executor executor;
    private int runs;

    private ExecutorBench() throws Exception {
        writeResults(results, RESULTS);
        Path burst = directory.resolve("burst");
        writeResults(burst, RESULTS / STAMPS);
        Files.writeString(stamps, stamps(burst));
        Path tree = directory.resolve("tree");
        Files.createDirectories(tree.resolve(".fmf"));
        Files.writeString(tree.resolve(".fmf/version"), "1\n");
        Files.writeString(tree.resolve("main.fmf"), tests());
        connection.connect(Deadline.after(Duration.ofSeconds(30)));
        FmfTests tests = Discovery.in(tree).discover();
        tests.keepTemporaryFilesIn(directory);
        executor = FmfExecutorFactory.builder(tests).build().create(connection);
        executor.start();
    }

    private static void writeResults(Path file, int count) throws IOException {
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            for (int i = 0; i < count; i++) {
                String json = "{\"name\": \"result/" + i + "\", \"status\": \"pass\", \"note\": \"a short note\"}";
                writer.write("result " + json.length() + "\n" + json);
            }
        }
    }

    /** Bursts of results, each followed by one that says when it was written; after every tenth comes silence. */
    private static String stamps(Path burst) {
        return """
                for ((i = 1; i <= %d; i++)); do
                  cat %s >&3
                  json='{"name": "stamp", "status": "pass", "note": "'$EPOCHREALTIME'"}'
                  printf 'result %%d\\n%%s' ${#json} "$json" >&3
                  ((i %% 10)) || sleep 0.2
                done
                """.formatted(STAMPS, burst);
    }

    private String tests() {
        return """
                /true:
                  test: 'true'
                /results:
                  test: cat %s >&3
                /stamps:
                  test: bash %s
                /upload:
                  test: |
                    json='{"files": [{"name": "zeros", "length": %d}]}'
                    printf 'result %%d\\n%%s' ${#json} "$json" >&3
                    head -c %d /dev/zero >&3
                """.formatted(results, stamps, UPLOAD, UPLOAD);
    }

    private void runTest() throws Exception {
        double[] ours = new double[TESTS];
        double[] two = new double[TESTS];
        double[] one = new double[TESTS];
        for (int i = -TESTS / 2; i < TESTS; i++) { // the first ones warm up
            double test = Samples.seconds(() -> run("/true"));
            double pair = Samples.seconds(() -> {
                Process wrapper = start("bash", "-c", "read line; setsid bash -c true; exit 0");
                wrapper.getOutputStream().write('\n');
                wrapper.getOutputStream().flush();
                wrapper.getInputStream().readAllBytes();
                wrapper.waitFor();
            });
            double single = Samples.seconds(() -> start("bash", "-c", "true").waitFor());
            if (i >= 0) {
                ours[i] = test * 1000;
                two[i] = pair * 1000;
                one[i] = single * 1000;
            }
        }
        Samples millis = Samples.of(ours);
        for (Floor floor : new Floor[] {
            new Floor("two bashes, one by setsid", Samples.of(two), "2x"),
            new Floor("one `bash -c true`", Samples.of(one), "(for comparison)")
        }) {
            new Row(
                            "`runTest` of `true`, local, per test",
                            millis.text(" ms"),
                            floor.name + ": " + floor.millis.text(" ms"),
                            Row.ratio(millis.median(), floor.millis.median()),
                            floor.goal)
                    .print();
        }
    }

    private record Floor(String name, Samples millis, String goal) {}

    private void results() throws Exception {
        double startUp =
                Samples.take(10, 21, () -> Samples.seconds(() -> run("/true"))).median();
        Samples.Pair pair = Samples.takePair(
                3,
                ROUNDS,
                () -> Samples.seconds(() -> run("/results")) - startUp,
                () -> Samples.seconds(() -> shell("cat " + results + " | cat > copy")));
        new Row(
                        "100,000 small results from one test, net of start-up",
                        pair.ours().rates(RESULTS).text("/s"),
                        "`cat | cat > file`: " + pair.floor().rates(RESULTS).text("/s"),
                        pair.ratio(),
                        "400,000/s")
                .print();
        Path copy = directory.resolve("copy");
        Files.write(copy, new byte[0]);
        Samples raw = Lags.millis(copy, () -> shell("bash " + stamps + " 3>&1 | cat > copy"));
        Path artifacts = directory.resolve("artifacts/" + runs);
        Samples lags = Lags.millis(artifacts.resolve("results"), () -> run("/stamps"));
        new Row(
                        "until one of 100,000 results is readable: p50, longest",
                        Lags.text(lags),
                        "`| cat > file`: " + Lags.text(raw),
                        Row.ratio(lags.median(), raw.median()),
                        "100 ms")
                .print();
    }

    private void upload() throws Exception {
        double startUp =
                Samples.take(10, 21, () -> Samples.seconds(() -> run("/true"))).median();
        Samples.Pair pair = Samples.takePair(
                1,
                ROUNDS,
                () -> {
                    double seconds = Samples.seconds(() -> run("/upload")) - startUp;
                    Trees.delete(directory.resolve("artifacts"));
                    return seconds;
                },
                () -> {
                    double seconds = Samples.seconds(() -> shell("head -c " + UPLOAD + " /dev/zero | cat > copy"));
                    Files.delete(directory.resolve("copy"));
                    return seconds;
                });
        new Row(
                        "1 GiB uploaded by one test, net of start-up",
                        pair.ours().text(" s"),
                        "`head -c 1G /dev/zero | cat > file`: " + pair.floor().text(" s"),
                        pair.ratio(),
                        "1.0x")
                .print();
    }

    private void run(String test) throws Exception {
        Ending end =
                executor.runTest(test, TestArtifacts.toBeFilled(directory.resolve("artifacts/" + runs++)), Map.of());
        if (!end.equals(Ending.exited(0))) {
            throw new IllegalStateException(test + " ended with " + end);
        }
    }

    private void shell(String command) throws IOException, InterruptedException {
        int code = builder("bash", "-c", command).start().waitFor();
        if (code != 0) {
            throw new IllegalStateException(command + " ended with " + code);
        }
    }

    private Process start(String... argv) throws IOException {
        return builder(argv).start();
    }

    private ProcessBuilder builder(String... argv) {
        return new ProcessBuilder(argv)
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.to(new File("/dev/null")));
    }

    @Override
    public void close() throws Exception {
        executor.close();
        connection.disconnect();
        Trees.delete(directory);
    }

    /** Prints rows: {@code run-test}, {@code results} or {@code upload}; on a virtual thread, as an orchestrator's are. */
    public static void main(String[] arguments) throws Exception {
        FutureTask<Void> task = new FutureTask<>(() -> measure(arguments[0]));
        Thread.ofVirtual().start(task);
        task.get();
    }

    private static @Nullable Void measure(String rows) throws Exception {
        try (ExecutorBench bench = new ExecutorBench()) {
            switch (rows) {
                case "run-test" -> bench.runTest();
                case "results" -> bench.results();
                case "upload" -> bench.upload();
                default -> throw new IllegalArgumentException(rows);
            }
        }
        return null;
    }
}
