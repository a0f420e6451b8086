package dev.atex.provisioner;

import dev.atex.concurrent.Deadline;
import dev.atex.concurrent.TaskScope;
import dev.atex.connection.Connection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The queueing that provisioners have in common: up to a limit of machines at a time, requests beyond it wait for a
 * release, what is ready or has failed is handed out in the order in which it came. Each reservation runs in a virtual
 * thread of its own; every operation here takes constant time per machine.
 *
 * <p>A failure takes up the slot of its machine until it is handed out, so that a source which only fails is not asked
 * faster than somebody listens.
 */
public final class PooledProvisioner implements Provisioner {
    private static final Duration UNDO = Duration.ofMinutes(1);

    private enum State {
        NEW,
        STARTED,
        STOPPED
    }

    private sealed interface Outcome {
        record Ready(Remote remote) implements Outcome {}

        record Failed(Machine machine, ProvisionException why) implements Outcome {}
    }

    private final String name;
    private final int max;
    private final int attempts;
    private final MachineSource source;
    private final TaskScope scope;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Outcome> outcomes = new ArrayDeque<>();
    private final Deque<Integer> freeSlots = new ArrayDeque<>();
    /** Every machine that takes up a slot: being reserved, ready, or handed out. */
    private final Set<Machine> held = new HashSet<>();
    /** Machines that have no slot any more, and were not verified to be gone. */
    private final Set<Machine> leftOver = new HashSet<>();

    private State state = State.NEW;
    private long wanted;
    private int nextSlot;
    private long nextNumber = 1;

    /**
     * A provisioner, not started yet.
     *
     * @param name see {@link Provisioner#name()}
     * @param max how many machines may exist at a time, at least 1
     * @param attempts how often a machine is tried before its failure is handed out, at least 1
     * @param source makes the reservations
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
    public void start() throws ProvisionException, InterruptedException {
        source.start();
        lock.lockInterruptibly();
        try {
            if (state != State.NEW) {
                throw new IllegalStateException("provisioner '" + name + "' is started once");
            }
            state = State.STARTED;
        } finally {
            lock.unlock();
        }
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
            begin();
        } finally {
            lock.unlock();
        }
    }

    /** Begins as many reservations as are wanted and allowed. Called with the lock held. */
    private void begin() {
        while (state == State.STARTED && wanted > 0 && held.size() < max) {
            Integer slot = freeSlots.poll();
            Machine machine = new Machine(slot == null ? nextSlot++ : slot);
            long number = nextNumber++;
            scope.run("reserve-" + number, () -> reserve(machine, number));
            held.add(machine);
            wanted--;
        }
    }

