package dev.atex.run.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.aggregator.Commit;
import dev.atex.executor.Ending;
import dev.atex.executor.FailureClass;
import dev.atex.run.Limit;
import dev.atex.run.RunEvent;
import dev.atex.run.schedule.Rules.Ranked;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A whole run on a simulated clock: machines that are slow, break, never come or never go, tests that fail, hang and
 * destroy, all from one seed. Checks while it runs, and after it, what must hold for every run.
 */
final class Simulation {
    private static final Map<Limit, Long> LIMITS = Map.of(
            Limit.RUN, 100_000L,
            Limit.FIRST_REMOTE, 20_000L,
            Limit.SET_UP, 2_000L,
            Limit.IDLE, 600L,
            Limit.RELEASE, 1_000L,
            Limit.CANCEL, 500L,
            Limit.INGEST, 800L,
            Limit.FORCED_RELEASE, 50L);

    /** How often each thing goes wrong, 0 to 1. */
    record Faults(
            double provisionFails,
            double provisionNever,
            double provisionerDies,
            double setUpFails,
            double setUpHangs,
            double testFails,
            double testAborts,
            double testHangs,
            double cancelIgnored,
            double releaseFails,
            double releaseHangs,
            double ingestFails,
            double ingestHangs,
            double stopHangs) {

        static Faults none() {
            return new Faults(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        }

        static Faults random(Random random) {
            Supplier<Double> rate = () -> random.nextInt(3) == 0 ? Math.pow(random.nextDouble(), 3) : 0.0;
            return new Faults(
                    rate.get(),
                    rate.get(),
                    rate.get() / 10,
                    rate.get(),
                    rate.get(),
                    random.nextDouble(),
                    rate.get(),
                    rate.get(),
                    rate.get(),
                    rate.get(),
                    rate.get(),
                    rate.get(),
                    rate.get(),
                    rate.get());
        }
    }

    private record Due(long time, long order, Supplier<RunEvent> event) {}

    private static final class Pool {
        boolean proven;
        int sameFailures;
        boolean givenUp;
        final String name;
        final int max;
        int waiting;
        int making;
        int held;
        boolean dead;
        boolean stopping;
        boolean stopped;

        Pool(String name, int max) {
            this.name = name;
            this.max = max;
        }
    }

    private static final class Box {
        final Pool pool;
        String use = "ready";
        String test = "";
        int attempt;
        int releases;
        final Optional<Duration> until;
        boolean used;

        Box(Pool pool, Optional<Duration> until) {
            this.pool = pool;
            this.until = until;
        }

        boolean hasTimeFor(Ranked test, Duration now) {
            return until.isEmpty()
                    || test.longest().compareTo(until.get().minus(now).minus(Scheduler.MARGIN)) <= 0;
        }
    }

    private static final class TestState {
        int started;
        int finals;
        boolean queued = true;
        boolean running;
    }

    final Rules rules;
    private final Random random;
    private final Faults faults;
    private final Scheduler scheduler;
    private final int maxReruns;
    private final Map<String, Pool> pools = new LinkedHashMap<>();
    private final Map<String, Box> boxes = new LinkedHashMap<>();
    private final Map<String, TestState> tests = new LinkedHashMap<>();
    private final PriorityQueue<Due> future =
            new PriorityQueue<>(Comparator.comparingLong(Due::time).thenComparingLong(Due::order));
    private final Map<String, Long> timers = new HashMap<>();
    private final Set<Integer> interrupts = new LinkedHashSet<>();
    final List<Object> trace = new ArrayList<>();
    private long now;
    private long order;
    private int eventsSeen;
    private int urgency;
    private int machineNumber;
    private int failedSetUps;
    private boolean finished;
    private boolean hurried;
    private boolean ended;
    private int openIngests;
    int testsRun;
    private int failed;
    int idleExpired;
    int notRun;
    int late;
    /** Whether machines are taken away after a while. */
    private final boolean lent;

    /** Whether an earlier session had decided that no test is begun any more. */
    private final boolean goesOnStopped;

    private int notRunAtOnce;

    Simulation(
            long seed, Rules rules, List<Integer> poolSizes, Faults faults, int maxReruns, List<Integer> interruptAt) {
        this(seed, rules, Rules.Before.NOTHING, poolSizes, faults, maxReruns, interruptAt);
    }

    Simulation(
            long seed,
            Rules rules,
            Rules.Before before,
            List<Integer> poolSizes,
            Faults faults,
            int maxReruns,
            List<Integer> interruptAt) {
        failed = before.failed();
        goesOnStopped = before.stop().isPresent() || (rules.maxFailed() > 0 && failed >= rules.maxFailed());
        random = new Random(seed);
        this.rules = rules;
        this.faults = faults;
        this.maxReruns = maxReruns;
        scheduler = new Scheduler(rules, before);
        for (int i = 0; i < poolSizes.size(); i++) {
            pools.put("p" + i, new Pool("p" + i, poolSizes.get(i)));
        }
        lent = rules.tests().stream().anyMatch(test -> test.longest().isPositive());
        rules.tests().forEach(test -> {
            TestState state = new TestState();
            state.started = test.attempts();
            tests.put(test.test(), state);
        });
        interrupts.addAll(interruptAt);
    }

    /** A random run. */
    static Simulation random(long seed) {
        Random random = new Random(seed);
        int testCount = random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(30);
        int poolCount = 1 + random.nextInt(3);
        boolean resumed = random.nextInt(4) == 0;
        boolean lent = random.nextInt(3) == 0;
        List<Integer> sizes = IntStream.range(0, poolCount)
                .mapToObj(i -> 1 + random.nextInt(8))
                .toList();
        List<Ranked> ranked = IntStream.range(0, testCount)
                .mapToObj(i -> new Ranked(
                        "/t" + i,
                        random.nextInt(3),
                        resumed ? random.nextInt(3) : 0,
                        lent ? Duration.ofMillis(random.nextInt(2_000)) : Duration.ZERO,
                        resumed && random.nextBoolean()))
                .toList();
        Rules rules = new Rules(
                ranked,
                IntStream.range(0, poolCount).mapToObj(i -> "p" + i).toList(),
                random.nextInt(3),
                random.nextInt(6),
                random.nextInt(4) == 0 ? 1 + random.nextInt(5) : 0,
                1 + random.nextInt(4),
                1 + random.nextInt(4),
                random.nextInt(5) == 0);
        Rules.Before before = !resumed
                ? Rules.Before.NOTHING
                : new Rules.Before(random.nextInt(4), random.nextInt(3) == 0 ? Optional.of("stop") : Optional.empty());
        Faults faults = random.nextInt(8) == 0 ? Faults.none() : Faults.random(random);
        List<Integer> interrupts = new ArrayList<>();
        if (random.nextInt(3) == 0) {
            interrupts.add(1 + random.nextInt(60));
            if (random.nextBoolean()) {
                interrupts.add(interrupts.getFirst() + 1 + random.nextInt(20));
            }
        }
        return new Simulation(seed, rules, before, sizes, faults, random.nextInt(4), interrupts);
    }

    /** Runs to the end. */
    void run() {
        List<String> names = rules.tests().stream().map(Ranked::test).toList();
        boolean resumed = rules.tests().stream().anyMatch(test -> test.attempts() > 0);
        feed(
                resumed
                        ? new RunEvent.RunResumed(at(), Instant.EPOCH, names)
                        : new RunEvent.RunStarted(at(), Instant.EPOCH, "sim", "sim", names));
        int steps = 0;
        while (!finished) {
            assertThat(++steps).as("the run goes on for ever").isLessThan(200_000);
            step();
        }
        checkEnd();
    }

    private void step() {
        if (interrupts.remove(eventsSeen)) {
            urgency++;
            feed(new RunEvent.Interrupted(at(), urgency, "test"));
            return;
        }
        Optional<Map.Entry<String, Long>> timer = timers.entrySet().stream()
                .min(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()));
        Due due = future.peek();
        if (timer.isPresent() && (due == null || timer.get().getValue() < due.time)) {
            now = timer.get().getValue();
            String key = timer.get().getKey();
            timers.remove(key);
            String[] parts = key.split("\\|", 2);
            if (parts[0].equals("IDLE")) {
                idleExpired++;
                assertThat(box(parts[1]).use).isEqualTo("idle");
            }
            feed(new RunEvent.DeadlineExpired(at(), Limit.valueOf(parts[0]), parts[1]));
            return;
        }
        assertThat(due)
                .as("nothing will ever happen again, and the run is not over: it waits for ever")
                .isNotNull();
        future.remove();
        now = due.time;
        RunEvent event = due.event.get();
        if (event != null) {
            feed(event);
        }
    }

