package dev.atex.report;

import dev.atex.aggregator.Attempt;
import dev.atex.executor.TestArtifacts;
import dev.atex.report.live.LiveServer;
import dev.atex.results.FileAggregator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A process that serves a directory and stores results of tests with one file each, as many as each line of its input
 * says. It prints the address, then {@code stored} for each line.
 */
final class ServedRun {
    private ServedRun() {}

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (FileAggregator results =
                        FileAggregator.create(directory.resolve("results.jsonl"), directory.resolve("files"));
                LiveServer server = LiveServer.open(directory, address)) {
            System.out.println(server.url());
            int stored = 0;
            for (String line = IO.readln(); line != null; line = IO.readln()) {
                for (int more = Integer.parseInt(line); more > 0; more--) {
                    stored++;
                    results.ingest(new Attempt("p", "/test" + stored, 1), artifacts(directory, stored));
                }
                System.out.println("stored");
            }
        }
    }

    private static TestArtifacts artifacts(Path directory, int number) throws IOException {
        Path files = directory.resolve("attempts/" + number + "/files");
        Files.createDirectories(files);
        Files.writeString(files.resolve("output.txt"), "output of " + number + "\n");
        TestArtifacts artifacts = TestArtifacts.in(files.getParent());
        artifacts.addResult(Map.of("status", "pass", "files", List.of("output.txt")));
        return artifacts;
    }
}
