package dev.atex.provisioner.pool;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.Remote;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A provisioner with a limited number of machines: requests beyond the limit wait for a release, and machines and failures
 * are returned in the order in which they came. Each reservation runs in a virtual thread of its own; every operation here
 * takes constant time per machine.
 *
 * <p>A failure occupies the slot of its machine until it is returned, so that a source that always fails is not asked
 * faster than failures are read.
 */
public final class PooledProvisioner implements Provisioner {
    private enum State {
        NEW,
        STARTED,
        STOPPED
    }

    private final String name;
    private final int max;
    private final int attempts;
    private final MachineSource source;
    private final TaskScope scope;
    private final AtomicLong nextNumber = new AtomicLong(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Ready or failed, and not returned yet. */
    private final Deque<PooledRemote> made = new ArrayDeque<>();
    /** The machine in each slot: being reserved, ready, or returned. */
    private final List<@Nullable PooledRemote> slots = new ArrayList<>();

    private final Deque<Integer> freeSlots = new ArrayDeque<>();
    /** Reservations without a slot that were not verified to be gone. */
    private final Set<Reservation> leftOver = new HashSet<>();

    /** Written only with the lock held. */
    private volatile State state = State.NEW;

    private long wanted;

    /** The number of machines whose threads have not ended. */
    private int making;

    /** The failure after which no reservation starts; thrown when those in progress have ended. */
    private @Nullable ProvisionException exhausted;

    /**
     * Creates a provisioner, not started yet.
     *
     * @param name see {@link Provisioner#name()}
     * @param max largest number of machines at a time, at least 1
     * @param attempts how often a machine is tried before its failure is returned, unless the source wants more; at least 1
     * @param source creates the reservations
     */
    public PooledProvisioner(String name, int max, int attempts, MachineSource source) {
        if (max < 1 || attempts < 1) {
            throw new IllegalArgumentException("max and attempts must be at least 1: " + max + ", " + attempts);
        }
        this.name = name;
        this.max = max;
        this.attempts = attempts;
        this.source = source;
        this.scope = TaskScope.open(name);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void check(Deadline deadline) throws InvalidOptionException, InterruptedException {
        source.check(deadline);
    }

    @Override
    public void start() throws ProvisionException, InterruptedException {
        if (state != State.NEW) {
            throw new IllegalStateException("provisioner '" + name + "' is started once");
        }
        source.start();
        lock.lock();
        try {
            if (state == State.NEW) {
                state = State.STARTED;
                return;
            }
        } finally {
            lock.unlock();
        }
        ProvisionException stopped = new ProvisionException("provisioner '" + name + "' was stopped");
        try {
            source.stop();
        } catch (ReleaseException e) {
            stopped.addSuppressed(e);
        }
        throw stopped;
    }

    @Override
    public void provision(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("cannot provision " + count + " machines");
        }
        lock.lock();
        try {
            if (state == State.NEW) {
                throw new IllegalStateException("provisioner '" + name + "' is not started");
            }
            wanted = count == AS_MANY_AS_POSSIBLE ? Long.MAX_VALUE / 2 : Math.min(wanted + count, Long.MAX_VALUE / 2);
        } finally {
            lock.unlock();
        }
        boolean begun;
        do { // releases the lock in between: of very many, the first are ready before the last start
            lock.lock();
            try {
                begun = beginOne();
            } finally {
                lock.unlock();
            }
        } while (begun);
    }

    /** Starts one reservation, if one is wanted and allowed. Called with the lock held. */
    private boolean beginOne() {
        if (state != State.STARTED || exhausted != null || wanted == 0 || slots.size() - freeSlots.size() >= limit()) {
            return false;
        }
        Integer slot = freeSlots.poll();
        if (slot == null) {
            slot = slots.size();
            slots.add(null);
        }
        PooledRemote machine = new PooledRemote(this, slot, nextNumber());
        scope.run(name, machine::reserve);
        slots.set(slot, machine);
        wanted--;
        making++;
        return true;
    }

    private int limit() {
        return Math.min(max, source.capacity());
    }

    Reservation reservation(int slot, long number) throws ProvisionException {
        return source.reservation(slot, number);
    }

    boolean servesOneTest() {
        return source.servesOneTest();
    }

    long nextNumber() {
        return nextNumber.getAndIncrement();
    }

    /** Returns whether to retry a machine after this failure, its {@code attempt}th. */
    boolean triesAgain(int slot, int attempt, ProvisionException failure) {
        return (attempt < attempts && !failure.isPermanent()) || source.triesAgain(slot, failure);
    }

    /** Fails if the pool was stopped. Takes no lock: 100,000 threads that start at once would queue for it. */
    void check() throws ProvisionException {
        if (state == State.STOPPED) {
            throw new ProvisionException("provisioner '" + name + "' was stopped");
        }
    }

    boolean isStopped() {
        return state == State.STOPPED;
    }

    /** Adds a machine that is ready or has failed; its own thread calls this. */
    void add(PooledRemote machine) {
        lock.lock();
        try {
            making--;
            if (state == State.STARTED) { // otherwise stop() releases the machine
                made.add(machine);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Remote> remote(Deadline deadline) throws ProvisionException, InterruptedException {
        lock.lockInterruptibly();
        try {
            while (state != State.STOPPED) {
                PooledRemote next = made.poll();
                if (next != null) {
                    ProvisionException failure = next.failure();
                    if (failure != null) {
                        boolean last = failure.extent() == ProvisionException.Extent.PROVISIONER;
                        exhausted = last && exhausted == null ? failure : exhausted;
                        vacate(next);
                        if (last) {
                            continue;
                        }
                        throw failure;
                    }
                    return Optional.of(next);
                }
                if (exhausted != null && making == 0) {
                    throw exhausted;
                }
                if (deadline.isExpired()) {
                    return Optional.empty();
                }
                long _ = changed.awaitNanos(deadline.remainingNanos());
            }
            throw new InterruptedException("provisioner '" + name + "' was stopped");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int clear() {
        lock.lock();
        try {
            long dropped = wanted;
            wanted = 0;
            return (int) Math.min(dropped, Integer.MAX_VALUE);
        } finally {
            lock.unlock();
        }
    }

    void release(PooledRemote machine, Deadline deadline) throws ReleaseException, InterruptedException {
        Reservation reservation = machine.reservation();
        try {
            if (reservation != null) {
                reservation.abort(deadline);
            }
        } catch (ReleaseException e) {
            settle(reservation, false, machine);
            throw e;
        }
        settle(reservation, true, machine);
    }

    /** Frees what a failed reservation left; its machine keeps its slot. */
    void undo(Reservation failed, Deadline deadline) throws ReleaseException, InterruptedException {
        boolean gone = false;
        try {
            failed.abort(deadline);
            gone = true;
        } finally {
            settle(failed, gone, null);
        }
    }

    /** Remembers for {@link #stop} what may not be gone, and frees the machine's slot. */
    void settle(@Nullable Reservation ended, boolean gone, @Nullable PooledRemote machine) {
        lock.lock();
        try {
            if (ended != null && !gone) {
                leftOver.add(ended);
            } else if (ended != null && !leftOver.isEmpty()) {
                leftOver.remove(ended);
            }
            if (machine != null) {
                vacate(machine);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives the machine's slot to the next request. Called with the lock held. */
    private void vacate(PooledRemote machine) {
        if (slots.get(machine.slot()) == machine) {
            slots.set(machine.slot(), null);
            freeSlots.add(machine.slot());
            beginOne();
        }
    }

    @Override
    public void stop(Deadline deadline) throws ReleaseException, InterruptedException {
        boolean wasStarted;
        List<End> ends = new ArrayList<>();
        lock.lockInterruptibly();
        try {
            wasStarted = state != State.NEW;
            state = State.STOPPED;
            wanted = 0;
            made.clear();
            changed.signalAll();
            leftOver.forEach(each -> ends.add(new End(each.name(), () -> undo(each, deadline))));
            slots.stream()
                    .filter(Objects::nonNull)
                    .forEach(each -> ends.add(new End(each.name(), () -> release(each, deadline))));
        } finally {
            lock.unlock();
        }
        List<ReleaseException> problems = inParallel(ends, deadline);
        if (!scope.close(deadline)) {
            problems.add(new ReleaseException("some reservations did not stop in time"));
        }
        if (!problems.isEmpty()) {
            throw together(problems);
        }
        if (wasStarted) {
            source.stop();
        }
    }

    /** The release of one machine. */
    private record End(String machine, TaskScope.Body body) {}

    /** Runs all releases and returns their failures. */
    private List<ReleaseException> inParallel(List<End> ends, Deadline deadline) throws InterruptedException {
        List<ReleaseException> problems = new ArrayList<>();
        List<TaskScope.Task<Void>> tasks = new ArrayList<>();
        try (TaskScope releases = TaskScope.open(name)) {
            ends.forEach(end -> tasks.add(releases.run(end.machine(), end.body())));
            for (int i = 0; i < ends.size(); i++) {
                String machine = ends.get(i).machine();
                try {
                    tasks.get(i).join(deadline);
                } catch (ExecutionException e) {
                    problems.add(
                            e.getCause() instanceof ReleaseException why
                                    ? why
                                    : new ReleaseException(machine + ": its release failed: " + e.getCause(), e));
                } catch (TimeoutException e) {
                    problems.add(new ReleaseException(machine + ": not released in time"));
                }
            }
        }
        return problems;
    }

    private ReleaseException together(List<ReleaseException> problems) {
        ReleaseException all = new ReleaseException("provisioner '" + name + "' could not release everything: "
                + problems.stream().map(Throwable::getMessage).collect(Collectors.joining("; ")));
        problems.forEach(all::addSuppressed);
        return all;
    }
}