    private void feed(RunEvent event) {
        eventsSeen++;
        trace.add(event);
        List<Action> actions = scheduler.decide(event);
        for (Action action : actions) {
            trace.add(action);
            assertThat(finished).as("an action after Finish").isFalse();
            perform(action);
        }
        checkNow();
    }

    private void later(double most, Supplier<RunEvent> event) {
        future.add(new Due(now + 1 + (long) (random.nextDouble() * most), order++, event));
    }

    private boolean chance(double rate) {
        return random.nextDouble() < rate;
    }

    private Duration at() {
        return Duration.ofMillis(now);
    }

    private void perform(Action action) {
        switch (action) {
            case Action.Provision a -> {
                Pool pool = pool(a.provisioner());
                assertThat(pool.stopping).as("asked after its stop").isFalse();
                assertThat(pool.dead).as("asked after it failed").isFalse();
                assertThat(a.count()).isPositive();
                pool.waiting += a.count();
                make(pool);
            }
            case Action.Clear a ->
                later(3, () -> {
                    Pool pool = pool(a.provisioner());
                    int dropped = pool.waiting;
                    pool.waiting = 0;
                    return pool.dead ? null : new RunEvent.ProvisionCleared(at(), pool.name, dropped);
                });
            case Action.StopProvisioner a -> stop(pool(a.provisioner()));
            case Action.SetUp a -> setUp(a.remote());
            case Action.CancelSetUp a -> assertThat(box(a.remote()).use).isEqualTo("set-up");
            case Action.RunTest a -> runTest(a);
            case Action.CancelTest a -> cancel(a.remote());
            case Action.Ingest a -> ingest(a.test(), a.attempt(), true);
            case Action.Supersede a -> {
                state(a.test()).queued = true;
                later(5, () -> new RunEvent.AttemptSuperseded(at(), a.test(), a.attempt(), Optional.empty()));
            }
            case Action.ReportNotRun a -> {
                assertThat(urgency)
                        .as("an interrupted run leaves tests to a resumed one, unless they were running and do not end")
                        .isLessThan(a.lost() ? 2 : 1);
                if (a.reason().startsWith(Scheduler.NO_MACHINE)) {
                    assertThat(isMachineComing())
                            .as("a machine is still to come")
                            .isFalse();
                }
                notRun++;
                notRunAtOnce += goesOnStopped && eventsSeen == 1 ? 1 : 0;
                TestState test = state(a.test());
                if (a.lost()) {
                    assertThat(test.running).isTrue();
                    test.running = false;
                } else {
                    assertThat(test.queued).isTrue();
                    test.queued = false;
                }
                ingest(a.test(), a.attempt(), true);
            }
            case Action.Release a -> release(a.remote());
            case Action.Stop a ->
                assertThat(goesOnStopped ? eventsSeen == 1 : rules.maxFailed() > 0 && failed >= rules.maxFailed())
                        .as("nothing has stopped the run")
                        .isTrue();
            case Action.Hurry a -> hurried = true;
            case Action.StartTimer a ->
                assertThat(timers.put(a.limit() + "|" + a.subject(), now + LIMITS.get(a.limit())))
                        .as("started twice: %s", a)
                        .isNull();
            case Action.StopTimer a -> timers.remove(a.limit() + "|" + a.subject());
            case Action.Finish a -> finished = true;
        }
    }

