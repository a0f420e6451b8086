package dev.atex.run.schedule;

import java.time.Duration;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Tests that wait for a machine, by rank, then in order of arrival. Adding and taking cost O(log N). */
final class TestQueue {
    private final PriorityQueue<QueuedTest> heap = new PriorityQueue<>(TestQueue::compare);
    private long next;

    /** A test that is not done. */
    static final class QueuedTest {
        final String name;
        final int rank;
        final Duration longest;
        int attempts;
        /** True if it is queued because the end of a session cut it off. */
        boolean cutOff;

        private long sequence;

        QueuedTest(Rules.Ranked ranked) {
            name = ranked.test();
            rank = ranked.rank();
            attempts = ranked.attempts();
            longest = ranked.longest();
            cutOff = ranked.cutOff();
        }
    }

    private static int compare(QueuedTest left, QueuedTest right) {
        return left.rank != right.rank
                ? Integer.compare(left.rank, right.rank)
                : Long.compare(left.sequence, right.sequence);
    }

    void add(QueuedTest test) {
        test.sequence = next++;
        heap.add(test);
    }

    @Nullable
    QueuedTest poll() {
        return heap.poll();
    }

    /** Takes the first test that fits into that time; costs O(N) unless that is the first of all. */
    @Nullable
    QueuedTest poll(Duration left) {
        QueuedTest first = heap.peek();
        if (first != null && first.longest.compareTo(left) > 0) {
            first = heap.stream()
                    .filter(each -> each.longest.compareTo(left) <= 0)
                    .min(TestQueue::compare)
                    .orElse(null);
        }
        if (first != null) {
            heap.remove(first);
        }
        return first;
    }

    int size() {
        return heap.size();
    }

    boolean isEmpty() {
        return heap.isEmpty();
    }
}
