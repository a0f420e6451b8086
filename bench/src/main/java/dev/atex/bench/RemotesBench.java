package dev.atex.bench;

import dev.atex.internal.files.Trees;
import dev.atex.provisioner.pool.PooledProvisioner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * Very many machines at once, from the pool that all kinds of machines share: each takes 2 s to be had, runs one test and
 * is given back. Each round is a JVM of its own, with an AOT cache as {@code atex} has, so that time and memory are those
 * of a whole program just started.
 */
final class RemotesBench {
    private static final Duration WAIT = Duration.ofSeconds(2);
    private static final int ROUNDS = 5;

    /** Over in three seconds, for which C2 does not pay. */
    private static final List<String> FEW =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms100m", "-Xmx100m", "-Xmn64m");

    /** A young generation that holds most of the stacks of those that wait, of which those compiled by C2 are small. */
    private static final List<String> MANY = List.of(
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-XX:+UseTransparentHugePages",
            "-Xms400m",
            "-Xmx400m",
            "-Xmn200m");

    private RemotesBench() {}

    private static Row row(int remotes) throws IOException, InterruptedException {
        boolean many = remotes > 10_000;
        List<String> flags = many ? MANY : FEW;
        Sampled ours = sample(flags, "run", remotes);
        Sampled floor = sample(flags, "bare", remotes);
        return new Row(
                String.format(
                        Locale.ROOT, "%,d remotes at once, each a 2 s wait (`%s`)", remotes, String.join(" ", flags)),
                ours.text(),
                "bare virtual threads that sleep: " + floor.text(),
                Row.ratio(ours.seconds.median(), floor.seconds.median()),
                many ? "6 s, 500 MiB" : "2.6 s, 160 MiB");
    }

    private record Sampled(Samples seconds, Samples memory) {
        String text() {
            return seconds.text(" s") + ", " + memory.text(" MiB");
        }
    }

    private static Sampled sample(List<String> flags, String what, int remotes)
            throws IOException, InterruptedException {
        double[] seconds = new double[ROUNDS];
        double[] memory = new double[ROUNDS];
        Path cache = Files.createTempDirectory("atex-bench");
        try {
            round(flags, "-XX:AOTCacheOutput=" + cache.resolve("aot"), what, remotes);
            for (int round = 0; round < ROUNDS; round++) {
                String[] answer = round(flags, "-XX:AOTCache=" + cache.resolve("aot"), what, remotes)
                        .split(" ");
                seconds[round] = Double.parseDouble(answer[0]);
                memory[round] = Double.parseDouble(answer[1]);
            }
        } finally {
            Trees.delete(cache);
        }
        return new Sampled(Samples.of(seconds), Samples.of(memory));
    }

    private static String round(List<String> flags, String aot, String what, int remotes)
            throws IOException, InterruptedException {
        List<String> all =
                Stream.concat(flags.stream(), Stream.of("-Xlog:disable", aot)).toList();
        return Jvm.run(all, RemotesBench.class.getName(), List.of(Integer.toString(remotes), what))
                .getLast();
    }

    private static double run(int remotes) throws IOException, InterruptedException {
        PooledProvisioner pool =
                new PooledProvisioner("pool", remotes, 1, (slot, number) -> new InstantMachines.Late(number, WAIT));
        return WholeRun.of(remotes, pool, connection -> new InstantMachines.NoOpExecutor(), (test, ending) -> true);
    }

    private static void bare(int threads) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            Thread.ofVirtual().start(() -> {
                try {
                    Thread.sleep(WAIT);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                ended.countDown();
            });
        }
        ended.await();
    }

    /** With a number: prints the row; with {@code run} or {@code bare} as well: one round's seconds and MiB. */
    public static void main(String[] arguments) throws Exception {
        int remotes = Integer.parseInt(arguments[0]);
        if (arguments.length == 1) {
            row(remotes).print();
            return;
        }
        double seconds = arguments[1].equals("run") ? run(remotes) : Samples.seconds(() -> bare(remotes));
        System.out.println(seconds + " " + Jvm.peakMemory());
    }
}