    private void make(Pool pool) {
        while (pool.waiting > 0 && pool.held + pool.making < pool.max && !pool.stopped && !pool.dead) {
            pool.waiting--;
            if (chance(faults.provisionNever)) {
                pool.making++; // and stays so
                continue;
            }
            pool.making++;
            later(200, () -> {
                if (pool.stopped || pool.dead) {
                    return null;
                }
                pool.making--;
                if (chance(faults.provisionerDies)) {
                    pool.dead = true;
                    return new RunEvent.ProvisionerFailed(at(), pool.name, "died");
                }
                if (chance(faults.provisionFails)) {
                    make(pool);
                    return new RunEvent.ProvisionFailed(at(), pool.name, "failed");
                }
                pool.held++;
                String name = pool.name + "-" + ++machineNumber;
                Optional<Duration> until = lent
                        ? Optional.of(at().plus(Scheduler.MARGIN).plusMillis(random.nextInt(4_000)))
                        : Optional.empty();
                boxes.put(name, new Box(pool, until));
                return new RunEvent.RemoteReady(at(), name, pool.name, until);
            });
        }
    }

    private void stop(Pool pool) {
        assertThat(pool.stopping).as("stopped twice").isFalse();
        pool.stopping = true;
        if (!chance(faults.stopHangs)) {
            later(100, () -> {
                pool.stopped = true;
                return new RunEvent.ProvisionerStopped(at(), pool.name, Optional.empty());
            });
        }
    }

