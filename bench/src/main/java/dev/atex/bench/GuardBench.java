package dev.atex.bench;

import dev.atex.internal.files.Trees;
import dev.atex.lease.ledger.Guard;
import dev.atex.lease.ledger.Ledger;
import dev.atex.lease.ledger.RunOwner;
import dev.atex.lease.ledger.StateDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What the guard of a run costs, and how soon it notices that its run is gone. */
final class GuardBench {
    private static final int ROUNDS = 15;
    private static final Map<String, String> WITHOUT = Map.of("ATEX_NO_GUARD", "1");

    private final Path directory;
    private final StateDirectory state;
    private int runs;

    private GuardBench(Path directory) {
        this.directory = directory;
        state = new StateDirectory(directory.resolve("state/atex"));
    }

    private void measure() throws Exception {
        Files.createDirectories(state.path());
        Path tree = directory.resolve("tree");
        Files.createDirectories(tree.resolve(".fmf"));
        Files.writeString(tree.resolve(".fmf/version"), "1\n");
        Files.writeString(tree.resolve("main.fmf"), "test: 'true'\n");

        Samples.Pair start = Samples.takePair(2, ROUNDS, this::start, GuardBench::shell);
        new Row(
                        "a guard, until it answers",
                        start.ours().text(" ms"),
                        "`setsid sh -c 'echo; read'`: " + start.floor().text(" ms"),
                        start.ratio(),
                        "")
                .print();
        Samples.Pair run = Samples.takePair(2, ROUNDS, () -> run(Map.of()), () -> run(WITHOUT));
        new Row(
                        String.format(
                                "`atex run` of a test that does nothing (the guard makes %+.0f ms of it)",
                                run.ours().median() - run.floor().median()),
                        run.ours().text(" ms"),
                        "without a guard: " + run.floor().text(" ms"),
                        run.ratio(),
                        "50 ms more")
                .print();
        memoryAndNotice();
    }

    private double start() throws Exception {
        return Samples.seconds(() -> {
                    try (Guard guard = Guard.start(state, "run")) {
                        guard.awaitReady();
                    }
                })
                * 1000;
    }

    private static double shell() throws Exception {
        return Samples.seconds(() -> {
                    Process process = new ProcessBuilder("setsid", "sh", "-c", "echo; read line").start();
                    int _ = process.getInputStream().read();
                    process.getOutputStream().close();
                })
                * 1000;
    }

    private double run(Map<String, String> environment) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of("atex").toAbsolutePath().toString(),
                        "run",
                        "--root",
                        directory.resolve("tree").toString(),
                        "--output",
                        directory.resolve("run" + runs++).toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("XDG_STATE_HOME", directory.resolve("state").toString());
        builder.environment().putAll(environment);
        return Samples.seconds(() -> {
                    int code = builder.start().waitFor();
                    if (code != 0) {
                        throw new IOException("atex run exited with " + code);
                    }
                })
                * 1000;
    }

    private void memoryAndNotice() throws Exception {
        double[] memory = new double[ROUNDS];
        double[] notice = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            Process holder = new ProcessBuilder(
                            Jvm.executable(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            GuardBench.class.getName(),
                            state.path().toString(),
                            "killed-" + round)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String pid;
            try (BufferedReader reader = holder.inputReader()) {
                pid = reader.readLine();
                memory[round] = proportionalMemory(pid);
                Path reapers = Path.of("/proc", pid, "task", pid, "children");
                long killed = System.nanoTime();
                holder.destroyForcibly();
                while (Files.exists(reapers) && Files.readString(reapers).isBlank()) {
                    Thread.onSpinWait();
                }
                notice[round] = (System.nanoTime() - killed) / 1e6;
            }
        }
        new Row(
                        "memory of a guard, shared pages in proportion",
                        Samples.of(memory).text(" KiB"),
                        "-",
                        "-",
                        "1 MiB")
                .print();
        new Row(
                        "until a guard starts to reap after a kill -9",
                        Samples.of(notice).text(" ms"),
                        "-",
                        "-",
                        "50 ms")
                .print();
    }

    private static double proportionalMemory(String pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", pid, "smaps_rollup"))) {
            if (line.startsWith("Pss:")) {
                return Double.parseDouble(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("/proc/" + pid + "/smaps_rollup does not tell the memory");
    }

    /** Prints the rows; with a state directory and the id of a run: starts a guard, prints its process id, and waits to be killed. */
    public static void main(String[] arguments) throws Exception {
        if (!arguments[0].isEmpty()) {
            StateDirectory state = new StateDirectory(Path.of(arguments[0]));
            Ledger ledger = Ledger.create(state, RunOwner.current(arguments[1], state.path()));
            Guard guard = Guard.start(state, ledger.owner().run());
            guard.awaitReady();
            System.out.println(guard.pid());
            int _ = System.in.read();
            return;
        }
        Path directory = Files.createTempDirectory("atex-bench");
        try {
            new GuardBench(directory).measure();
        } finally {
            Trees.delete(directory);
        }
    }
}
