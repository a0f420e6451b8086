package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.lease.ledger.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What tests have in common that end real runs by signals, each run with a directory for all that it keeps on this host. */
final class Kills {
    /** {@code -Datex.kills.seed=S} for others. */
    static final long SEED = Long.getLong("atex.kills.seed", 1);

    /** SIGKILL most, as it leaves most. */
    static final List<String> SIGNALS = List.of("INT", "TERM", "KILL", "KILL");

    private Kills() {}

    /** {@code -Datex.kills.lanes=L} for L at a time. */
    static int lanes(int otherwise) {
        return Integer.getInteger("atex.kills.lanes", otherwise);
    }

    /** The command, with its ledgers and its temporary files in this directory. */
    static Atex atex(Path where, Map<String, String> more) throws IOException {
        Files.createDirectories(where.resolve("tmp"));
        Map<String, String> environment = new HashMap<>(more);
        environment.put("XDG_STATE_HOME", where.resolve("state").toString());
        environment.put("TMPDIR", where.resolve("tmp").toString());
        return Atex.in(where).with(environment);
    }

    /** Where the command has its ledgers. */
    static StateDirectory state(Path where) {
        return new StateDirectory(where.resolve("state/atex"));
    }

    /** What is waited for before anything is looked at. */
    static void untilFreed(Path where, String what) throws IOException, InterruptedException {
        Watch.untilFreed(state(where), what);
    }

    /** Sends a signal after some time, unless it has ended by itself by then; waits for its end. */
    static Atex.Result killAfter(Atex.Call run, long nanos, String signal) throws IOException, InterruptedException {
        if (!run.process().waitFor(nanos, TimeUnit.NANOSECONDS)) {
            run.signalIfRunning(signal);
        }
        return run.end();
    }

    static void assertNoTemporaryFiles(Path where, String what) throws IOException {
        try (Stream<Path> files = Files.list(where.resolve("tmp"))) {
            assertThat(files.filter(path -> path.getFileName().toString().startsWith("atex-")))
                    .as(what)
                    .isEmpty();
        }
    }

    /** Does them all, so many at a time; says of all that failed. */
    static void inLanes(int lanes, List<Callable<Void>> kills) throws Exception {
        AssertionError failed = new AssertionError("some of " + kills.size() + " kills failed");
        try (ExecutorService threads = Executors.newFixedThreadPool(lanes)) {
            for (Future<Void> kill : threads.invokeAll(kills)) {
                try {
                    kill.get();
                } catch (ExecutionException e) {
                    failed.addSuppressed(e.getCause());
                }
            }
        }
        if (failed.getSuppressed().length > 0) {
            throw failed;
        }
    }

    /** Of some times in nanoseconds. */
    static String times(Collection<Long> nanos) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return sorted.isEmpty()
                ? "none"
                : String.format(
                        "median %.1f s, p99 %.1f s, longest %.1f s",
                        sorted.get(sorted.size() / 2) / 1e9,
                        sorted.get((int) (sorted.size() * 0.99)) / 1e9,
                        sorted.getLast() / 1e9);
    }
}
