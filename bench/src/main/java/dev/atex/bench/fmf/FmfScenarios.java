package dev.atex.bench.fmf;

import dev.atex.fmf.Context;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.Node;
import dev.atex.fmf.Selection;
import dev.atex.fmf.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Loads and adjusts generated trees, cold in processes of their own and warm in this one, and prints one line for each:
 * {@code scenario <tab> figure <tab> floor <tab> ratio}. The floor of a cold run is a JVM that does nothing.
 *
 * <p>Arguments: directories of real trees to load as well.
 */
public final class FmfScenarios {
    private static final long SEED = 20_261_124;
    private static final Context CONTEXT =
            Context.of(Map.of("distro", List.of("fedora-40"), "arch", List.of("x86_64"), "trigger", List.of("commit")));

    private FmfScenarios() {}

    /** Runs all scenarios. */
    public static void main(String[] args) throws Exception {
        Path temp = Files.createTempDirectory("atex-bench-fmf");
        try {
            Path medium = temp.resolve("medium");
            GeneratedTree.write(medium, 10_000, 1_000, SEED);
            Path large = temp.resolve("large");
            GeneratedTree.write(large, 100_000, 10_000, SEED);
            double floor = best(5, () -> run("512m", "nothing"));
            print(
                    "fmf: load and adjust 10,000 tests in 1,000 files, cold",
                    best(5, () -> run("512m", medium.toString())),
                    floor);
            print(
                    "fmf: load and adjust 100,000 tests in 10,000 files, cold, 512 MiB",
                    best(3, () -> run("512m", large.toString())),
                    floor);
            for (String each : args) {
                print("fmf: load and adjust " + each + ", cold", best(3, () -> run("512m", each)), floor);
            }
            warm("10,000 tests in 1,000 files", List.of(medium), 40);
            if (args.length > 0) {
                warm("the real trees", Arrays.stream(args).map(Path::of).toList(), 40);
            }
            perNode(large);
            prune(medium);
        } finally {
            try (Stream<Path> all = Files.walk(temp)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    /** A process of its own: loads and adjusts one tree. */
    public static final class Load {
        private Load() {}

        /** The argument is the tree's directory, or {@code nothing}. */
        public static void main(String[] args) throws FmfException {
            if (!args[0].equals("nothing")) {
                Tree tree = Tree.load(Path.of(args[0]));
                tree.adjust(CONTEXT);
                System.out.println(tree.climb().size());
            }
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static double seconds(Work work) throws Exception {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private static double best(int times, Work work) throws Exception {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < times; i++) {
            best = Math.min(best, seconds(work));
        }
        return best;
    }

    private static void run(String heap, String argument) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseTransparentHugePages",
                "-Xmx" + heap,
                "-cp",
                System.getProperty("java.class.path"),
                Load.class.getName(),
                argument));
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("failed: " + command);
        }
    }

    private static void warm(String what, List<Path> trees, int rounds) throws Exception {
        int[] nodes = new int[1];
        Work load = () -> {
            nodes[0] = 0;
            for (Path path : trees) {
                Tree tree = Tree.load(path);
                tree.adjust(CONTEXT);
                nodes[0] += tree.climb(true, false).size();
            }
        };
        double best = best(rounds, load);
        print("fmf: load and adjust " + what + " (" + nodes[0] + " nodes), warm", best, 0);
    }

    private static void perNode(Path path) throws Exception {
        System.gc();
        long before = used();
        Tree tree = Tree.load(path);
        tree.adjust(CONTEXT);
        List<Node> nodes = tree.climb(true, false);
        System.gc();
        System.out.printf(
                Locale.ROOT,
                "fmf: memory of an adjusted node\t%.1f KiB\t\t%n",
                (used() - before) / 1024.0 / nodes.size());
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static void prune(Path path) throws Exception {
        Tree tree = Tree.load(path);
        Selection selection = Selection.builder()
                .filters("tag: Tier1 & tag: -slow")
                .conditions("'tier' not in locals() or tier == '1'")
                .names("/area")
                .build();
        print("fmf: prune 10,000 tests by name, filter and condition, warm", best(20, () -> tree.prune(selection)), 0);
    }

    private static void print(String scenario, double seconds, double floor) {
        System.out.printf(
                Locale.ROOT,
                "%s\t%.3f s\t%s\t%s%n",
                scenario,
                seconds,
                floor == 0 ? "" : "%.3f s".formatted(floor),
                floor == 0 ? "" : "%.1f".formatted(seconds / floor));
    }
}
