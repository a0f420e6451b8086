package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.connection.ssh.Hosts;
import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * As {@link KillTest}, over SSH: at whatever instant of a run a signal comes, nothing of it is left on its host (no lock, no
 * directory, no process), nor here, and what is of nobody's lease is still there. {@code -Datex.ssh.kills=N} or {@code
 * -Datex.kills=N} for more of them, {@code -Datex.kills.seed=S} for others, {@code -Datex.kills.lanes=L} for L at a time,
 * each on a host of its own.
 */
class SshKillTest {
    private static final int KILLS = Integer.getInteger("atex.ssh.kills", Integer.getInteger("atex.kills", 8));
    private static final int LANES = Kills.lanes(2);

    /** What is on a host of leases, and one process that is nobody's. */
    private static final String LOOK = """
            ls -d /var/atex-host/lock /var/atex-host/leases/* /var/tmp/atex-host-*/lock 2>/dev/null
            ls -d /var/atex-* /var/tmp/atex-* /tmp/atex-* 2>/dev/null | grep -v -e '/atex-host$' -e '/atex-host-[0-9]*$'
            pgrep -a -x sleep
            :
            """;

    @TempDir
    private Path directory;

    private Hosts hosts;
    /** What was there before: hosts see what is in /var here. */
    private final Map<Integer, List<String>> before = new ConcurrentHashMap<>();

    private final BlockingQueue<Integer> free = new ArrayBlockingQueue<>(LANES);
    private final Queue<Long> times = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void up() throws Exception {
        hosts = Hosts.up(LANES);
        Tree tree = Tree.in(directory.resolve("tree"));
        for (int i = 1; i <= 2; i++) {
            tree.test("test" + i, """
                    setsid sleep 1000 &
                    (trap '' TERM HUP INT; sleep 1000) &
                    mkdir -p "$PWD/deep/er"
                    sleep 0.1
                    """);
        }
        for (int host = 1; host <= LANES; host++) {
            hosts.order(
                    "exec",
                    Integer.toString(host),
                    "sh",
                    "-c",
                    "setsid sleep 99999 >/dev/null 2>&1 </dev/null & until pgrep -x sleep; do :; done");
            List<String> there = look(host);
            assertThat(there).anyMatch(line -> line.endsWith(" sleep 99999"));
            before.put(host, there);
            free.add(host);
        }
    }

    @AfterEach
    void down() throws Exception {
        if (hosts != null) {
            hosts.close();
        }
    }

    private Atex.Call start(Path where, int host, int number) throws IOException {
        String transport = number % 4 == 3 ? "openssh" : "built-in";
        return Kills.atex(where, Map.of())
                .start(
                        "run",
                        "--root",
                        directory.resolve("tree").toString(),
                        "--provision",
                        "ssh,hosts=sut" + host + ",transport=" + transport + ",config=" + hosts.config());
    }

    @Test
    void killAtAnyTimeLeavesNothingOnHost() throws Exception {
        start(directory.resolve("first"), 1, 0).end().expect(0); // takes longer than all others
        long begin = System.nanoTime();
        start(directory.resolve("undisturbed"), 1, 0).end().expect(0);
        long whole = System.nanoTime() - begin;
        assertClean(1, "an undisturbed run", directory.resolve("undisturbed"));
        Random random = new Random(Kills.SEED);
        List<Callable<Void>> kills = new ArrayList<>();
        for (int i = 0; i < KILLS; i++) {
            int number = i;
            String signal = Kills.SIGNALS.get(random.nextInt(Kills.SIGNALS.size()));
            // in an order by chance, so that all lanes together do not begin or end at a time
            long at = (long) (whole * random.nextDouble());
            kills.add(() -> {
                kill(number, signal, at);
                return null;
            });
        }
        Kills.inLanes(LANES, kills);
        System.out.printf(
                "%d kills (seed %d) in runs of %.1f s over SSH: 0 leaks; until nothing was left: %s%n",
                KILLS, Kills.SEED, whole / 1e9, Kills.times(times));
    }

    private void kill(int number, String signal, long at) throws Exception {
        int host = free.take();
        try {
            Path where = directory.resolve("kill" + number);
            String what = "kill " + number + ", " + signal + " after " + at / 1_000_000 + " ms, on sut" + host;
            Atex.Call run = start(where, host, number);
            if (!run.process().waitFor(at, TimeUnit.NANOSECONDS)) {
                run.signalIfRunning(signal);
            }
            long killed = System.nanoTime();
            run.end();
            Kills.untilFreed(where, what);
            times.add(System.nanoTime() - killed);
            assertClean(host, what, where);
            Trees.delete(where);
        } finally {
            free.add(host);
        }
    }

    private List<String> look(int host) throws Exception {
        return hosts.order("exec", Integer.toString(host), "sh", "-c", LOOK)
                .lines()
                .toList();
    }

    private void assertClean(int host, String what, Path where) throws Exception {
        assertThat(look(host)).as(what).isEqualTo(before.get(host));
        Kills.assertNoTemporaryFiles(where, what);
    }
}
