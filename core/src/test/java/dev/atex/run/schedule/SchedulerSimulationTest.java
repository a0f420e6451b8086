package dev.atex.run.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.run.schedule.Rules.Ranked;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Thousands of random runs; {@code -Datex.simulations=N} makes it more, {@code -Datex.seed=N} starts elsewhere. */
class SchedulerSimulationTest {
    private static final int RUNS = Integer.getInteger("atex.simulations", 5_000);
    private static final long SEED = Long.getLong("atex.seed", 1);

    @Test
    void runWithRandomFaultsEndsAndLeavesNothing() {
        long tests = 0;
        long idleExpired = 0;
        for (long seed = SEED; seed < SEED + RUNS; seed++) {
            Simulation simulation = Simulation.random(seed);
            try {
                simulation.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\n" + simulation.story(), e);
            }
            tests += simulation.testsRun;
            idleExpired += simulation.idleExpired;
        }
        assertThat(idleExpired).as("machines are idle for too long").isGreaterThan(RUNS / 1000);
        assertThat(tests).as("the simulation does something").isGreaterThan(RUNS);
    }

    @Test
    void withoutFaultsEveryTestRunsExactlyOnce() {
        for (long seed = 1; seed <= 200; seed++) {
            List<Ranked> tests = IntStream.range(0, 40)
                    .mapToObj(i -> new Ranked("/t" + i, 0))
                    .toList();
            Simulation simulation = new Simulation(
                    seed,
                    new Rules(tests, List.of("p0", "p1"), 0, 10, 0, 3, 2, false),
                    List.of(3, 4),
                    Simulation.Faults.none(),
                    0,
                    List.of());
            simulation.run();
            assertThat(simulation.testsRun).isEqualTo(40);
            assertThat(simulation.started()).hasSize(40);
        }
    }

    @Test
    void failingTestsGetAllAttempts() {
        for (long seed = 1; seed <= 300; seed++) {
            List<Ranked> tests = IntStream.range(0, 20)
                    .mapToObj(i -> new Ranked("/t" + i, 0))
                    .toList();
            Simulation simulation = new Simulation(
                    seed,
                    new Rules(tests, List.of("p0", "p1"), (int) seed % 3, 10, 0, 3, 2, seed % 5 == 0),
                    List.of(1 + (int) seed % 4, 2),
                    new Simulation.Faults(0, 0, 0, 0, 0, 1, 0.2, 0, 0, 0, 0, 0, 0, 0),
                    2,
                    List.of());
            simulation.run();
            assertThat(simulation.notRun).isZero();
            assertThat(simulation.testsRun).as("seed %d", seed).isEqualTo(60);
        }
    }

    @Test
    void expiringMachinesGetOnlyTestsThatEndInTime() {
        int most = 0;
        for (long seed = 1; seed <= 200; seed++) {
            List<Ranked> tests = IntStream.range(0, 40)
                    .mapToObj(i -> new Ranked("/t" + i, i % 3, 0, Duration.ofMillis(1 + 40 * i)))
                    .toList();
            Simulation simulation = new Simulation(
                    seed,
                    new Rules(tests, List.of("p0"), 0, 10, 0, 3, 2, false),
                    List.of(3),
                    Simulation.Faults.none(),
                    0,
                    List.of());
            simulation.run();
            assertThat(simulation.testsRun).as("seed %d", seed).isEqualTo(40);
            assertThat(simulation.notRun).isZero();
            most = Math.max(most, simulation.late);
        }
        assertThat(most).as("new machines that last too short for any").isPositive();
    }

    @Test
    void veryLargePool() {
        List<Ranked> tests = IntStream.range(0, 3_000)
                .mapToObj(i -> new Ranked("/t" + i, i % 7))
                .toList();
        Simulation simulation = new Simulation(
                7,
                new Rules(tests, List.of("p0"), 2, 10, 0, 3, 2, false),
                List.of(1_000),
                Simulation.Faults.none(),
                1,
                List.of());
        simulation.run();
        assertThat(simulation.testsRun).isEqualTo(3_000);
    }
}
