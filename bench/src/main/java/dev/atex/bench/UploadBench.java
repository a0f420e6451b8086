package dev.atex.bench;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.files.Trees;
import dev.atex.local.LocalConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/** Bringing a tree of tests to a machine. */
final class UploadBench {
    private static final int FILES = 5_000;
    private static final int BYTES = 10 << 10;
    private static final int PER_DIRECTORY = 50;
    private static final int ROUNDS = 7;

    private UploadBench() {}

    private static void measure(Path directory) throws Exception {
        try (LocalConnection connection = new LocalConnection()) {
            Path tree = tree(directory.resolve("tree"));
            Path copy = directory.resolve("copy");
            connection.connect(Deadline.after(Duration.ofSeconds(30)));
            String tar = "mkdir '" + copy + "' && tar -C '" + tree + "' -c . | tar -C '" + copy + "' -x";
            Samples.Pair pair = Samples.takePair(
                    1,
                    ROUNDS,
                    () -> {
                        double seconds = Samples.seconds(
                                () -> connection.upload(tree, copy.toString(), Deadline.after(Duration.ofMinutes(5))));
                        Trees.delete(copy);
                        return seconds;
                    },
                    () -> {
                        double seconds = Samples.seconds(() ->
                                new ProcessBuilder("bash", "-c", tar).start().waitFor());
                        Trees.delete(copy);
                        return seconds;
                    });
            new Row(
                            "a tree of 5,000 files (50 MB) brought to this host",
                            pair.ours().text(" s"),
                            "`tar c | tar x`: " + pair.floor().text(" s"),
                            pair.ratio(),
                            "2x")
                    .print();
        }
    }

    /** Makes it. */
    static Path tree(Path top) throws IOException {
        Random random = new Random(1);
        byte[] content = new byte[BYTES];
        for (int i = 0; i < FILES; i++) {
            Path below = top.resolve("d" + i / PER_DIRECTORY);
            if (i % PER_DIRECTORY == 0) {
                Files.createDirectories(below);
            }
            random.nextBytes(content);
            Files.write(below.resolve("f" + i), content);
        }
        return top;
    }

    /** Prints the row. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("atex-bench");
        try {
            measure(directory);
        } finally {
            Trees.delete(directory);
        }
    }
}
