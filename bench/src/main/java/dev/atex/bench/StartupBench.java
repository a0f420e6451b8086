package dev.atex.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How long the packaged {@code ./atex} takes for short commands, against {@code java -version} of the same JDK. */
final class StartupBench {
    private static final int ROUNDS = 15;

    private StartupBench() {}

    static List<Row> rows(Path project) throws IOException, InterruptedException {
        List<String> java =
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version");
        List<String> version = List.of(project.resolve("atex").toString(), "--version");
        List<String> discover = List.of(
                project.resolve("atex").toString(),
                "discover",
                "--root",
                project.resolve("examples/demo").toString());
        List<List<String>> commands = List.of(java, version, discover);
        List<List<Double>> times = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int round = 0; round <= ROUNDS; round++) {
            for (int i = 0; i < commands.size(); i++) {
                double millis = run(commands.get(i));
                if (round > 0) { // the first round warms the page cache, and builds where needed
                    times.get(i).add(millis);
                }
            }
        }
        double floor = median(times.get(0));
        return List.of(
                Row.time("`atex --version`", median(times.get(1)), "`java -version`", floor, "1.7x"),
                Row.time("`atex discover` on the examples", median(times.get(2)), "`java -version`", floor, "3.5x"));
    }

    private static double run(List<String> command) throws IOException, InterruptedException {
        long start = System.nanoTime();
        int exit = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IOException(command + " exited with " + exit);
        }
        return (System.nanoTime() - start) / 1e6;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