    @Override
    public Optional<Remote> remote(Deadline deadline) throws ProvisionException, InterruptedException {
        lock.lockInterruptibly();
        try {
            while (state != State.STOPPED) {
                Outcome next = outcomes.poll();
                if (next != null) {
                    return Optional.of(handOut(next));
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

    private Remote handOut(Outcome outcome) throws ProvisionException {
        return switch (outcome) {
            case Outcome.Ready ready -> ready.remote();
            case Outcome.Failed failed -> {
                vacate(failed.machine());
                throw failed.why();
            }
        };
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

    /** The body of the thread that makes one machine. */
    private void reserve(Machine machine, long number) {
        Outcome outcome;
        try {
            outcome = new Outcome.Ready(new PooledRemote(this, machine, attempt(machine, number)));
        } catch (ProvisionException e) {
            outcome = new Outcome.Failed(machine, e);
        } catch (InterruptedException e) {
            outcome = new Outcome.Failed(
                    machine, new ProvisionException(name + ": a reservation was interrupted by somebody else", e));
        } catch (RuntimeException | Error e) {
            outcome = new Outcome.Failed(machine, new ProvisionException(name + ": a reservation failed: " + e, e));
        }
        lock.lock();
        try {
            if (state == State.STARTED) { // else stop() takes care of the machine
                outcomes.add(outcome);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private Connection attempt(Machine machine, long number) throws ProvisionException, InterruptedException {
        ProvisionException failure = null;
        for (int attempt = 1; attempt <= attempts; attempt++) {
            Reservation reservation = adopt(machine, attempt == 1 ? number : newNumber());
            try {
                return reservation.reserve();
            } catch (ProvisionException e) {
                failure = e;
                undo(machine, reservation, e);
            } catch (RuntimeException | Error e) {
                undo(machine, reservation, e);
                throw e;
            }
        }
        throw Objects.requireNonNull(failure);
    }

    private long newNumber() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            return nextNumber++;
        } finally {
            lock.unlock();
        }
    }

    private Reservation adopt(Machine machine, long number) throws ProvisionException, InterruptedException {
        Reservation reservation = source.reservation(machine.slot, number);
        lock.lockInterruptibly();
        try {
            if (state == State.STOPPED) {
                throw new ProvisionException("provisioner '" + name + "' was stopped");
            }
            machine.reservation = reservation;
            return reservation;
        } finally {
            lock.unlock();
        }
    }

    /** Frees what a failed reservation left behind. */
    private void undo(Machine machine, Reservation reservation, Throwable why) throws InterruptedException {
        try {
            reservation.abort(Deadline.after(UNDO));
        } catch (ReleaseException e) {
            why.addSuppressed(e);
            Machine failed = new Machine(machine.slot);
            failed.reservation = reservation;
            lock.lock();
            try {
                leftOver.add(failed);
            } finally {
                lock.unlock();
            }
        }
    }

    void release(Machine machine, Deadline deadline) throws ReleaseException, InterruptedException {
        try {
            machine.abort(deadline);
        } catch (ReleaseException e) {
            lock.lock();
            try {
                leftOver.add(machine);
                vacate(machine);
            } finally {
                lock.unlock();
            }
            throw e;
        }
        lock.lock();
        try {
            leftOver.remove(machine);
            vacate(machine);
        } finally {
            lock.unlock();
        }
    }

    /** Gives the machine's slot to the next request. Called with the lock held. */
    private void vacate(Machine machine) {
        if (held.remove(machine)) {
            freeSlots.add(machine.slot);
            begin();
        }
    }

    @Override
    public void stop(Deadline deadline) throws ReleaseException, InterruptedException {
        boolean wasStarted;
        List<Machine> machines;
        lock.lockInterruptibly();
        try {
            wasStarted = state != State.NEW;
            state = State.STOPPED;
            wanted = 0;
            outcomes.clear();
            changed.signalAll();
            machines = new ArrayList<>(held);
            machines.addAll(leftOver);
        } finally {
            lock.unlock();
        }
        List<ReleaseException> problems = abort(machines, deadline);
        if (!scope.close(deadline)) {
            problems.add(new ReleaseException("reservations are under way that did not end in time"));
        }
        if (!problems.isEmpty()) {
            throw together(problems);
        }
        if (wasStarted) {
            source.stop();
        }
    }

    /** Releases machines in parallel; what went wrong is returned. */
    private List<ReleaseException> abort(List<Machine> machines, Deadline deadline) throws InterruptedException {
        List<ReleaseException> problems = new ArrayList<>();
        Map<Machine, TaskScope.Task<Void>> tasks = new LinkedHashMap<>();
        try (TaskScope releases = TaskScope.open(name)) {
            for (Machine machine : machines) {
                tasks.put(machine, releases.run("release-" + machine.slot, () -> release(machine, deadline)));
            }
            for (Map.Entry<Machine, TaskScope.Task<Void>> task : tasks.entrySet()) {
                String machine = task.getKey().name();
                try {
                    task.getValue().join(deadline);
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
        ReleaseException all = new ReleaseException("provisioner '" + name + "' could not give everything back: "
                + problems.stream().map(Throwable::getMessage).collect(Collectors.joining("; ")));
        problems.forEach(all::addSuppressed);
        return all;
    }

    /** One taken slot, and the reservation that is made in it now. Identity counts. */
    static final class Machine {
        private final int slot;
        private volatile @Nullable Reservation reservation;

        Machine(int slot) {
            this.slot = slot;
        }

        String name() {
            Reservation now = reservation;
            return now == null ? "slot " + slot : now.name();
        }

        void abort(Deadline deadline) throws ReleaseException, InterruptedException {
            Reservation now = reservation;
            if (now != null) {
                now.abort(deadline);
            }
        }
    }
}
