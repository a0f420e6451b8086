package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.lease.ledger.CrashPoints;
import dev.atex.testingfarm.Farm;
import dev.atex.testingfarm.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    private CrashingAtex atex;
    private Farm farm;
    private String foreign;
    private Map<String, String> environment = StandIn.TWO_RANCHES;

    @BeforeEach
    void up() throws Exception {
        atex = new CrashingAtex(directory, StandIn.TWO_RANCHES);
        farm = Farm.up(2).withKey();
        foreign = farm.service().request("others", Map.of("atex-lease", "somebody-elses"));
        Tree tree = Tree.in(directory.resolve("tree"));
        for (int i = 1; i <= 2; i++) {
            tree.test("test" + i, "sleep 0.2");
        }
    }

    /** The reaper does not have the token of a killed run: its error names the variable. */
    @Test
    void reaperNamesMissingTokenVariable() throws Exception {
        faults(false, 2);
        assertThat(run(0, 2, List.of("-Datex.crash.record=" + directory.resolve("points"))))
                .isZero();
        List<String> points = Files.readAllLines(directory.resolve("points"));
        int at = points.indexOf("testingfarm before cancel") + 1;
        assertThat(run(1, 2, List.of("-Datex.crash.at=" + at))).isEqualTo(CrashPoints.STATUS);
        assertThat(farm.service().rented()).isNotEmpty();
        environment = StandIn.ENVIRONMENT;
        int code = atex(List.of(), List.of("reap"));
        String said = atex.output();
        assertThat(code).as(said).isEqualTo(3);
        assertThat(said)
                .contains("TF_TOKEN_ELSEWHERE, which is not set here. Set it", "run 'atex reap' again")
                .doesNotContain("tf-token");
        assertThat(rentedRanches()).containsExactly("public");
        assertThat(atex.call("reap")).as(atex.output()).isZero();
        farm.service().assertClean("reaped with both");
    }

    private List<String> rentedRanches() throws Exception {
        return ((List<?>) farm.service().settled().get("rented"))
                .stream()
                        .map(each -> (Map<?, ?>) each)
                        .filter(each -> each.get("owner").equals("ours"))
                        .map(each -> each.get("ranch").toString())
                        .toList();
    }

    /** A resumed run uses both ranches again, each with its token. */
    @Test
    void killedRunResumesInBothRanches() throws Exception {
        faults(false, 2);
        List<String> record = List.of("-Datex.crash.record=" + directory.resolve("points"));
        assertThat(run(0, 2, record)).isZero();
        int at = Files.readAllLines(directory.resolve("points")).indexOf("testingfarm before cancel") + 1;
        assertThat(run(1, 2, List.of("-Datex.crash.at=" + at))).isEqualTo(CrashPoints.STATUS);
        List<String> resume = List.of("resume", "run1");
        environment = StandIn.ENVIRONMENT;
        assertThat(atex(List.of(), resume)).isEqualTo(2);
        assertThat(atex.output()).contains("TF_TOKEN_ELSEWHERE");
        environment = StandIn.TWO_RANCHES;
        assertThat(atex(List.of(), resume)).as(atex.output()).isZero();
        assertThat(atex.call("reap")).as(atex.output()).isZero();
        farm.service().assertClean("resumed");
        assertThat(Tree.own(directory.resolve("run1"))).hasSize(2);
    }

    @AfterEach
    void down() throws Exception {
        atex.close();
        if (farm != null) {
            farm.close();
        }
    }

    /** Machines of one ranch, or of two that have a token each. */
    private List<String> provision(int ranches) {
        String one = "testingfarm,compose=Fedora-42,poll=100ms,retry-pause=50ms,settle=400ms,url="
                + farm.service().url() + ",key=" + farm.key();
        return ranches == 1
                ? List.of("--provision", one + ",max=2")
                : List.of(
                        "--provision",
                        one + ",max=1",
                        "--provision",
                        one + ",max=1,address=192.0.2.7,token-env=TF_TOKEN_ELSEWHERE");
    }

    /** Loses the first answer to a POST and to a DELETE (the first two with two ranches), or none. */
    private void faults(boolean some, int ranches) throws Exception {
        if (some) {
            farm.service()
                    .faults(
                            Map.of("method", "POST", "kind", "lost", "count", ranches),
                            Map.of("method", "DELETE", "kind", "lost", "count", ranches));
        } else {
            farm.service().faults();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void killedRunLeavesNothingRented(int ranches) throws Exception {
        Random random = new Random(Kills.SEED);
        long begin = System.nanoTime();
        start(directory.resolve("first"), ranches).end().expect(0);
        farm.service().assertClean("an undisturbed run");
        assertThat(ranchesEverAsked()).hasSize(ranches);
        long whole = System.nanoTime() - begin;
        for (int i = 0; i < KILLS; i++) {
            String signal = Kills.SIGNALS.get(random.nextInt(Kills.SIGNALS.size()));
            long at = (long) (whole * (i + random.nextDouble()) / KILLS);
            Path where = directory.resolve("kill" + i);
            String what = "kill " + i + ", " + signal + " after " + at / 1_000_000 + " ms";
            faults(i % 2 == 0, ranches);
            Kills.killAfter(start(where, ranches), at, signal);
            Kills.untilFreed(where, what);
            farm.service().assertClean(what);
        }
        System.out.printf(
                "%d kills (seed %d) in runs of %.1f s, %d ranches: 0 machines rented%n",
                KILLS, Kills.SEED, whole / 1e9, ranches);
    }

    /** Returns the ranches in which the runs requested machines. */
    private Set<String> ranchesEverAsked() throws Exception {
        return Set.copyOf(((Map<?, ?>) farm.service().truth().get("ranches"))
                .entrySet().stream()
                        .filter(each -> !each.getKey().equals(foreign))
                        .map(each -> (String) each.getValue())
                        .toList());
    }

    private Atex.Call start(Path where, int ranches) throws IOException {
        List<String> command = new ArrayList<>(
                List.of("run", "--root", directory.resolve("tree").toString()));
        command.addAll(provision(ranches));
        return Kills.atex(where, StandIn.TWO_RANCHES).start(command.toArray(String[]::new));
    }

    private int atex(List<String> properties, List<String> args) throws IOException, InterruptedException {
        return atex.call(environment, properties, args);
    }

    private int run(int number, int ranches, List<String> properties) throws Exception {
        faults(true, ranches);
        List<String> command = new ArrayList<>(List.of("run", "--root", "tree", "--output", "run" + number));
        if (ranches == 1) {
            command.addAll(List.of("-t", "test1"));
        }
        command.addAll(provision(ranches));
        return atex(properties, command);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void crashedRunLeavesNothingRentedAfterReap(int ranches) throws Exception {
        Path recorded = directory.resolve("points");
        assertThat(run(0, ranches, List.of("-Datex.crash.record=" + recorded)))
                .as(atex.output())
                .isZero();
        List<String> points = Files.readAllLines(recorded);
        assertThat(points)
                .contains("testingfarm before submit", "testingfarm while submitted", "testingfarm before cancel");
        farm.service().assertClean("an undisturbed run");
        Map<String, Integer> reached = new TreeMap<>();
        int again = 0;
        for (int at = 1; at <= points.size(); at++) {
            if (points.get(at - 1).startsWith("results")) {
                continue; // for StoringCrashTest
            }
            String where = "point " + at + ", " + points.get(at - 1) + "\n";
            if (run(at, ranches, List.of("-Datex.crash.at=" + at)) != CrashPoints.STATUS) {
                continue; // threads ran in another order, and the run had fewer points
            }
            reached.merge(points.get(at - 1), 1, Integer::sum);
            if (ALL || at % 4 == 0) { // crash the reaper too
                again +=
                        atex(List.of("-Datex.crash.at=" + (1 + at % 4)), List.of("reap")) == CrashPoints.STATUS ? 1 : 0;
            }
            int reaped = atex.call("reap");
            assertThat(reaped).as(where + atex.output()).isZero();
            farm.service().assertClean(where);
        }
        System.out.printf(
                "crashes at %d points, %d more while reaping, %d ranches: 0 machines rented%n",
                points.size(), again, ranches);
        reached.forEach((point, count) -> System.out.printf("  %-28s %d%n", point, count));
    }
}
