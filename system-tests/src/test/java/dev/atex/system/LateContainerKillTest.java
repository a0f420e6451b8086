package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.internal.files.Trees;
import dev.atex.podman.EngineService;
import dev.atex.podman.LateService;
import dev.atex.podman.TestbedAlone;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * As {@link ContainerKillTest}, over a service that makes each container late, whoever still waits for that, and loses some of
 * its answers: runs are ended around their wishes for containers. No container of them is left when their ledger is gone, nor
 * does one come later. {@code -Datex.late.kills=N} for more of them, {@code -Datex.kills.seed=S} for
 * others, {@code -Datex.kills.lanes=L} for L at a time.
 */
@ExtendWith(TestbedAlone.class)
class LateContainerKillTest {
    private static final int KILLS = Integer.getInteger("atex.late.kills", 9);
    private static final int LANES = Kills.lanes(9);

    /** The longest delay of the service. */
    private static final Duration LIMIT = Duration.ofSeconds(6);

    private static final int SHORTEST_DELAY_MILLIS = 500;
    private static final int LONGEST_DELAY_MILLIS = 2_000;

    /** The least number of containers of a run: one for each test. */
    private static final int TESTS = 4;

    /** For half of the kills shorter than the shortest delay, else longer than the longest: some are made just before. */
    private static final long[] AFTER_WISH_NANOS = {100_000_000L, 2_500_000_000L};

    /** The kinds of kills. */
    private enum Blow {
        /** Kills the clients of the service too, as when a CI job is canceled. */
        KILL_ALL(137, "KILL"),
        INT(130, "INT"),
        /** Kills the guard's reaper too, while it works. */
        KILL_TWICE(137, "KILL"),
        TERM(143, "TERM"),
        KILL(137, "KILL"),
        /** Kills without time for releases. */
        INT_TWICE(130, "INT", "INT");

        private final int exitCode;
        private final List<String> signals;

        Blow(int exitCode, String... signals) {
            this.exitCode = exitCode;
            this.signals = List.of(signals);
        }
    }

    @TempDir
    private Path directory;

    private final Queue<Long> times = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> blows = new ConcurrentSkipListMap<>();
    private final AtomicInteger whileMade = new AtomicInteger();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger reapersKilled = new AtomicInteger();

    @BeforeEach
    void makeTree() throws Exception {
        Tree tree = Tree.in(directory.resolve("tree"));
        for (int i = 1; i <= TESTS; i++) {
            tree.file("test" + i + ".fmf", "duration: 1m\ntag: destructive\ntest: sleep 0.1\n");
        }
    }

    /** Every third one over podman, the others over docker, and with each all blows in turn. */
    @Test
    void killedRunLeavesNoLateContainer() throws Exception {
        try (EngineService docker = EngineService.docker();
                EngineService podman = EngineService.podman();
                Bystanders dockers = Bystanders.start(docker.start());
                Bystanders podmans = Bystanders.start(podman.start())) {
            Random random = new Random(Kills.SEED);
            List<Callable<Void>> kills = new ArrayList<>();
            for (int i = 0; i < KILLS; i++) {
                int number = i;
                boolean third = i % 3 == 2;
                Blow blow = Blow.values()[(i + i / Blow.values().length) % Blow.values().length];
                long seed = random.nextLong();
                kills.add(() -> {
                    kill(third ? podman : docker, third ? podmans : dockers, number, blow, new Random(seed));
                    return null;
                });
            }
            Kills.inLanes(LANES, kills);
            dockers.assertAlone("at the end");
            podmans.assertAlone("at the end");
        }
        assertThat(whileMade).hasPositiveValue();
        System.out.printf(
                "%d kills (seed %d), %d while a container was made late, and %d of reapers; %d were made, 0 left; until nothing was left: %s%n",
                KILLS, Kills.SEED, whileMade.get(), reapersKilled.get(), made.get(), Kills.times(times));
        blows.forEach((blow, number) -> System.out.printf("  %-40s %d%n", blow, number));
    }

    /** Most requests get the right answer, late. */
    private static LateService.Fate fate(Random random) {
        LateService.Answer answer = switch (random.nextInt(8)) {
            case 0, 1 -> LateService.Answer.NOTHING;
            case 2 -> LateService.Answer.ERROR;
            default -> LateService.Answer.TRUTH;
        };
        int delay = random.nextInt(SHORTEST_DELAY_MILLIS, LONGEST_DELAY_MILLIS);
        return LateService.Fate.after(Duration.ofMillis(delay), answer);
    }