    private void setUp(String name) {
        Box box = box(name);
        assertThat(box.use).isEqualTo("ready");
        box.use = "set-up";
        if (chance(faults.setUpHangs)) {
            return;
        }
        assertThat(box.pool.givenUp)
                .as("set-ups of %s are given up", box.pool.name)
                .isFalse();
        boolean fails = chance(faults.setUpFails);
        Optional<String> way = random.nextBoolean() ? Optional.of("always the same") : Optional.empty();
        later(300, () -> {
            if (!box.use.equals("set-up")) {
                return chance(0.5) ? new RunEvent.SetUpFailed(at(), name, "too late") : null;
            }
            if (fails) {
                failedSetUps++;
                if (way.isPresent() && !box.pool.proven) {
                    box.pool.sameFailures++;
                    box.pool.givenUp |=
                            box.pool.sameFailures >= Math.min(rules.prepareTries(), rules.prepareMachines());
                }
                return new RunEvent.SetUpFailed(at(), name, "failed", way);
            }
            box.pool.proven = true;
            box.use = "idle";
            return new RunEvent.SetUpFinished(at(), name);
        });
    }

    private void runTest(Action.RunTest a) {
        assertThat(ended).as("a test is started while the run is ending").isFalse();
        assertThat(goesOnStopped || rules.maxFailed() == 0 || failed < rules.maxFailed())
                .as("a test is started though enough have failed")
                .isTrue();
        Box box = box(a.remote());
        TestState test = state(a.test());
        assertThat(box.use).as("two things on one machine").isEqualTo("idle");
        assertThat(test.queued).isTrue();
        assertThat(a.attempt()).isEqualTo(++test.started);
        assertThat(test.finals).isZero();
        Ranked chosen = rules.tests().stream()
                .filter(each -> each.test().equals(a.test()))
                .findFirst()
                .orElseThrow();
        assertThat(!goesOnStopped || (chosen.cutOff() && a.attempt() == chosen.attempts() + 1))
                .as("only what was cut off is run in a run that was stopped, once")
                .isTrue();
        boolean inTime = box.hasTimeFor(chosen, at());
        assertThat(inTime || !box.used)
                .as("a test is begun that cannot end in time")
                .isTrue();
        box.used = true;
        int bestRank = rules.tests().stream()
                .filter(each -> state(each.test()).queued && (!inTime || box.hasTimeFor(each, at())))
                .mapToInt(Ranked::rank)
                .min()
                .orElseThrow();
        assertThat(chosen.rank()).as("the test with the best rank is next").isEqualTo(bestRank);
        if (!inTime) {
            late++;
        }
        if (rules.oneByOne()) {
            assertThat(tests.values()).noneMatch(each -> each.running);
        }
        testsRun++;
        test.queued = false;
        test.running = true;
        box.use = "test";
        box.test = a.test();
        box.attempt = a.attempt();
        if (!chance(faults.testHangs)) {
            later(1000, () -> finish(a, false));
        }
    }

