package dev.atex.bench;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.local.LocalConnection;
import dev.atex.executor.Executor;
import dev.atex.executor.TestArtifacts;
import dev.atex.executor.fmf.Discovery;
import dev.atex.executor.fmf.FmfExecutorFactory;
import dev.atex.executor.fmf.FmfTests;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** One test on this host: what starting it costs, and how fast what it reports is taken. */
final class ExecutorBench {
    private static final int TESTS = 60;
    private static final int ROUNDS = 10;
    private static final int RESULTS = 100_000;
    private static final long UPLOAD = 1L << 30;

    private final Path directory;
    private final LocalConnection connection = new LocalConnection();
    private int runs;

    private ExecutorBench(Path directory) {
        this.directory = directory;
    }

    static List<Row> rows() throws Exception {
        Path directory = Files.createTempDirectory("atex-bench");
        try {
            return new ExecutorBench(directory).measure();
        } finally {
            delete(directory);
        }
    }

    private List<Row> measure() throws Exception {
        Path tree = directory.resolve("tree");
        Files.createDirectories(tree.resolve(".fmf"));
        Files.writeString(tree.resolve(".fmf/version"), "1\n");
        Path stream = directory.resolve("stream");
        try (BufferedWriter writer = Files.newBufferedWriter(stream)) {
            for (int i = 0; i < RESULTS; i++) {
                String json = "{\"name\": \"result/" + i + "\", \"status\": \"pass\", \"note\": \"a short note\"}";
                writer.write("result " + json.length() + "\n" + json);
            }
        }
        Files.writeString(
                tree.resolve("main.fmf"),
                "/true:\n  test: 'true'\n/results:\n  test: cat " + stream + " >&3\n/upload:\n  test: |\n"
                        + "    json='{\"files\": [{\"name\": \"zeros\", \"length\": " + UPLOAD + "}]}'\n"
                        + "    printf 'result %d\\n%s' ${#json} \"$json\" >&3\n    head -c " + UPLOAD
                        + " /dev/zero >&3\n");
        connection.connect(Deadline.after(Duration.ofSeconds(30)));
        try (FmfTests tests = Discovery.in(tree).discover();
                Executor executor = FmfExecutorFactory.builder(tests).build().create(connection)) {
            executor.start();
            List<Row> rows = new ArrayList<>(starting(executor));
            rows.add(results(executor, stream));
            rows.add(upload(executor));
            return rows;
        } finally {
            connection.disconnect();
        }
    }

    private List<Row> starting(Executor executor) throws Exception {
        double[] ours = new double[TESTS];
        double[] two = new double[TESTS];
        double[] one = new double[TESTS];
        for (int i = -TESTS / 3; i < TESTS; i++) { // the first ones warm up
            double test = millis(() -> run(executor, "/true"));
            double pair = millis(() -> {
                Process wrapper = start("bash", "-c", "read line; setsid bash -c true; exit 0");
                wrapper.getOutputStream().write('\n');
                wrapper.getOutputStream().flush();
                wrapper.getInputStream().readAllBytes();
                wrapper.waitFor();
            });
            double single = millis(() -> start("bash", "-c", "true").waitFor());
            if (i >= 0) {
                ours[i] = test;
                two[i] = pair;
                one[i] = single;
            }
        }
        return List.of(
                Row.time("runTest of `true`", median(ours), "two bashes, one by setsid", median(two), "2x"),
                Row.time("runTest of `true`", median(ours), "one `bash -c true`", median(one), "-"));
    }

    private Row results(Executor executor, Path stream) throws Exception {
        double startUp = Double.MAX_VALUE;
        double all = Double.MAX_VALUE;
        double copying = Double.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            startUp = Math.min(startUp, millis(() -> run(executor, "/true")));
            all = Math.min(all, millis(() -> run(executor, "/results")));
            copying = Math.min(
                    copying,
                    millis(() -> start("bash", "-c", "cat " + stream + " | cat > " + directory.resolve("copy"))
                            .waitFor()));
        }
        double ours = all - startUp;
        return new Row(
                "100,000 small results from one test, net of start-up",
                String.format(Locale.ROOT, "%,.0f/s", RESULTS / ours * 1000),
                String.format(Locale.ROOT, "cat | cat: %,.0f/s", RESULTS / copying * 1000),
                String.format(Locale.ROOT, "%.2fx", ours / copying),
                "400,000/s");
    }

    private Row upload(Executor executor) throws Exception {
        List<Double> ours = new ArrayList<>();
        List<Double> floor = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ours.add(millis(() -> run(executor, "/upload")));
            delete(directory.resolve("artifacts"));
            Path copy = directory.resolve("copy");
            floor.add(millis(() -> start("bash", "-c", "head -c " + UPLOAD + " /dev/zero | cat > " + copy)
                    .waitFor()));
            Files.delete(copy);
        }
        double mine = median(ours.stream().mapToDouble(x -> x).toArray());
        double copying = median(floor.stream().mapToDouble(x -> x).toArray());
        return Row.time("1 GiB uploaded by one test", mine, "head | cat > file", copying, "1.0x");
    }

    private void run(Executor executor, String test) throws Exception {
        int code = executor.runTest(test, TestArtifacts.toBeFilled(directory.resolve("artifacts/" + runs++)), Map.of());
        if (code != 0) {
            throw new IllegalStateException(test + " ended with " + code);
        }
    }

    private static Process start(String... argv) throws IOException {
        return new ProcessBuilder(argv)
                .redirectError(ProcessBuilder.Redirect.to(new File("/dev/null")))
                .start();
    }

    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    private static double millis(Work work) throws Exception {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e6;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void delete(Path top) throws IOException {
        if (!Files.exists(top)) {
            return;
        }
        try (Stream<Path> all = Files.walk(top)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Prints the rows. */
    public static void main(String[] arguments) throws Exception {
        rows().forEach(System.out::println);
    }
}
