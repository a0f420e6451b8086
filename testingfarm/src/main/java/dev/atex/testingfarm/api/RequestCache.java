package dev.atex.testingfarm.api;

import dev.atex.concurrent.Deadline;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Requests as they were read last: each is read once in a while, however many ask. Thread-safe. */
final class RequestCache {
    private final Duration interval;
    private final Reader reader;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    RequestCache(Duration interval, Reader reader) {
        this.interval = interval;
        this.reader = reader;
    }

    /** Reads one from the service. */
    @FunctionalInterface
    interface Reader {
        FarmRequest read(String id, Deadline deadline) throws ApiException, InterruptedException;
    }

    private static final class Entry {
        private final ReentrantLock reading = new ReentrantLock();
        private @Nullable FarmRequest last;
        private long at;
    }

    /** What the service has just said about a request. */
    void put(FarmRequest request) {
        Entry entry = entries.computeIfAbsent(request.id(), _ -> new Entry());
        entry.reading.lock();
        try {
            entry.last = request;
            entry.at = System.nanoTime();
        } finally {
            entry.reading.unlock();
        }
    }

    void forget(String id) {
        entries.remove(id);
    }

    /** One that is not older than the interval. */
    FarmRequest recent(String id, Deadline deadline) throws ApiException, InterruptedException {
        Entry entry = entries.computeIfAbsent(id, _ -> new Entry());
        entry.reading.lockInterruptibly();
        try {
            FarmRequest last = entry.last;
            return last != null && remaining(entry) > 0 ? last : read(id, entry, deadline);
        } finally {
            entry.reading.unlock();
        }
    }

    /** One that is newer than {@code seen}; waits until it may be read. */
    @SuppressWarnings("ReferenceEquality") // a later one may say the same
    FarmRequest next(FarmRequest seen, Deadline deadline) throws ApiException, InterruptedException {
        Entry entry = entries.computeIfAbsent(seen.id(), _ -> new Entry());
        entry.reading.lockInterruptibly(); // whoever comes later has what the first one waits for
        try {
            FarmRequest last = entry.last;
            if (last != null && last != seen) {
                return last;
            }
            if (last != null) {
                TimeUnit.NANOSECONDS.sleep(remaining(entry));
            }
            return read(seen.id(), entry, deadline);
        } finally {
            entry.reading.unlock();
        }
    }

    /** One that was read after this moment of {@link System#nanoTime}, or has ended; empty if it may not be read yet. */
    Optional<FarmRequest> after(String id, long moment, Deadline deadline) throws ApiException, InterruptedException {
        Entry entry = entries.computeIfAbsent(id, _ -> new Entry());
        entry.reading.lockInterruptibly();
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

    private long remaining(Entry entry) {
        return entry.at + interval.toNanos() - System.nanoTime();
    }

    private FarmRequest read(String id, Entry entry, Deadline deadline) throws ApiException, InterruptedException {
        FarmRequest read = reader.read(id, deadline);
        entry.last = read;
        entry.at = System.nanoTime();
        return read;
    }
}
