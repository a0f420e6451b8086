package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.lease.CrashPoints;
import dev.atex.testingfarm.Farm;
import dev.atex.testingfarm.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * As {@link CrashPointTest} and {@link KillTest}, with machines that are rented from Testing Farm's stand-in, which loses answers
 * meanwhile: wherever a run is ended, nothing stays rented and nobody else's request is touched. {@code -Datex.farm.kills=N} and
 * {@code -Datex.crash.all=true} for more.
 */
class TestingFarmKillTest {
    private static final int KILLS = Integer.getInteger("atex.farm.kills", 6);
    private static final boolean ALL = Boolean.getBoolean("atex.crash.all");

    @TempDir
    private Path directory;

    private Farm farm;

    @BeforeEach
    void up() throws Exception {
        farm = Farm.up(2).withKey();
        farm.service().request("others", Map.of("atex-lease", "somebody-elses"));
        Tree tree = Tree.in(directory.resolve("tree"));
        for (int i = 1; i <= 2; i++) {
            tree.test("test" + i, "sleep 0.2");
        }
    }

    @AfterEach
    void down() throws Exception {
        if (farm != null) {
            farm.close();
        }
    }

    private String provision() {
        return "testingfarm,compose=Fedora-42,poll=100ms,retry-pause=50ms,settle=400ms,max=2,url="
                + farm.service().url() + ",key=" + farm.key();
    }

    /** Of every create and every cancellation the first answer is lost, or all goes well. */
    private void faults(boolean some) throws Exception {
        if (some) {
            farm.service()
                    .faults(
                            Map.of("method", "POST", "kind", "lost", "count", 1),
                            Map.of("method", "DELETE", "kind", "lost", "count", 1));
        } else {
            farm.service().faults();
        }
    }

    @Test
    void nothingStaysRentedWheneverItIsKilled() throws Exception {
        Random random = new Random(Kills.SEED);
        long begin = System.nanoTime();
        start(directory.resolve("first")).end().expect(0);
        long whole = System.nanoTime() - begin;
        for (int i = 0; i < KILLS; i++) {
            String signal = Kills.SIGNALS.get(random.nextInt(Kills.SIGNALS.size()));
            long at = (long) (whole * (i + random.nextDouble()) / KILLS);
            Path where = directory.resolve("kill" + i);
            String what = "kill " + i + ", " + signal + " after " + at / 1_000_000 + " ms";
            faults(i % 2 == 0);
            Kills.killAfter(start(where), at, signal);
            Kills.untilFreed(where, what);
            farm.service().assertClean(what);
        }
        System.out.printf("%d kills (seed %d) in runs of %.1f s: 0 machines rented%n", KILLS, Kills.SEED, whole / 1e9);
    }

    private Atex.Call start(Path where) throws IOException {
        return Kills.atex(where, StandIn.ENVIRONMENT)
                .start("run", "--root", directory.resolve("tree").toString(), "--provision", provision());
    }

    /** Calls the command line in a JVM that may be told to halt, without a guard. */
    private int atex(List<String> properties, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.addAll(properties);
        command.add("dev.atex.cli.Main");
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile());
        builder.environment().putAll(StandIn.ENVIRONMENT);
        builder.environment().put("XDG_STATE_HOME", directory.resolve("state").toString());
        builder.environment().put("ATEX_NO_GUARD", "1");
        Process process = builder.start();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    private int run(int number, List<String> properties) throws Exception {
        faults(true);
        return atex(
                properties,
                "run",
                "--root",
                "tree",
                "-t",
                "test1",
                "--provision",
                provision(),
                "--output",
                "run" + number);
    }

    @Test
    void nothingStaysRentedWhereverItCrashes() throws Exception {
        Path recorded = directory.resolve("points");
        assertThat(run(0, List.of("-Datex.crash.record=" + recorded)))
                .as(Files.readString(directory.resolve("output")))
                .isZero();
        List<String> points = Files.readAllLines(recorded);
        assertThat(points)
                .contains("testingfarm before submit", "testingfarm while submitted", "testingfarm before cancel");
        farm.service().assertClean("an undisturbed run");
        Map<String, Integer> reached = new TreeMap<>();
        int again = 0;
        for (int at = 1; at <= points.size(); at++) {
            String where = "point " + at + ", " + points.get(at - 1) + "\n";
            if (run(at, List.of("-Datex.crash.at=" + at)) != CrashPoints.STATUS) {
                continue; // threads met in another order, and it had one point less
            }
            reached.merge(points.get(at - 1), 1, Integer::sum);
            if (ALL || at % 4 == 0) { // and while reaping
                again += atex(List.of("-Datex.crash.at=" + (1 + at % 4)), "reap") == CrashPoints.STATUS ? 1 : 0;
            }
            assertThat(atex(List.of(), "reap"))
                    .as(where + Files.readString(directory.resolve("output")))
                    .isZero();
            farm.service().assertClean(where);
        }
        System.out.printf("crashes at %d points, %d more while reaping: 0 machines rented%n", points.size(), again);
        reached.forEach((point, count) -> System.out.printf("  %-28s %d%n", point, count));
    }
}
