package dev.atex.bench;

import dev.atex.orchestrator.AdHocOrchestrator;
import dev.atex.orchestrator.EventLog;
import dev.atex.orchestrator.RunSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Very many machines at once, each of which takes 2 s to be had and then runs one test. Each size runs in a JVM of its
 * own, so that time and memory are those of a whole program.
 */
final class RemotesBench {
    private static final Duration WAIT = Duration.ofSeconds(2);

    private RemotesBench() {}

    static List<Row> rows() throws IOException, InterruptedException {
        return List.of(row(10_000, "2.6 s, 160 MiB"), row(100_000, "6 s, 500 MiB"));
    }

    private static Row row(int remotes, String goal) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(RemotesBench.class.getName(), Integer.toString(remotes)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String[] answer;
        try (var reader = process.inputReader()) {
            String line = reader.readLine();
            if (line == null) {
                throw new IOException("the run of " + remotes + " remotes said nothing");
            }
            answer = line.split(" ");
        }
        process.waitFor(1, TimeUnit.MINUTES);
        return new Row(
                remotes + " remotes at once, each a 2 s wait",
                String.format(
                        Locale.ROOT, "%.2f s, %d MiB", Double.parseDouble(answer[0]), Long.parseLong(answer[1]) / 1024),
                "the wait itself: 2.00 s",
                String.format(Locale.ROOT, "%.2fx", Double.parseDouble(answer[0]) / 2),
                goal);
    }

    private static double run(int remotes) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("atex-bench");
        Path events = directory.resolve("events.jsonl");
        List<String> names = IntStream.range(0, remotes)
                .mapToObj(i -> "/bench/suite/test-" + i)
                .toList();
        try (EventLog log = EventLog.open(events)) {
            long start = System.nanoTime();
            RunSummary summary = AdHocOrchestrator.builder()
                    .platform("bench")
                    .tests(names)
                    .provisioner(new InstantMachines.Pool(remotes, WAIT))
                    .executorFactory(connection -> new InstantMachines.NoOpExecutor())
                    .destructive((test, ending) -> true)
                    .aggregator(new InstantMachines.NoOutput())
                    .artifactsDirectory(directory.resolve("artifacts"))
                    .ensureResults(false)
                    .listener(log)
                    .build()
                    .run();
            double seconds = (System.nanoTime() - start) / 1e9;
            if (summary.outcomes().stream().anyMatch(outcome -> outcome.verdict() != RunSummary.Verdict.PASSED)) {
                throw new IllegalStateException("not every test passed: " + summary.problems());
            }
            return seconds;
        } finally {
            Files.deleteIfExists(events);
            Files.delete(directory);
        }
    }

    /** With a number: runs so many remotes and prints seconds and the peak of memory in KiB; else prints the rows. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length == 0) {
            rows().forEach(System.out::println);
            return;
        }
        double seconds = run(Integer.parseInt(arguments[0]));
        String peak = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .findFirst()
                .orElse("VmHWM: 0 kB")
                .replaceAll("\\D", "");
        System.out.println(seconds + " " + peak);
    }
}
