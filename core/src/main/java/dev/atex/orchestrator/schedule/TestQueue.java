package dev.atex.orchestrator.schedule;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Tests that wait for a machine, by rank, then first come first served. Adding and taking cost O(log N). */
final class TestQueue {
    private final PriorityQueue<QueuedTest> heap = new PriorityQueue<>(TestQueue::compare);
    private long next;

    /** A test that is not done with. */
    static final class QueuedTest {
        final String name;
        final int rank;
        int attempts;
        private long sequence;

        QueuedTest(Rules.Ranked ranked) {
            name = ranked.test();
            rank = ranked.rank();
            attempts = ranked.attempts();
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

    int size() {
        return heap.size();
    }

    boolean isEmpty() {
        return heap.isEmpty();
    }
}
