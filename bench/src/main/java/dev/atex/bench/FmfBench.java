package dev.atex.bench;

import dev.atex.fmf.Context;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.Node;
import dev.atex.fmf.Selection;
import dev.atex.fmf.Tree;
import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Loading and adjusting trees of fmf metadata: generated ones (three adjust rules a node, four levels, {@code +} merges),
 * and real ones where {@code ATEX_BENCH_FMF_TREES} names a directory that has some. The floor reads the same files and
 * parses their YAML, in one thread, without making values of it.
 */
final class FmfBench {
    private static final long SEED = 20_261_124;
    private static final int MEDIUM = 10_000;
    private static final int LARGE = 100_000;
    private static final int TESTS_PER_FILE = 10;
    private static final Context CONTEXT =
            Context.of(Map.of("distro", List.of("fedora-40"), "arch", List.of("x86_64"), "trigger", List.of("commit")));

    /** What {@code ./atex} uses for short commands, without its AOT cache. */
    private static final List<String> COLD = List.of(
            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+UseTransparentHugePages", "-Xmx512m", "-Xshare:auto");

    private FmfBench() {}

    /**
     * Prints the rows of {@code cold}, {@code warm} or {@code discover}. With {@code load} or {@code parse} and a directory
     * does only that.
     */
    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "cold" -> withTrees(FmfBench::cold);
            case "warm" -> withTrees(FmfBench::warm);
            case "discover" -> withTrees(FmfBench::discover);
            case "load" -> load(Path.of(arguments[1]));
            case "parse" -> parse(Path.of(arguments[1]));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private interface Rows {
        void print(Path temp) throws Exception;
    }

    private static void withTrees(Rows rows) throws Exception {
        Path temp = Files.createTempDirectory("atex-bench-fmf");
        try {
            rows.print(temp);
        } finally {
            Trees.delete(temp);
        }
    }

    private static Path generate(Path temp, int tests) throws IOException {
        Path root = temp.resolve("tests-" + tests);
        GeneratedTree.write(root, tests, tests / TESTS_PER_FILE, SEED);
        return root;
    }

    private static List<Node> load(Path root) throws FmfException {
        Tree tree = Tree.load(root);
        tree.adjust(CONTEXT);
        return tree.climb(true, false);
    }

    private static int parse(Path root) throws IOException {
        LoadSettings settings = LoadSettings.builder().setUseMarks(false).build();
        int events = 0;
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".fmf") && Files.isRegularFile(path))
                    .toList()) {
                ParserImpl parser = new ParserImpl(settings, new StreamReader(settings, Files.readString(file)));
                while (parser.hasNext()) {
                    parser.next();
                    events++;
                }
            }
        }
        return events;
    }

    private static void cold(Path temp) throws Exception {
        Path medium = generate(temp, MEDIUM);
        Path large = generate(temp, LARGE);
        Samples.Pair small = Samples.takePair(1, 7, () -> process("load", medium), () -> process("parse", medium));
        Samples.Pair great = Samples.takePair(0, 3, () -> process("load", large), () -> process("parse", large));
        row("fmf: %,d tests in %,d files, loaded and adjusted, a whole process".formatted(MEDIUM, 1000), small, "1.0 s")
                .print();
        String growth = Row.ratio(great.ours().median(), small.ours().median());
        row(
                        "fmf: %,d tests in %,d files, the same with `-Xmx512m` (%s of the time for ten times as many)"
                                .formatted(LARGE, 10_000, growth),
                        great,
                        "8 s, 10x")
                .print();
    }

    private static Row row(String scenario, Samples.Pair pair, String goal) {
        return new Row(
                scenario,
                pair.ours().text(" s"),
                "parsing alone: " + pair.floor().text(" s"),
                pair.ratio(),
                goal);
    }

    private static double process(String what, Path root) throws Exception {
        return Samples.seconds(() -> Jvm.run(COLD, FmfBench.class.getName(), List.of(what, root.toString())));
    }

    private static void warm(Path temp) throws Exception {
        Path medium = generate(temp, MEDIUM);
        warm("%,d tests in %,d files".formatted(MEDIUM, 1000), List.of(medium), "0.25 s");
        String real = System.getenv("ATEX_BENCH_FMF_TREES");
        if (real != null) {
            warm("real trees", roots(Path.of(real)), "0.1 s for 1,833 nodes");
        }
        memory(medium);
        prune(medium);
    }

    private static List<Path> roots(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(path -> Files.isRegularFile(path.resolve(".fmf/version")))
                    .filter(path -> !path.toString().contains("/_synthetic/"))
                    .toList();
        }
    }

    private static void warm(String what, List<Path> roots, String goal) throws Exception {
        int[] nodes = new int[1];
        Samples.Pair pair = Samples.takePair(
                20,
                21,
                () -> Samples.seconds(() -> {
                    nodes[0] = 0;
                    for (Path root : roots) {
                        nodes[0] += loaded(root);
                    }
                }),
                () -> Samples.seconds(() -> {
                    for (Path root : roots) {
                        parse(root);
                    }
                }));
        row(
                        "fmf: %s, %,d nodes, loaded and adjusted, warm (%.1f us a node)"
                                .formatted(what, nodes[0], pair.ours().median() / nodes[0] * 1e6),
                        pair,
                        goal)
                .print();
    }

    /** The number of nodes; real trees may be wrong on purpose. */
    private static int loaded(Path root) {
        try {
            return load(root).size();
        } catch (FmfException e) {
            return 0;
        }
    }

    private static void memory(Path root) throws FmfException {
        System.gc();
        long before = used();
        List<Node> nodes = load(root);
        System.gc();
        double kibibytes = (used() - before) / 1024.0 / nodes.size();
        new Row("fmf: memory of a loaded and adjusted node", Samples.number(kibibytes) + " KiB", "-", "-", "-").print();
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static void prune(Path root) throws Exception {
        Tree tree = Tree.load(root);
        Selection selection = Selection.builder()
                .filters("tag: Tier1 & tag: -slow")
                .conditions("'tier' not in locals() or tier == '1'")
                .names("/area")
                .build();
        Samples.Pair pair = Samples.takePair(
                20,
                21,
                () -> Samples.seconds(() -> tree.prune(selection)),
                () -> Samples.seconds(() -> tree.climb(false, true).forEach(Node::name)));
        new Row(
                        "fmf: %,d tests selected from by name, filter and condition, warm".formatted(MEDIUM),
                        pair.ours().times(1000).text(" ms"),
                        "walking alone: " + pair.floor().times(1000).text(" ms"),
                        pair.ratio(),
                        "-")
                .print();
    }

    /** What users wait for: the launcher, its AOT cache and all. Run in the directory of the project. */
    private static void discover(Path temp) throws Exception {
        Path root = generate(temp, MEDIUM);
        List<String> atex = List.of(Path.of("atex").toAbsolutePath().toString());
        for (List<String> words : List.of(
                List.of("discover", "--root", root.toString()), List.of("fmf", "ls", "--path", root.toString()))) {
            List<String> command = new ArrayList<>(atex);
            command.addAll(words);
            Samples.Pair pair =
                    Samples.takePair(2, 9, () -> Samples.seconds(() -> call(command)), () -> process("parse", root));
            row(
                            "`atex %s` in %,d tests, %,d files"
                                    .formatted(String.join(" ", words.subList(0, words.size() - 2)), MEDIUM, 1000),
                            pair,
                            "1.0 s")
                    .print();
        }
    }

    private static void call(List<String> command) throws IOException, InterruptedException {
        int exit = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IOException(command + " exited with " + exit);
        }
    }
}
