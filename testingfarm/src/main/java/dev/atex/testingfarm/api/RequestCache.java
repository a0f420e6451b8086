package dev.atex.testingfarm.api;

import dev.atex.concurrent.Deadline;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The last known state of requests. Each request is read at most once per interval, however many threads ask. Thread-safe. */
final class RequestCache {
    private final Duration interval;
    private final Reader reader;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    RequestCache(Duration interval, Reader reader) {
        this.interval = interval;
        this.reader = reader;
    }

    /** Reads a request from the service. */
    @FunctionalInterface
    interface Reader {
        FarmRequest read(String id, Deadline deadline) throws ApiException, InterruptedException;
    }

    private static final class Entry {
        /** Held while the request is read, and released while a caller waits until it may be read. */
        private final ReentrantLock reading = new ReentrantLock();

        private final Condition changed = reading.newCondition();
        private @Nullable FarmRequest last;
        private long at;

        private void set(FarmRequest request) {
            last = request;
            at = System.nanoTime();
            changed.signalAll();
        }
    }

    /** Stores what the service has just reported. */
    void put(FarmRequest request) {
        Entry entry = entry(request.id());
        entry.reading.lock();
        try {
            entry.set(request);
        } finally {
            entry.reading.unlock();
        }
    }

    void forget(String id) {
        entries.remove(id);
    }

    /** Returns a state that is at most one interval old. */
    FarmRequest recent(String id, Deadline deadline) throws ApiException, InterruptedException {
        Entry entry = entry(id);
        lock(id, entry, deadline);
        try {
            FarmRequest last = entry.last;
            return last != null && remaining(entry) > 0 ? last : read(id, entry, deadline);
        } finally {
            entry.reading.unlock();
        }
    }

    /** Returns a state that is newer than {@code seen}; waits until the request may be read, or another caller has read it. */
    @SuppressWarnings("ReferenceEquality") // a newer one may have the same values
    FarmRequest next(FarmRequest seen, Deadline deadline) throws ApiException, InterruptedException {
        String id = seen.id();
        Entry entry = entry(id);
        lock(id, entry, deadline);
        try {
            while (true) {
                FarmRequest last = entry.last;
                if (last != null && last != seen) {
                    return last;
                }
                long wait = last == null ? 0 : remaining(entry);
                if (wait <= 0) {
                    return read(id, entry, deadline);
                }
                if (deadline.isExpired()) {
                    throw timeout(id, "it may be read again in " + TimeUnit.NANOSECONDS.toMillis(wait) + " ms only");
                }
                long _ = entry.changed.awaitNanos(Math.min(wait, deadline.remainingNanos()));
            }
        } finally {
            entry.reading.unlock();
        }
    }

    /**
     * Returns a state that was read after this value of {@link System#nanoTime}, or that is final.
     *
     * @return empty if the request may not be read yet, or another caller is still reading it at the deadline
     */
    Optional<FarmRequest> after(String id, long moment, Deadline deadline) throws ApiException, InterruptedException {
        Entry entry = entry(id);
        if (!entry.reading.tryLock(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
            return Optional.empty();
        }
        try {
            FarmRequest last = entry.last;
            if (last != null && (entry.at - moment >= 0 || !last.isAlive())) {
                return Optional.of(last);
            }
            return last != null && remaining(entry) > 0 ? Optional.empty() : Optional.of(read(id, entry, deadline));
        } finally {
            entry.reading.unlock();
        }
    }

    private Entry entry(String id) {
        return entries.computeIfAbsent(id, _ -> new Entry());
    }

    private static void lock(String id, Entry entry, Deadline deadline) throws ApiException, InterruptedException {
        if (!entry.reading.tryLock(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
            throw timeout(id, "another thread of this process is still waiting for the answer");
        }
    }

    private static ApiException timeout(String id, String why) {
        Instant now = Instant.now();
        return new ApiException.Unavailable(
                "GET /v0.1/requests/" + id, why, now, now, new HttpTimeoutException("no answer in time"));
    }

    private long remaining(Entry entry) {
        return entry.at + interval.toNanos() - System.nanoTime();
    }

    private FarmRequest read(String id, Entry entry, Deadline deadline) throws ApiException, InterruptedException {
        FarmRequest read = reader.read(id, deadline);
        entry.set(read);
        return read;
    }
}
