package dev.atex.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** How long {@code ./atex} takes for short commands, against {@code java -version} of the same JDK. */
final class StartupBench {
    private static final int ROUNDS = 21;

    private StartupBench() {}

    /** Prints the rows. Run in the directory of the project. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path project = Path.of("").toAbsolutePath();
        String atex = project.resolve("atex").toString();
        List<String> java = List.of(Jvm.executable(), "-version");
        List<String> version = List.of(atex, "--version");
        List<String> discover = List.of(
                atex, "discover", "--root", project.resolve("examples/demo").toString());
        List<List<String>> commands = List.of(java, version, discover);
        double[][] millis = new double[commands.size()][ROUNDS];
        for (int round = -2; round < ROUNDS; round++) { // the first ones build where needed, and warm the page cache
            for (int i = 0; i < commands.size(); i++) {
                double time = millis(commands.get(i));
                if (round >= 0) {
                    millis[i][round] = time;
                }
            }
        }
        Samples floor = Samples.of(millis[0]);
        row("`atex --version`", Samples.of(millis[1]), floor, "1.7x").print();
        row("`atex discover` on the examples", Samples.of(millis[2]), floor, "3.5x")
                .print();
    }

    private static Row row(String scenario, Samples ours, Samples floor, String goal) {
        return new Row(
                scenario,
                ours.text(" ms"),
                "`java -version`: " + floor.text(" ms"),
                Row.ratio(ours.median(), floor.median()),
                goal);
    }

    private static double millis(List<String> command) throws IOException, InterruptedException {
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
}
