package dev.atex.system;

import dev.atex.podman.Testbed;
import dev.atex.podman.TestbedAlone;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * As {@link KillTest}, with containers: at whatever instant of a run a signal comes, no container of it is left, and no
 * other is touched. {@code -Datex.container.kills=N} for more of them, {@code -Datex.kills.seed=S} for others.
 */
@ExtendWith(TestbedAlone.class)
class ContainerKillTest {
    private static final int KILLS = Integer.getInteger("atex.container.kills", 10);

    @TempDir
    private Path directory;

    private Bystanders bystanders;

    @BeforeEach
    void startBystanders() throws Exception {
        bystanders = Bystanders.start();
        Tree tree = Tree.in(directory.resolve("tree"));
        for (int i = 1; i <= 4; i++) {
            tree.test("test" + i, "setsid sleep 1000 & sleep 0.2");
        }
    }

    @AfterEach
    void endBystanders() throws Exception {
        bystanders.close();
    }

    private Atex.Call start(Path where) throws Exception {
        return Kills.atex(where, Map.of())
                .start(
                        "run",
                        "--root",
                        directory.resolve("tree").toString(),
                        "--provision",
                        Testbed.provision(Testbed.image()) + ",max=2");
    }

    @Test
    void killedRunLeavesNoContainer() throws Exception {
        long begin = System.nanoTime();
        start(directory.resolve("undisturbed")).end().expect(0);
        long whole = System.nanoTime() - begin;
        Random random = new Random(Kills.SEED);
        for (int i = 0; i < KILLS; i++) {
            String signal = Kills.SIGNALS.get(random.nextInt(Kills.SIGNALS.size()));
            kill(i, signal, (long) (whole * (i + random.nextDouble()) / KILLS));
        }
        System.out.printf("%d kills (seed %d) in runs of %.1f s: 0 containers left%n", KILLS, Kills.SEED, whole / 1e9);
    }

    private void kill(int number, String signal, long at) throws Exception {
        Path where = directory.resolve("kill" + number);
        String what = "kill " + number + ", " + signal + " after " + at / 1_000_000 + " ms";
        Kills.killAfter(start(where), at, signal);
        Kills.untilFreed(where, what);
        bystanders.assertAlone(what);
        Kills.assertNoTemporaryFiles(where, what);
    }
}