    private void kill(EngineService service, Bystanders bystanders, int number, Blow blow, Random random)
            throws Exception {
        Path where = directory.resolve("kill" + number);
        int wish = 1 + random.nextInt(TESTS);
        long after = random.nextLong(AFTER_WISH_NANOS[number / 2 % 2]);
        String what = "kill " + number + " over " + service.engine().kind() + ", " + blow + " " + after / 1_000_000
                + " ms after wish " + wish;
        Random fates = new Random(random.nextLong());
        Atex atex = Kills.atex(where, Map.of(service.variable(), "unix://" + where.resolve("late.sock")));
        try (LateService late = new LateService(where.resolve("late.sock"), service.socket(), () -> fate(fates))) {
            Atex.Call run = atex.start(
                    "run",
                    "--root",
                    directory.resolve("tree").toString(),
                    "--provision",
                    service.provision() + ",max=2,create-limit=" + LIMIT.toSeconds());
            CompletableFuture.anyOf(late.wish(wish), run.process().onExit()).get(3, TimeUnit.MINUTES);
            boolean ended = run.process().waitFor(after, TimeUnit.NANOSECONDS);
            int pending = late.pending();
            for (String signal : blow.signals) {
                ended |= !run.signalIfRunning(signal) && signal.equals(blow.signals.getFirst());
            }
            switch (blow) {
                case KILL_ALL -> kill(clients(where));
                case KILL_TWICE -> killReaper(where, late, random);
                case INT, TERM, KILL, INT_TWICE -> {}
            }
            long killed = System.nanoTime();
            assertExitCode(run.end(), blow, ended, what);
            Kills.untilFreed(where, what);
            times.add(System.nanoTime() - killed);
            assertThat(clients(where)).as(what).isEmpty();
            int open = late.pending();
            late.awaitAllMade();
            List<String> left = new ArrayList<>(bystanders.there());
            left.retainAll(late.made());
            remove(service, left);
            assertThat(left).as(what).isEmpty();
            assertThat(open)
                    .as("%s: containers that were still to come when the ledger was gone", what)
                    .isZero();
            Kills.assertNoTemporaryFiles(where, what);
            blows.merge(ended ? "ended before" : blow.toString(), 1, Integer::sum);
            whileMade.addAndGet(!ended && pending > 0 ? 1 : 0);
            made.addAndGet(late.made().size());
        }
        Trees.delete(where);
    }

    /** A run that ended by itself has passed all tests, or reports the missing machine. */
    private static void assertExitCode(Atex.Result result, Blow blow, boolean ended, String what) {
        boolean byItself = ended || (blow.exitCode != 137 && !result.out().contains("Interrupted (SIG"));
        assertThat(result.exitCode())
                .as("%s%n%s", what, result)
                .isIn(byItself ? List.of(0, 3) : List.of(blow.exitCode));
    }

    /** Cleans up after a failure, for later tests. */
    private static void remove(EngineService service, List<String> left) throws Exception {
        for (String each : left) {
            System.out.println("left: "
                    + service.call(
                            "ps", "--all", "--filter", "id=" + each, "--format", "{{.Names}} {{.Status}} {{.Labels}}"));
            service.call("rm", "--force", each);
        }
    }

    private static List<String> processes(Path where, String part) throws Exception {
        return ProcessTable.marked("XDG_STATE_HOME=" + where.resolve("state")).stream()
                .filter(process -> process.contains(part))
                .toList();
    }

    /** Returns the running calls that create a container. */
    private static List<String> clients(Path where) throws Exception {
        return processes(where, "--name=atex-");
    }

    /** Waits until it requests a placeholder, or returns some time before. */
    private void killReaper(Path where, LateService late, Random random) throws Exception {
        try {
            late.nextWish().get(random.nextLong(LIMIT.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // it has not asked yet, or need not
        }
        List<String> reapers = processes(where, "ReapMain").stream()
                .filter(process -> !process.contains("atex-guard"))
                .toList();
        kill(reapers);
        reapersKilled.addAndGet(reapers.size());
    }

    private static void kill(List<String> processes) {
        for (String process : processes) {
            ProcessHandle.of(Long.parseLong(process.substring(0, process.indexOf(':'))))
                    .ifPresent(ProcessHandle::destroyForcibly);
        }
    }
}