    private RunEvent finish(Action.RunTest a, boolean cancelled) {
        Box box = boxes.get(a.remote());
        if (box == null || !box.use.equals("test") || !box.test.equals(a.test()) || box.attempt != a.attempt()) {
            return null;
        }
        boolean aborted = cancelled || chance(faults.testAborts);
        boolean hasFailed = aborted || chance(faults.testFails);
        boolean rerun = hasFailed && !cancelled && a.attempt() - before(a.test()) <= maxReruns;
        boolean destroyed = aborted || hasFailed && chance(0.7) || chance(0.05);
        state(a.test()).running = false;
        failed += hasFailed && !aborted && !rerun ? 1 : 0;
        box.use = destroyed ? "used" : "idle";
        Ending ending = new Ending(
                aborted ? OptionalInt.empty() : OptionalInt.of(hasFailed ? 1 : 0),
                aborted ? Optional.of(FailureClass.CANCELLED) : Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return new RunEvent.TestFinished(at(), a.remote(), a.test(), a.attempt(), ending, rerun, destroyed);
    }

    private int before(String test) {
        return rules.tests().stream()
                .filter(each -> each.test().equals(test))
                .mapToInt(Ranked::attempts)
                .sum();
    }

    private void cancel(String remote) {
        Box box = box(remote);
        assertThat(box.use).isEqualTo("test");
        Action.RunTest test = new Action.RunTest(remote, box.test, box.attempt);
        if (!chance(faults.cancelIgnored)) {
            later(50, () -> finish(test, true));
        }
    }

    private void ingest(String name, int attempt, boolean last) {
        TestState test = state(name);
        test.finals++;
        assertThat(test.finals).as("%s has more than one final outcome", name).isEqualTo(1);
        assertThat(test.queued).isFalse();
        assertThat(test.running).isFalse();
        openIngests++;
        if (chance(faults.ingestHangs)) {
            return;
        }
        later(50, () -> {
            openIngests--;
            return chance(faults.ingestFails)
                    ? new RunEvent.IngestFailed(at(), name, attempt, Path.of("x"), "failed")
                    : new RunEvent.AttemptIngested(at(), name, attempt, last, new Commit("0", Optional.empty()));
        });
    }

    private void release(String name) {
        Box box = box(name);
        box.releases++;
        assertThat(box.releases).as("%s is released more than once", name).isEqualTo(1);
        box.use = "releasing";
        if (chance(faults.releaseHangs)) {
            return;
        }
        boolean fails = chance(faults.releaseFails);
        later(100, () -> {
            box.pool.held--;
            boxes.remove(name);
            make(box.pool);
            return fails ? new RunEvent.ReleaseFailed(at(), name, "failed") : new RunEvent.RemoteReleased(at(), name);
        });
    }

    /** What holds after every decision. */
    private void checkNow() {
        if (urgency > 0
                || failedSetUpsTooMany()
                || notRun > notRunAtOnce
                || pools.values().stream().anyMatch(pool -> pool.stopping)
                || timers.keySet().stream().noneMatch(key -> key.startsWith("RUN|"))) {
            ended = true;
        }
        boolean queued = tests.values().stream().anyMatch(test -> test.queued);
        long idle =
                boxes.values().stream().filter(box -> box.use.equals("idle")).count();
        boxes.forEach((name, box) -> {
            if (box.use.equals("set-up")) {
                assertThat(timers).containsKey(Limit.SET_UP + "|" + name);
            }
            assertThat(timers.containsKey(Limit.IDLE + "|" + name))
                    .as("%s is %s: only an idle machine has a limit, and always", name, box.use)
                    .isEqualTo(box.use.equals("idle") && !finished);
        });
        if (ended || finished) {
            if (!finished) {
                assertThat(timers.containsKey(Limit.FORCED_RELEASE + "|")).isEqualTo(urgency >= 2);
            }
            return;
        }
        if (queued) {
            assertThat(idle).as("machines are idle while a test is queued").isZero();
            boolean usable = boxes.values().stream()
                    .anyMatch(box -> Set.of("idle", "set-up", "test").contains(box.use));
            assertThat(timers.containsKey(Limit.FIRST_REMOTE + "|")).isEqualTo(!usable);
            assertThat(usable || isMachineComing())
                    .as("tests are queued, and no machine will come")
                    .isTrue();
        } else {
            assertThat(idle).as("machines are held for nothing").isLessThanOrEqualTo(rules.maxSpares());
        }
    }

    private boolean isMachineComing() {
        return pools.values().stream().anyMatch(pool -> !pool.dead && !pool.givenUp && pool.waiting + pool.making > 0);
    }

    private boolean failedSetUpsTooMany() {
        return failedSetUps > rules.maxFailedSetups();
    }

    private void checkEnd() {
        assertThat(pools.values()).allMatch(pool -> pool.stopping);
        assertThat(boxes.values()).as("every machine was released").allMatch(box -> box.releases == 1);
        if (urgency == 0) {
            tests.forEach((name, test) ->
                    assertThat(test.finals).as("final outcomes of %s", name).isEqualTo(1));
        }
        if (urgency < 2 && !hurried) {
            assertThat(openIngests).as("ingests that were not waited for").isZero();
            assertThat(timers.keySet().stream()
                            .filter(key -> !key.startsWith("RUN|") && !key.startsWith("INGEST|"))
                            .toList())
                    .as("no wait is left over")
                    .isEmpty();
        }
        int before = trace.size();
        assertThat(scheduler.decide(new RunEvent.Interrupted(at(), 1, "late"))).isEmpty();
        assertThat(trace).hasSize(before);
    }

    private Pool pool(String name) {
        return Optional.ofNullable(pools.get(name)).orElseThrow();
    }

    private Box box(String name) {
        return Optional.ofNullable(boxes.get(name)).orElseThrow(() -> new AssertionError("no machine " + name));
    }

    private TestState state(String name) {
        return Optional.ofNullable(tests.get(name)).orElseThrow();
    }

    /** Everything that happened and was decided, for the message of a failure. */
    String story() {
        StringBuilder story = new StringBuilder();
        trace.forEach(item -> story.append(item).append('\n'));
        return story.toString();
    }

    Set<String> started() {
        Set<String> names = new HashSet<>();
        tests.forEach((name, test) -> {
            if (test.started > 0) {
                names.add(name);
            }
        });
        return names;
    }
}
