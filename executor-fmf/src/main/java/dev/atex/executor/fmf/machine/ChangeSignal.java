package dev.atex.executor.fmf.machine;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Wakes one waiting thread when a state that it checks may have changed. No signal is lost. Thread-safe. */
public final class ChangeSignal {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition signaled = lock.newCondition();
    private long signals;

    /** Signals a change. */
    public void signal() {
        lock.lock();
        try {
            signals++;
            signaled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the number of signals so far: get it before the check, pass it to {@link #await} afterwards. */
    public long count() {
        lock.lock();
        try {
            return signals;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there were more signals than {@code seen}, at most {@code nanos} nanoseconds. */
    public void await(long seen, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (signals == seen && left > 0) {
                left = signaled.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
