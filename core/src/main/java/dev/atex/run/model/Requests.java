package dev.atex.run.model;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The open requests at one provisioner, with their times. A log may contain any number. */
final class Requests {
    private final Deque<Batch> batches = new ArrayDeque<>();
    private long size;

    private record Batch(Duration at, int count) {}

    void add(Duration at, int count) {
        if (count > 0) {
            batches.addLast(new Batch(at, count));
            size += count;
        }
    }

    /** Removes the oldest request and returns its time; null if there is none. */
    @Nullable
    Duration takeFirst() {
        Batch first = batches.pollFirst();
        if (first == null) {
            return null;
        }
        size--;
        if (first.count() > 1) {
            batches.addFirst(new Batch(first.at(), first.count() - 1));
        }
        return first.at();
    }

    /** Removes the newest request. */
    void dropLast(int count) {
        int left = count;
        while (left > 0 && !batches.isEmpty()) {
            Batch last = batches.removeLast();
            int dropped = Math.min(left, last.count());
            left -= dropped;
            size -= dropped;
            if (last.count() > dropped) {
                batches.addLast(new Batch(last.at(), last.count() - dropped));
            }
        }
    }

    void clear() {
        batches.clear();
        size = 0;
    }

    int size() {
        return Math.clamp(size, 0, Integer.MAX_VALUE);
    }
}
